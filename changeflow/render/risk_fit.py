"""A scorecard that is proposed, as a page that a CAB member can read: text, Markdown, HTML, JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.insight.labels import label_named
from changeflow.language.formats import percent_text
from changeflow.model.answers.fit import FitAnswer, FitLine, FitModel, FitPart
from changeflow.model.history_facts import fact_named
from changeflow.model.times import format_duration
from changeflow.render import sheet
from changeflow.render.escape import markdown as escaped
from changeflow.render.escape import spelled
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, for_programs
from changeflow.render.sheet import Facts, Points, Prose, Rows, Section, Sheet, width_of
from changeflow.risk.card import fact_phrase

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

_TOTALS: Final = ("range", "changes", "positive", "observed", "chance")
_MODELS: Final = ("measure", "committed", "proposed")
_LEVELS: Final = ("level", "before", "after")
_STYLE: Final = """
pre {
  font: .85em/1.45 ui-monospace, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace;
  overflow-x: auto; margin: 0;
}
"""


def _sheet(answer: FitAnswer, to: Presentation) -> Sheet:
    sections = [Section("", (_facts(answer, to),))]
    how = to.says("fit.how_card", resamples=answer.resamples)
    sections.append(_section("card", to, _card(answer, to), Prose(how)))
    how = to.says("fit.how_totals", most=answer.most_points)
    sections.append(_section("totals", to, _totals(answer, to), Prose(how)))
    sections.append(_section("models", to, _models(answer, to)))
    how = to.says("fit.how_levels", other=answer.other_points)
    sections.append(_section("levels", to, _levels(answer, to), Prose(how)))
    sections.append(_section("moved", to, _moved(answer, to)))
    blind: list[tuple[str, tuple[str, ...]]] = []
    for one in answer.blind_told:
        blind.append((to.says(one["code"], **_data(one)), ()))
    sections.append(_section("blind", to, Points(tuple(blind))))
    return Sheet(to.says("fit.title"), "", tuple(sections))


def _data(one: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in one.items() if name != "code"}


def _section(name: str, to: Presentation, *blocks: Rows | Prose | Points) -> Section:
    return Section(to.says("fit.section", case=name), blocks)


def _headings(names: tuple[str, ...], to: Presentation) -> tuple[str, ...]:
    return to.headings("fit.column", names)


def _facts(answer: FitAnswer, to: Presentation) -> Facts:
    label = label_named(answer.label)
    within = {}
    if label.within is not None:
        within["within"] = format_duration(label.within)
    said = {
        "label": to.says("fit.label", case=label.kind, **within),
        "train": _part(answer.train, to),
        "test": _part(answer.test, to),
    }
    if answer.open:
        said["open"] = to.says("fit.open", count=answer.open)
    case = "written" if answer.written else None
    said["file"] = to.says("fit.file", case=case, path=answer.path)
    return Facts(tuple((to.says("fit.fact", case=name), one) for name, one in said.items()))


def _part(part: FitPart, to: Presentation) -> str:
    return to.says(
        "fit.part",
        changes=part.changes,
        since=part.from_,
        until=part.to,
        positive=part.positive,
        share=percent_text(part.positive / part.changes, to),
    )


def _card(answer: FitAnswer, to: Presentation) -> Points:
    """Return a point for each fact, with a line for each of its lines below."""
    points = []
    for fact in dict.fromkeys(line.fact for line in answer.lines):
        mine = [line for line in answer.lines if line.fact == fact]
        phrase = fact_phrase(fact)
        head = to.says(
            "fit.of_fact",
            fact=to.says(phrase["code"], **_data(phrase)),
            chosen=mine[0].chosen,
            resamples=answer.resamples,
        )
        points.append((head, tuple(_value_and_points(line, mine, to) for line in mine)))
    return Points(tuple(points))


def _value_and_points(line: FitLine, of_fact: Sequence[FitLine], to: Presentation) -> str:
    fact = fact_named(line.fact)
    case = None
    # What is given to every change first, for later lines to take.
    if line == of_fact[0] and line.at_least == 0 and line.points > 0:
        case = "any"
    elif fact is not None and fact.unit == "flag":
        case = "flag"
    low, high = line.interval
    value = f"{line.at_least:g}"
    return to.says("fit.line", case=case, value=value, points=line.total, low=low, high=high)


def _totals(answer: FitAnswer, to: Presentation) -> Rows:
    rows = []
    for one in answer.totals:
        rows.append((
            to.says("fit.between", low=one.from_, high=one.to),
            str(one.changes),
            str(one.positive),
            percent_text(one.positive / one.changes, to),
            percent_text(one.chance, to),
        ))  # fmt: skip
    return Rows(_headings(_TOTALS, to), tuple(rows))


def _models(answer: FitAnswer, to: Presentation) -> Rows:
    columns = [list(_measured(one, to)) for one in answer.models]
    rows = []
    for cells in zip(*columns, strict=True):
        measure = cells[0][0]
        rows.append((measure, *(value for _, value in cells)))
    return Rows(_headings(_MODELS, to), tuple(rows))


def _measured(model: FitModel, to: Presentation) -> Iterator[tuple[str, str]]:
    yield to.says("fit.measure", case="auc"), _with_interval(model.auc, model.auc_interval, to)
    for share in ("0.05", "0.10", "0.20"):
        value, interval = model.recall_at.get(share), None
        case = "recall"
        if share == "0.10":
            interval, case = model.recall_interval, "recall_interval"
        shown = round(100 * float(share))
        yield to.says("fit.measure", case=case, share=shown), _with_interval(value, interval, to)
    for name in ("brier", "calibration_error"):
        yield to.says("fit.measure", case=name), _with_interval(getattr(model, name), None, to)


def _with_interval(
    value: float | None, interval: tuple[float, float] | None, to: Presentation
) -> str:
    if value is None:
        return "-"
    if interval is None:
        return f"{value:.3f}"
    low, high = interval
    return to.says("fit.with_interval", value=f"{value:.3f}", low=f"{low:.3f}", high=f"{high:.3f}")


def _levels(answer: FitAnswer, to: Presentation) -> Rows:
    rows = []
    for one in answer.levels:
        rows.append((to.shows("word", one.level), str(one.before), str(one.after)))
    return Rows(_headings(_LEVELS, to), tuple(rows))


def _moved(answer: FitAnswer, to: Presentation) -> Rows:
    headings = _headings((answer.moved_by, "changes", "higher", "lower"), to)
    rows = []
    for one in answer.moved:
        counts = (str(one.changes), str(one.higher), str(one.lower))
        rows.append((to.shows("word", one.kind), *counts))
    return Rows(headings, tuple(rows))


def text(answer: FitAnswer, to: Presentation) -> str:
    """Render the page for a terminal, with the change to the file."""
    shown = sheet.text(_sheet(answer, to), width_of(to.width))
    if not answer.diff:
        return shown
    heading = to.says("fit.section", case="diff", path=answer.path)
    return f"{shown}\n{heading}\n\n{_lines(answer.diff)}"


def markdown(answer: FitAnswer, to: Presentation) -> str:
    """Render the page as Markdown."""
    shown = sheet.markdown(_sheet(answer, to))
    if not answer.diff:
        return shown
    heading = to.says("fit.section", case="diff", path=answer.path)
    return f"{shown}\n## {escaped(heading)}\n\n```diff\n{_lines(answer.diff)}```\n"


def html(answer: FitAnswer, to: Presentation) -> str:
    """Render the page as HTML that prints."""
    from changeflow.render.markup import Markup
    from changeflow.render.page import page

    shown = _sheet(answer, to)
    body = Markup("<h1>{}</h1>\n").format(spelled(shown.name))
    body += sheet.html_sections(shown.sections)
    if answer.diff:
        body += _html_diff(answer, to)
    return page(shown.name, body, to.language, style=_STYLE)


def _html_diff(answer: FitAnswer, to: Presentation) -> Markup:
    from changeflow.render.markup import Markup

    heading = to.says("fit.section", case="diff", path=answer.path)
    frame = Markup("<section><h2>{}</h2>\n<pre>{}</pre></section>\n")
    return frame.format(spelled(heading), _lines(answer.diff))


def _lines(diff: str) -> str:
    return "".join(f"{spelled(line)}\n" for line in diff.splitlines())


FORMATS: Final = {
    "text": text,
    "json": for_programs(answer_json),
    "markdown": markdown,
    "html": html,
}
