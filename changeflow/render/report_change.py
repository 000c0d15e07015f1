"""The record of one change as a paper of two or three pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from changeflow.language.reasons import sentence, translated
from changeflow.model.answers.decision import Reason
from changeflow.model.answers.one_change import ToldDecision
from changeflow.model.answers.report_change import ChangePaper, RecordedEntry, RollbackTime
from changeflow.model.change import Effects
from changeflow.model.languages import ENGLISH
from changeflow.model.times import format_duration
from changeflow.render.change import ChangePage, judged
from changeflow.render.decision import ordered
from changeflow.render.factors import conflict_lines, freeze_lines, why_classified
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import analysis_blocks
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.request import answered
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats

# characters of a digest, with the name of its algorithm
_SHORT: Final = 19
_OPINIONS: Final = frozenset({"approval", "review"})
_ENTRIES: Final = ("entry", "when", "entry_kind", "who", "signed_by", "digest")
_REASONS: Final = ("verdict", "asked_for", "clause")
# the clause of rules that no standard asks for, in the policies that ship
_OWN: Final = "Organisation's own"
# built-in rules of which more is recorded in English than as data, to the case of what they say
_HOLDS: Final = {f"changeflow.{name}": name for name in ("approval", "window", "deployer")}
# messages of rules, by language and part, by the message that is recorded
Texts = Mapping[str, Mapping[str, Mapping[str, str]]]
_NO_TEXTS: Final[Texts] = {}
_EFFECTS: Final = tuple(Effects.model_fields)


def sheet_of(paper: ChangePaper, to: Presentation) -> Sheet:
    """Return the record: request, judgement, opinions, release, review and entries."""
    record = paper.record
    page = ChangePage(record, to, codes=False, at_start=paper.at_start)
    sections = (
        head_section(paper, to),
        page.request("effects"),
        _effects(paper, to),
        _classification(paper, to),
        page.risk(),
        page.impact(),
        *page.service_levels(),
        _collisions(paper, to),
        page.approval(),
        *_decisions(paper, to),
        page.steps(),
        page.rollback(),
        rollback_time(paper.rollback, record.state, to),
        *_analysis(paper, to),
        *page.plan_and_fact(),
        page.review(),
        page.owed(),
        _digests(paper, to),
        _entries(paper, to),
        *tail_sections(paper, to),
    )
    title = record.request["metadata"]["title"]
    name = to.says("paper.change", change=paper.change)
    return Sheet(name, title, sections, dense=True)


def _section(name: str, to: Presentation, *blocks: Block) -> Section:
    return Section(to.says("paper.section", case=name), blocks)


def _effects(paper: ChangePaper, to: Presentation) -> Section:
    """Return what was considered of each effect that the standard names, and what was not."""
    said: dict[str, Any] = paper.record.request["spec"].get("effects") or {}
    rows = []
    for name in _EFFECTS:
        considered = answered(said.get(name), to) or to.says("paper.not_said")
        rows.append((to.shows("word", name), considered))
    return _section("effects", to, Facts(tuple(rows)))


def _classification(paper: ChangePaper, to: Presentation) -> Section:
    kind, risk = paper.record.assessment.type, paper.record.assessment.risk
    now = judged(kind.declared, kind.class_, risk, to)
    reasons = tuple((reason, ()) for reason in why_classified(kind, to))
    notes: list[Block] = []
    if paper.at_start is not None:
        then = judged(kind.declared, paper.at_start.class_, paper.at_start, to)
        if then != now:
            said = to.says("paper.judged_again", then=then, seq=paper.at_start.seq)
            notes.append(Prose(said))
    return _section("classification", to, *notes, Prose(now[0]), Points(reasons))


def _collisions(paper: ChangePaper, to: Presentation) -> Section:
    found = paper.record.assessment
    freezes = freeze_lines(found.freezes, to) or [to.says("paper.no_freeze")]
    lines = (*conflict_lines(found.conflicts, to), *freezes)
    return _section("collisions", to, Points(tuple((line, ()) for line in lines)))


def _decisions(paper: ChangePaper, to: Presentation) -> Iterator[Section]:
    """Yield the decisions on record, then what each gate says now with the clauses it rests on.

    Of each gate the last decision on record is told with its reasons. A release that the ledger let
    start stays approved, whatever its gate would say now.
    """
    recorded = [one for one in paper.record.decisions if one.seq is not None]
    let_go = any(one.gate == "deploy" and one.open for one in recorded)
    over = [one for one in paper.record.decisions if one.seq is None and one.gate == "approve"]
    over = [one for one in over if let_go and paper.record.release is not None and not one.open]
    if recorded:
        rows = tuple(_recorded(one, to) for one in recorded)
        columns = to.headings("paper.column", ("gate", "verdict", "when", "entry"))
        notes = tuple(Prose(to.says("paper.let_go")) for _ in over)
        yield _section("decisions", to, Rows(columns, rows), *notes)
        for one in {one.gate: one for one in recorded}.values():
            title = to.says("paper.gate_then", gate=one.gate, verdict=_verdict(one), seq=one.seq)
            yield Section(title, (_tree(one, to, paper.rule_texts),))
    for one in paper.record.decisions:
        if one.seq is None and one not in over:
            title = to.says("paper.gate_now", gate=one.gate, verdict=_verdict(one))
            yield Section(title, (_tree(one, to),))


def _tree(one: ToldDecision, to: Presentation, texts: Texts = _NO_TEXTS) -> Rows:
    """Return what a decision rests on: each reason with the clause that asks for it.

    Args:
        one: the decision.
        to: the reader.
        texts: messages of rules in further languages, where the reasons have none.
    """
    reasons = ordered(map(Reason.model_validate, one.reasons))
    rows = tuple(_reason(reason, to, texts) for reason in reasons)
    return Rows(to.headings("paper.column", _REASONS), rows)


def _verdict(one: ToldDecision) -> str:
    return "open" if one.open else "shut"


def _recorded(one: ToldDecision, to: Presentation) -> tuple[str, ...]:
    at = to.time(one.at, seconds=False)
    return to.shows("word", one.gate), to.shows("word", _verdict(one)), at, str(one.seq)


def _reason(one: Reason, to: Presentation, texts: Texts) -> tuple[str, ...]:
    sign = "warning" if one.warns else one.outcome
    said = sentence(one, to)
    if said == one.message:
        said = translated(texts.get(one.message, {}), "message", to, said)
    holds = one.outcome == "pass" and not one.warns
    if holds and said == one.message and said.isascii() and to.language != ENGLISH:
        # what is recorded of a reason that holds has its sentence in English alone
        said = to.says("paper.by_rule", case=_HOLDS.get(one.rule), rule=one.rule)
    clause = to.says("paper.own_rule") if one.clause == _OWN else one.clause
    return to.says(f"outcome.{sign}"), said, clause


def rollback_time(found: RollbackTime, state: str, to: Presentation) -> Section:
    """Return the time that a rollback took beside the time that was promised.

    Args:
        found: both times.
        state: of the change: a rollback that failed keeps no promise.
        to: the reader.
    """
    rows = []
    for name in ("promised", "took"):
        span = getattr(found, name)
        said = to.says("paper.not_used" if name == "took" else "paper.not_said")
        if span is not None:
            said = to.says("show.took", took=format_duration(span))
        rows.append((to.says("paper.rollback", case=name), said))
    if found.promised is not None and found.took is not None:
        kept = found.took <= found.promised and state != "rollback_failed"
        promise = to.says("paper.promise", case="kept" if kept else "broken")
        rows.append((to.says("paper.rollback", case="promise"), promise))
    return _section("rollback_time", to, Facts(tuple(rows)))


def _analysis(paper: ChangePaper, to: Presentation) -> Iterator[Section]:
    if paper.analysis is not None:
        yield _section("analysis", to, *analysis_blocks(paper.analysis, to))


def _digests(paper: ChangePaper, to: Presentation) -> Section:
    """Return what the change was judged by: digests of request, policies and CMDB."""
    rows = [(to.says("paper.digest", case="content"), paper.record.digest)]
    for name in ("rfc", "policies", "cmdb"):
        digest = paper.judged_by.get(name)
        if isinstance(digest, str):
            rows.append((to.says("paper.digest", case=name), digest))
    case = "items" if paper.baseline_items else None
    said = to.says("paper.no_baseline", case=case)
    if paper.baseline is not None:
        facts = paper.baseline.model_dump(include={"name", "digest", "seq"})
        said = to.says("paper.baseline", **facts)
    rows.append((to.says("paper.digest", case="baseline"), said))
    for ci, digest in sorted(paper.baseline_items.items()):
        rows.append((to.says("paper.item_at_start", items=[ci]), digest))
    return _section("digests", to, Facts(tuple(rows)))


def _entries(paper: ChangePaper, to: Presentation) -> Section:
    if not paper.entries:
        return _section("entries", to, Prose(to.says("paper.no_entry")))
    rows = tuple(_entry(one, to) for one in paper.entries)
    return _section("entries", to, Rows(to.headings("paper.column", _ENTRIES), rows))


def signature(one: RecordedEntry, to: Presentation) -> str:
    """Return who signed an entry, and with which key where it is a person's word."""
    if one.signed_by is None:
        return to.says("paper.unsigned")
    if one.kind not in _OPINIONS or one.key is None:
        return to.shows("person", one.signed_by)
    return to.says("paper.signed_with", signer=one.signed_by, fingerprint=one.key)


def _entry(one: RecordedEntry, to: Presentation) -> tuple[str, ...]:
    told = dict(one.told)
    said = to.says(told.pop("code"), **told) if told else one.summary
    return (
        str(one.seq),
        to.time(one.at, seconds=False),
        to.says("paper.entry", kind=one.kind, said=said),
        to.shows("person", one.by) if one.by else "",
        signature(one, to),
        one.digest[:_SHORT],
    )


FORMATS: Final = sheet_formats(sheet_of)
