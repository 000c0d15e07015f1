"""The audit of the CMDB and its baselines as a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.baselines import BaselineAnswer
from changeflow.model.answers.cmdb_audit import AuditShare
from changeflow.model.answers.cmdb_diff import CmdbDiffAnswer
from changeflow.model.answers.report_cmdb import (
    AuditedLine,
    BaselineStep,
    CmdbPaper,
    OutdatedRecord,
)
from changeflow.render.cmdb_audit import audit_facts, estimate
from changeflow.render.cmdb_diff import difference_counts, differences_sections
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import list_person
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.request import answered
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet

_SHARES: Final = ("share", "now", "before")
_KINDS: Final = ("differs", "missing", "surplus", "without_owner", "outdated")
_LINES: Final = ("ci", "attribute", "recorded", "actual", "found", "correction")
_LISTED: Final = (
    "ci", "attribute", "recorded", "actual", "found", "corrected_by", "note", "audit",
)  # fmt: skip
_BASELINES: Final = ("baseline", "at", "by", "items", "digest", "differences")
_BASELINES_LISTED: Final = (
    "baseline", "at", "by", "signed_by", "commit", "digest", "items", "relations", "before",
    "added", "changed", "removed", "without_change",
)  # fmt: skip
_DIFFERENCES_LISTED: Final = (
    "baseline", "ci", "what", "attribute", "was", "is", "changes", "commit", "author", "committed",
)  # fmt: skip
_COUNTS: Final = {"added", "changed", "removed", "unauthorised"}
_AGREES: Final = ("agrees", "unchecked")
# differences and names that are shown to people; the list for spreadsheets has all
_MOST: Final = 200
_SHORT: Final = 12
# characters of a digest, with the name of its algorithm; the list has all of it
_DIGEST: Final = 23


def sheet_of(paper: CmdbPaper, to: Presentation) -> Sheet:
    """Return the audit with its differences, what is outdated, and the baselines."""
    return Sheet(
        to.says("cmdb_paper.title"),
        "",
        (
            head_section(paper, to),
            _section("audit", to, *_audit(paper, to)),
            *_findings(paper, to),
            _section("outdated", to, _outdated(paper, to)),
            _section("owners", to, _owners(paper, to)),
            _section("baselines", to, _baselines(paper, to)),
            *_steps(paper, to),
            *tail_sections(paper, to),
        ),
        wide=True,
    )


def _section(name: str, to: Presentation, *blocks: Block) -> Section:
    return Section(to.says("cmdb_paper.section", case=name), blocks)


# -- the audit -------------------------------------------------------------------------------------


def _audit(paper: CmdbPaper, to: Presentation) -> Iterator[Block]:
    if paper.audit is None:
        yield Prose(to.says("cmdb_paper.no_audit"))
        return
    title = (to.says("cmdb_paper.audit"), paper.audit.audit)
    case = {True: "yes", False: "no", None: "unknown"}[paper.independent]
    own = (to.says("cmdb_paper.independence"), to.says("cmdb_paper.independent", case=case))
    yield Facts((title, *audit_facts(paper.audit, to).rows, own))
    if paper.audit.told:
        yield Prose(to.says("cmdb_paper.not_reliable"))
        points = tuple((to.says("audited.problem", why=[one]), ()) for one in paper.audit.told)
        yield Points(points)


def _findings(paper: CmdbPaper, to: Presentation) -> Iterator[Section]:
    if paper.audit is None:
        return
    yield _section("result", to, *_result(paper, to))
    yield _section("differences", to, *_differences(paper, to))
    said = answered(paper.conclusion, to) or to.says("paper.not_said")
    yield _section("conclusion", to, Prose(said))


def _result(paper: CmdbPaper, to: Presentation) -> Iterator[Block]:
    """Yield accuracy and completeness with those of the audit before, and the kinds."""
    audit, before, rows = paper.audit, paper.previous, []
    for name in ("accuracy", "completeness"):
        now = _share(name, getattr(audit, name), to)
        then = _share(name, getattr(before, name), to) if before is not None else "-"
        rows.append((to.says("audited.share", case=name), now, then))
    headings = list(to.headings("cmdb_paper.column", _SHARES))
    if before is not None:
        headings[-1] = to.says("cmdb_paper.earlier", audit=before.audit)
    yield Rows(tuple(headings), tuple(rows))
    yield Prose(to.says("audited.how"))
    counts = paper.kinds.model_dump()
    kinds = tuple((to.says("cmdb_paper.kind", case=name), str(counts[name])) for name in _KINDS)
    yield Facts(kinds)


def _share(name: str, share: AuditShare | None, to: Presentation) -> str:
    if share is None:
        return to.says("cmdb_paper.no_share")
    return estimate(name, share, to)


def _differences(paper: CmdbPaper, to: Presentation) -> Iterator[Block]:
    found = [one for one in paper.lines if one.found not in _AGREES]
    if not found:
        yield Prose(to.says("cmdb_paper.no_difference"))
        return
    rows = tuple(_line(one, to) for one in found[:_MOST])
    yield Rows(to.headings("cmdb_paper.column", _LINES), rows)
    if len(found) > _MOST:
        yield Prose(to.says("cmdb_diff.more", count=len(found) - _MOST))


def _line(one: AuditedLine, to: Presentation) -> tuple[str, ...]:
    correction = to.says("cmdb_paper.uncorrected")
    if one.corrected_by is not None:
        correction = to.says("audited.corrected", change=one.corrected_by)
    return (
        one.ci,
        one.attribute or to.says("cmdb_paper.whole"),
        one.recorded or "",
        one.value or "",
        to.says("cmdb_paper.found", case=one.found),
        in_a_row(list(filter(None, [correction, one.note or ""])), to),
    )


def _outdated(paper: CmdbPaper, to: Presentation) -> Block:
    if not paper.outdated:
        return Prose(to.says("cmdb_paper.none_outdated"))
    return Points(tuple((_behind(one, to), ()) for one in paper.outdated))


def _behind(one: OutdatedRecord, to: Presentation) -> str:
    status = one.status or to.says("cmdb_paper.absent")
    data = {"ci": one.ci, "change": one.change, "action": one.action, "status": status}
    if one.wanted is None:
        return to.says("cmdb_paper.behind", case="other", **data)
    return to.says("cmdb_paper.behind", wanted=one.wanted, **data)


def _owners(paper: CmdbPaper, to: Presentation) -> Block:
    if not paper.without_owner:
        return Prose(to.says("cmdb_paper.all_owned"))
    points = [(to.shows("item", ci), ()) for ci in paper.without_owner[:_MOST]]
    if len(paper.without_owner) > _MOST:
        left = len(paper.without_owner) - _MOST
        points.append((to.says("cmdb_diff.more", count=left), ()))
    return Points(tuple(points))


# -- baselines -------------------------------------------------------------------------------------


def _baselines(paper: CmdbPaper, to: Presentation) -> Block:
    if not paper.baselines:
        return Prose(to.says("cmdb_paper.no_baseline"))
    rows = tuple(_baseline(one, to) for one in paper.baselines)
    return Rows(to.headings("cmdb_paper.column", _BASELINES), rows)


def _baseline(step: BaselineStep, to: Presentation) -> tuple[str, ...]:
    one = step.baseline
    return (
        one.name,
        to.time(one.at, seconds=False),
        _by(one, to),
        to.says("cmdb_paper.size", items=one.items, relations=one.relations),
        one.digest[:_DIGEST],
        _compared(step, to),
    )


def _by(one: BaselineAnswer, to: Presentation) -> str:
    by = to.shows("person", one.by) if one.by else "-"
    return by if one.signed_by else in_a_row([by, to.says("paper.unsigned")], to)


def _compared(step: BaselineStep, to: Presentation) -> str:
    if step.before is None:
        return to.says("cmdb_paper.first")
    if step.differences is None:
        problem = in_a_row([step.told or step.problem], to)
        return to.says("cmdb_paper.incomparable", problem=problem)
    counts = difference_counts(step.differences, to)
    return to.says("cmdb_paper.against", name=step.before, counts=counts)


def _steps(paper: CmdbPaper, to: Presentation) -> Iterator[Section]:
    """Yield what differs between baselines, those without a change apart."""
    for step in paper.baselines:
        if step.differences is not None:
            names = {"before": step.before, "name": step.baseline.name}
            yield from _of_step(to.says("cmdb_paper.between", **names), step.differences, to)
    if paper.since is not None:
        title = to.says("cmdb_paper.since", name=paper.since.from_.name)
        yield from _of_step(title, paper.since, to)


def _of_step(title: str, found: CmdbDiffAnswer, to: Presentation) -> Iterator[Section]:
    yield Section(title, (Prose(difference_counts(found, to)),))
    yield from differences_sections(found.differences, to)


# -- for spreadsheets ------------------------------------------------------------------------------


def lists_of(paper: CmdbPaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return every audited attribute, the baselines, and what differs between them."""
    key = "cmdb_paper.column"
    audit = paper.audit.audit if paper.audit is not None else None
    lines, steps = [], []
    for line in paper.lines:
        lines.append(_line_listed(line, audit, to))
    for step in paper.baselines:
        steps.append(_baseline_listed(step, to))
    title = to.says("cmdb_paper.section", case="differences")
    return (
        list_table(to.says("cmdb_paper.section", case="audit"), key, _LISTED, lines, to),
        list_table(
            to.says("cmdb_paper.section", case="baselines"),
            key,
            _BASELINES_LISTED,
            steps,
            to,
            ("at",),
        ),
        list_table(title, key, _DIFFERENCES_LISTED, _differing(paper, to), to, ("committed",)),
    )


