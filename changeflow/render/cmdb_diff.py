"""Differences of the CMDB with the changes that made them: text, Markdown, a page, JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from changeflow.model.answers.cmdb_diff import (
    AttributeDifference,
    CmdbDiffAnswer,
    ComparedState,
    DifferingItem,
)
from changeflow.model.phrases import told
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Facts, Points, Prose, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats

# items of a section that are shown to people
_MOST: Final = 200
# characters of a commit
_SHORT: Final = 12
_COUNTED: Final = ("added", "changed", "removed", "unauthorised")
_Part = tuple[DifferingItem, Sequence[AttributeDifference]]


def _sheet(answer: CmdbDiffAnswer, to: Presentation) -> Sheet:
    facts = {
        "from": _state(answer.from_, to),
        "to": _state(answer.to, to),
        "counts": difference_counts(answer, to),
    }
    rows = tuple((to.says("cmdb_diff.fact", case=name), said) for name, said in facts.items())
    sections = [Section("", (Facts(rows),))]
    if not answer.differences:
        sections.append(Section("", (Prose(to.says("cmdb_diff.none")),)))
    sections += differences_sections(answer.differences, to)
    return Sheet(to.says("cmdb_diff.title"), "", tuple(sections))


def difference_counts(answer: CmdbDiffAnswer, to: Presentation) -> str:
    """Return how many items were added, changed and removed, and how many without a change."""
    counts = {name: getattr(answer, name) for name in _COUNTED}
    return to.says("cmdb_diff.counts", **counts)


def differences_sections(
    differences: Sequence[DifferingItem], to: Presentation
) -> Iterator[Section]:
    """Yield the differences without a change, and those that changes made."""
    without = _parts(differences, authorised=False)
    if without:
        yield _section("cmdb_diff.unauthorised", without, to)
    made = _parts(differences, authorised=True)
    if made:
        yield _section("cmdb_diff.made", made, to)


def _state(state: ComparedState, to: Presentation) -> str:
    if state.commit is None:
        return to.says("cmdb_diff.state", case="work_tree")
    case = "baseline" if state.baseline else "commit"
    return to.says("cmdb_diff.state", case=case, name=state.name, commit=state.commit[:_SHORT])


def _parts(differences: Sequence[DifferingItem], *, authorised: bool) -> list[_Part]:
    """Return the items with those of their attributes that have a change, or have none."""
    found = list[_Part]()
    for one in differences:
        mine = [part for part in one.attributes if bool(part.changes) is authorised]
        if mine:
            found.append((one, mine))
    return found


def _section(title: str, parts: Sequence[_Part], to: Presentation) -> Section:
    points = [_point(one, mine, to) for one, mine in parts[:_MOST]]
    blocks: list[Any] = [Points(tuple(points))]
    if len(parts) > _MOST:
        blocks.append(Prose(to.says("cmdb_diff.more", count=len(parts) - _MOST)))
    return Section(to.says(title), tuple(blocks))


def _point(
    one: DifferingItem, mine: Sequence[AttributeDifference], to: Presentation
) -> tuple[str, tuple[str, ...]]:
    item = told("cmdb_diff.item", case=one.what, ci=one.ci)
    changes = sorted({change for part in mine for change in part.changes})
    head = to.says("cmdb_diff.item", case=one.what, ci=one.ci)
    if changes:
        head = to.says("cmdb_diff.item_by", item=[item], changes=changes)
    lines = [_attribute(one.what, part, to) for part in mine]
    return head, (*lines, *dict.fromkeys(_reasons(mine, to)))


def _attribute(what: str, part: AttributeDifference, to: Presentation) -> str:
    data = {"attribute": part.attribute, "before": part.before, "after": part.after}
    if what != "changed":
        data["case"] = what
    nothing = to.says("cmdb_diff.nothing")
    shown = {name: nothing if value is None else value for name, value in data.items()}
    return to.says("cmdb_diff.attribute", **shown)


def _reasons(mine: Sequence[AttributeDifference], to: Presentation) -> Iterator[str]:
    for part in mine:
        if part.why is not None:
            yield to.says("cmdb_diff.reasons", why=[part.told])


FORMATS: Final = sheet_formats(_sheet)
