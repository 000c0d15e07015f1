"""A drawn sample, or what an audit of the CMDB came to: text, Markdown, a page, JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.language.formats import percent_text
from changeflow.model.answers.cmdb_audit import AuditDifference, AuditShare, CmdbAuditAnswer
from changeflow.model.times import format_instant
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats

# differences that are shown to people
_MOST: Final = 200
# characters of a commit
_SHORT: Final = 12
# estimates that are weighted by stratum
_WEIGHTED: Final = frozenset({"accuracy", "existence"})
_STRATA: Final = ("tier", "type", "items", "drawn", "agrees")


def _sheet(answer: CmdbAuditAnswer, to: Presentation) -> Sheet:
    sections = [Section("", (audit_facts(answer, to),))]
    if answer.told:
        points = tuple((to.says("audited.problem", why=[one]), ()) for one in answer.told)
        sections.append(Section(to.says("audited.problems"), (Points(points),)))
    sections += result_sections(answer, to)
    sections.append(Section(to.says("audited.strata"), (_strata(answer, to),)))
    if answer.improvements:
        written = tuple((path, ()) for path in answer.improvements)
        sections.append(Section(to.says("audited.improvements"), (Points(written),)))
    return Sheet(to.says("audited.title", audit=answer.audit), "", tuple(sections))


def audit_facts(answer: CmdbAuditAnswer, to: Presentation) -> Facts:
    """Return what was audited: the sample, by whom, and where it is."""
    sample = answer.sample
    facts = {
        "file": answer.path,
        "auditor": to.says("audited.unnamed"),
        "of": to.says("audited.commit", commit=sample.commit[:_SHORT]),
        "digest": sample.digest,
        "drawn": to.says(
            "audited.drawn",
            items=answer.items,
            population=sample.population,
            seed=sample.seed,
            at=format_instant(sample.drawn),
        ),
    }
    if answer.auditor is not None:
        facts["auditor"] = to.shows("person", answer.auditor)
    if sample.baseline is not None:
        commit = sample.commit[:_SHORT]
        facts["of"] = to.says("audited.baseline", name=sample.baseline, commit=commit)
    if sample.left_out and sample.without_items_of:
        facts["left_out"] = to.says(
            "audited.left_out", count=sample.left_out, who=sample.without_items_of
        )
    return Facts(tuple((to.says("audited.fact", case=name), said) for name, said in facts.items()))


def result_sections(answer: CmdbAuditAnswer, to: Presentation) -> Iterator[Section]:
    """Yield the shares, the attributes that agree, and the differences."""
    shares = {
        "accuracy": answer.accuracy,
        "existence": answer.existence,
        "completeness": answer.completeness,
    }
    known = []
    for name, share in shares.items():
        if share is not None:
            known.append((to.says("audited.share", case=name), estimate(name, share, to)))
    if known:
        how = Prose(to.says("audited.how"))
        yield Section(to.says("audited.result"), (Facts(tuple(known)), how))
    if known and answer.by_attribute:
        names = []
        for one in answer.by_attribute:
            names.append((one.attribute, f"{one.agrees} / {one.looked_at}"))
        yield Section(to.says("audited.by_attribute"), (Facts(tuple(names)),))
    if answer.differences or answer.surplus:
        yield Section(to.says("audited.differences"), tuple(_differences(answer, to)))


def estimate(name: str, share: AuditShare, to: Presentation) -> str:
    """Return a share of an audit; beside one that is weighted by stratum stands the one as counted."""
    return to.says(
        "audited.estimate",
        case="weighted" if name in _WEIGHTED else None,
        plain=percent_text(share.agrees / share.looked_at, to, 2) if share.looked_at else "-",
        value=percent_text(share.value, to),
        low=percent_text(share.low, to),
        high=percent_text(share.high, to),
        agrees=share.agrees,
        whole=share.looked_at,
    )


def _differences(answer: CmdbAuditAnswer, to: Presentation) -> Iterator[Block]:
    by_item: dict[str, list[str]] = {}
    for one in answer.differences:
        by_item.setdefault(one.ci, []).append(_difference(one, to))
    points = [(ci, tuple(lines)) for ci, lines in by_item.items()]
    for surplus in answer.surplus:
        lines = []
        if surplus.corrected_by:
            lines.append(to.says("audited.corrected", change=surplus.corrected_by))
        points.append((to.says("audited.surplus", name=surplus.name), tuple(lines)))
    yield Points(tuple(points[:_MOST]))
    if len(points) > _MOST:
        yield Prose(to.says("cmdb_diff.more", count=len(points) - _MOST))


def _difference(one: AuditDifference, to: Presentation) -> str:
    said = to.says("audited.problem", why=[one.told])
    if one.corrected_by is None:
        return said
    corrected = to.says("audited.corrected", change=one.corrected_by)
    return to.says("audited.both", one=said, other=corrected)


def _strata(answer: CmdbAuditAnswer, to: Presentation) -> Rows:
    headings = to.headings("audited.stratum", _STRATA)
    rows = []
    for one in answer.strata:
        tier = to.shows("word", one.tier)
        agrees = "-"
        if one.looked_at:
            agrees = f"{one.agrees} / {one.looked_at}"
        rows.append((tier, one.type, str(one.items), str(one.drawn), agrees))
    return Rows(headings, tuple(rows))


FORMATS: Final = sheet_formats(_sheet)