def _line_listed(one: AuditedLine, audit: str | None, to: Presentation) -> Mapping[str, Cell]:
    return {
        "ci": one.ci,
        "attribute": one.attribute,
        "recorded": one.recorded,
        "actual": one.value,
        "found": to.says("cmdb_paper.found", case=one.found),
        "corrected_by": one.corrected_by,
        "note": one.note,
        "audit": audit,
    }


def _baseline_listed(step: BaselineStep, to: Presentation) -> Mapping[str, Cell]:
    one, counts = step.baseline, dict[str, int]()
    if step.differences is not None:
        counts = step.differences.model_dump(include=_COUNTS)
    return {
        "baseline": one.name,
        "at": one.at,
        "by": list_person(one.by, to),
        "signed_by": list_person(one.signed_by, to),
        "commit": one.commit,
        "digest": one.digest,
        "items": one.items,
        "relations": one.relations,
        "before": step.before,
        "added": counts.get("added"),
        "changed": counts.get("changed"),
        "removed": counts.get("removed"),
        "without_change": counts.get("unauthorised"),
    }


def _differing(paper: CmdbPaper, to: Presentation) -> Iterator[Mapping[str, Cell]]:
    compared = [(one.baseline.name, one.differences) for one in paper.baselines]
    for name, found in (*compared, (to.says("cmdb_paper.now"), paper.since)):
        for item in found.differences if found is not None else ():
            for part in item.attributes:
                yield {
                    "baseline": name,
                    "ci": item.ci,
                    "what": to.says("cmdb_paper.what", case=item.what),
                    "attribute": part.attribute,
                    "was": part.before,
                    "is": part.after,
                    "changes": " ".join(part.changes),
                    "commit": part.commit and part.commit[:_SHORT],
                    "author": part.author,
                    "committed": part.at,
                }


FORMATS: Final[dict[str, Callable[[CmdbPaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
