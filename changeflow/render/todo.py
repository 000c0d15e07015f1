"""What waits for one person, as text, JSON, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.register import ListedChange, Owed
from changeflow.render import sheet
from changeflow.render.changes import ending_section, facts_of, improvement_sections
from changeflow.render.json_text import answer_json
from changeflow.render.owed import Standpoint, command_for, how_to, owed_by_reader, together
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Points, Prose, Section, Sheet, TypedLine, width_of
from changeflow.usecases.register.todo import Todo


def text(todo: Todo, to: Presentation) -> str:
    """Render each thing with its change and the command that does it, then what ends soon."""
    if not (todo.answer.changes or todo.answer.ending or todo.answer.improvements):
        return to.says("todo.empty", who=todo.person) + "\n"
    return sheet.text(_sheet(todo, to), width_of(to.width))


def _sheet(todo: Todo, to: Presentation) -> Sheet:
    points: list[tuple[str, tuple[str, ...]]] = []
    for one in todo.answer.changes:
        points += (_point(todo, one, owed, to) for owed in together(one.owed))
    sections: list[Section] = []
    if points:
        sections.append(Section("", (Points(tuple(points)),)))
    elif not todo.answer.improvements:
        sections.append(Section("", (Prose(to.says("todo.empty", who=todo.person)),)))
    sections += improvement_sections(todo.answer, to)
    if todo.answer.ending:
        sections.append(ending_section(todo.answer, to))
    return Sheet(to.says("todo.title", who=todo.person), "", tuple(sections))


def _point(
    todo: Todo, one: ListedChange, owed: Sequence[Owed], to: Presentation
) -> tuple[str, tuple[str, ...]]:
    """Return what is owed, and below it the change, what to do, and the command."""
    elsewhere = todo.elsewhere.get((one.change, one.at))
    where = Standpoint(todo.person, elsewhere, todo.main, todo.host)
    below = (
        f"{one.change}  {one.title}",
        in_a_row(facts_of(one, to), to),
        how_to(owed[0], one, where, to),
        TypedLine(command_for(owed[0], one, where)),
    )
    return owed_by_reader(owed, to), tuple(line for line in below if line)


def as_json(todo: Todo, _: Presentation) -> str:
    """Render the answer `changeflow/changes/v1`."""
    return answer_json(todo.answer)


def markdown(todo: Todo, to: Presentation) -> str:
    """Render a list of the same."""
    return sheet.markdown(_sheet(todo, to))


def html(todo: Todo, to: Presentation) -> str:
    """Render a page of the same that prints."""
    return sheet.html(_sheet(todo, to), to.language)


FORMATS: Final[dict[str, Callable[[Todo, Presentation], str]]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
    "html": html,
}
