"""The catalogue of standard changes as a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report_rules import ListedModel, ModelRules, ModelsPaper
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.request import answered
from changeflow.render.sheet import Block, Prose, Rows, Section, Sheet

_RULES: Final = ("model", "scope", "limits", "authorised", "validity")
_LISTED: Final = (
    "model", "name", "description", "items", "types", "environments", "actions", "ceiling",
    "max_failures", "max_failure_percent", "authority", "authorised_by", "valid_from", "expires",
    "standing", "uses", "failures", "uses_ever", "failures_ever", "path",
)  # fmt: skip


def sheet_of(paper: ModelsPaper, to: Presentation) -> Sheet:
    """Return a row for each model."""
    return Sheet(
        to.says("models_paper.title"),
        "",
        (head_section(paper, to), *model_sections(paper, to), *tail_sections(paper, to)),
        wide=True,
    )


def model_sections(paper: ModelsPaper, to: Presentation) -> Iterator[Section]:
    """Yield the catalogue, also as a part of another paper."""
    columns, rows = (*_RULES, "used"), []
    for one in paper.models:
        rows.append((*_rules(one, to), in_a_row(_used(one, to), to)))
    yield Section(to.says("models_paper.models"), (_table(columns, rows, to),))


def model_table(models: Sequence[ModelRules], to: Presentation) -> Block:
    """Return the catalogue as the models have it, without what became of changes under them."""
    return _table(_RULES, [_rules(one, to) for one in models], to)


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], to: Presentation) -> Block:
    if not rows:
        return Prose(to.says("models_paper.none"))
    return Rows(to.headings("models_paper.column", columns), tuple(rows))


def _rules(one: ModelRules, to: Presentation) -> tuple[str, ...]:
    named = to.says("paper.named", id=one.model, title=one.name or "-")
    return (
        in_a_row([named, answered(one.description, to) or ""], to),
        in_a_row(_scope(one, to), to),
        in_a_row(_limits(one, to), to),
        to.says("models_paper.authorised", role=one.authority, people=list(one.authorised_by)),
        in_a_row(_validity(one, to), to),
    )


def _scope(one: ModelRules, to: Presentation) -> Iterator[str]:
    for name in ("items", "types", "environments"):
        values = getattr(one, name)
        if values:
            format_ = "environments" if name == "environments" else "list"
            said = to.shows("items" if name == "items" else format_, list(values))
            yield to.says("models_paper.scope", case=name, said=said)
    actions = [to.shows("word", action) for action in one.actions]
    yield to.says("models_paper.scope", case="actions", said=to.shows("list", actions))


def _limits(one: ModelRules, to: Presentation) -> Iterator[str]:
    yield to.says("models_paper.limit", case="risk", limit=one.ceiling)
    if one.max_failures is not None:
        yield to.says("models_paper.limit", case="failures", limit=one.max_failures)
    if one.max_failure_percent is not None:
        yield to.says("models_paper.limit", case="share", limit=one.max_failure_percent)


def _validity(one: ModelRules, to: Presentation) -> Iterator[str]:
    if isinstance(one, ListedModel):
        yield _standing(one, to)
    if one.valid_from is not None:
        yield to.says("models_paper.from", day=one.valid_from.isoformat())
    yield to.says("models_paper.until", day=one.expires.isoformat())


def _standing(one: ListedModel, to: Presentation) -> str:
    return to.says("models_paper.standing", case=one.standing.replace(" ", "_"))


def _used(one: ListedModel, to: Presentation) -> Iterator[str]:
    counts = {"uses": len(one.uses), "failures": len(one.failures)}
    yield to.says("models_paper.used", **counts)
    if one.failures:
        yield to.says("models_paper.failed", changes=list(one.failures))
    yield to.says("models_paper.ever", uses=one.uses_ever, failures=one.failures_ever)


def lists_of(paper: ModelsPaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return a row for each model."""
    rows = (_listed(one, to) for one in paper.models)
    title = to.says("models_paper.models")
    return (list_table(title, "models_paper.column", _LISTED, rows, to),)


def _listed(one: ListedModel, to: Presentation) -> Mapping[str, Cell]:
    return {
        "model": one.model,
        "name": one.name,
        "description": one.description,
        "items": " ".join(one.items),
        "types": " ".join(one.types),
        "environments": " ".join(one.environments),
        "actions": " ".join(one.actions),
        "ceiling": one.ceiling,
        "max_failures": one.max_failures,
        "max_failure_percent": one.max_failure_percent,
        "authority": to.shows("role", one.authority),
        "authorised_by": to.shows("people", list(one.authorised_by)),
        "valid_from": one.valid_from,
        "expires": one.expires,
        "standing": _standing(one, to),
        "uses": len(one.uses),
        "failures": len(one.failures),
        "uses_ever": one.uses_ever,
        "failures_ever": one.failures_ever,
        "path": one.path,
    }


FORMATS: Final[dict[str, Callable[[ModelsPaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
