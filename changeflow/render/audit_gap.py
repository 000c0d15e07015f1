"""The gap analysis as a paper: results, each clause with its evidence, controls, and the scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.language.sentences import in_a_row, say
from changeflow.model.answers.gap import ClauseGap, ControlRow, EvidenceFound, GapAnalysis
from changeflow.model.standard import InBothLanguages, ScaleStep
from changeflow.render.csv_table import csv_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats

# ids that stand below a line of evidence
_IDS: Final = 5
_RESULT: Final = ("clause", "score", "gap", "title")
_CONTROLS: Final = ("framework", "control", "score", "clauses", "title")
# the sentence about a probe of a kind, and what it takes from the probe
_CODES: Final = {
    "documents": ("probe.documents", "case"),
    "records": ("probe.records", "case"),
    "ledger": ("probe.ledger", "case"),
    "cmdb": ("probe.cmdb", "case"),
    "rules": ("probe.rules", "clause"),
    "files": ("probe.files", "pattern"),
}
_CSV: Final = (
    "clause", "title", "asks", "scope", "evidence", "state", "score", "gap", "action", "role",
)  # fmt: skip


def sheet_of(paper: GapAnalysis, to: Presentation) -> Sheet:
    """Return the paper as a sheet."""
    return Sheet(
        to.says("gap.title_of", standard=paper.standard_name),
        "",
        (head_section(paper, to), *gap_sections(paper, to), *tail_sections(paper, to)),
        wide=True,
    )


def gap_sections(paper: GapAnalysis, to: Presentation) -> Iterator[Section]:
    """Yield everything but head and signatures: also a part of the audit's own page."""
    yield Section("", (Facts(tuple(_facts(paper, to))), Prose(to.says("gap.own_words"))))
    yield Section(to.says("gap.section", case="result"), (_result(paper, to),))
    for one in paper.clauses:
        title = to.says("gap.clause", clause=one.clause, title=_in(one.title, to))
        blocks: tuple[Block, ...] = (Facts(tuple(_clause_facts(one, paper, to))),)
        points = tuple(_evidence_point(found, to) for found in one.evidence)
        yield Section(title, (*blocks, Points(points)))
    yield Section(to.says("gap.section", case="outside"), (_outside(paper, to),))
    if paper.controls:
        yield Section(to.says("gap.section", case="controls"), (_controls(paper, to),))
    yield Section(
        to.says("gap.section", case="scale"),
        (Prose(to.says("gap.scale", wanted=paper.wanted)), _scale(paper, to)),
    )


def _in(text: InBothLanguages, to: Presentation) -> str:
    return text.in_language(to.language)


def _facts(paper: GapAnalysis, to: Presentation) -> Iterator[tuple[str, str]]:
    source = to.says("gap.source", case="shipped")
    if paper.standard_path is not None:
        source = to.says("gap.source", path=paper.standard_path)
    facts = {
        "standard": paper.standard_name,
        "source": source,
        "clauses": str(len(paper.clauses)),
        "gaps": str(paper.gaps),
    }
    for name, said in facts.items():
        yield to.says("gap.fact", case=name), said


def _result(paper: GapAnalysis, to: Presentation) -> Block:
    rows = []
    for one in paper.clauses:
        gap = to.says("gap.is_gap") if one.gap else to.says("gap.no_gap")
        rows.append((one.clause, _score(one.score, paper.scale, to), gap, _in(one.title, to)))
    return Rows(to.headings("gap.column", _RESULT), tuple(rows))


def _score(score: int, scale: Iterable[ScaleStep], to: Presentation) -> str:
    names = {step.score: _in(step.name, to) for step in scale}
    return to.says("gap.score", score=score, name=names.get(score, ""))


def _clause_facts(
    one: ClauseGap, paper: GapAnalysis, to: Presentation
) -> Iterator[tuple[str, str]]:
    cells = dict(zip(_CSV, _cells(one, paper, to), strict=True))
    for name in ("asks", "state", "gap", "action", "role"):
        if cells[name]:
            yield to.says("gap.column", case=name), cells[name]


def _cells(one: ClauseGap, paper: GapAnalysis, to: Presentation) -> tuple[str, ...]:
    """Return the columns of the list: what is asked, what was found, and what is done about it."""
    evidence = in_a_row([evidence_line(found, to) for found in one.evidence], to)
    role = _in(one.role, to) if one.role is not None else to.says("gap.no_role")
    return (
        one.clause,
        _in(one.title, to),
        _in(one.asks, to),
        to.says("gap.scope", case=one.scope),
        evidence,
        _state(one, paper, to),
        str(one.score),
        gap_words(one, to),
        in_a_row(list(actions(one, to)), to),
        role,
    )


def _state(one: ClauseGap, paper: GapAnalysis, to: Presentation) -> str:
    told = [_score(one.score, paper.scale, to)]
    if one.evidence_missing:
        told.append(to.says("gap.missing_evidence"))
    if one.most < paper.scale[-1].score:
        told.append(to.says("gap.most", score=one.most))
    if one.reason is not None:
        told.append(to.says("gap.partly", reason=_in(one.reason, to)))
    return in_a_row(told, to)


def gap_words(one: ClauseGap, to: Presentation) -> str:
    """Return what a higher score still needs."""
    if not one.lacking:
        return to.says("gap.no_gap")
    needs = [to.says("gap.need", case=need) for need in one.lacking]
    case = None if one.gap else "higher"
    return to.says("gap.lacks", case=case, needs=needs)


def actions(one: ClauseGap, to: Presentation) -> Iterator[str]:
    """Yield what would close a gap, each once: what to do about evidence that is not whole."""
    parts = {"document": "document", "practice": "records", "complete": "records"}
    parts |= {"any": "records", "timely": "timely", "measured": "measured", "improved": "improved"}
    wanted, told = {parts[need] for need in one.lacking}, dict[str, None]()
    for found in one.evidence:
        is_open = not found.practice if found.part == "improved" else not found.whole
        if found.part in wanted and is_open and found.note != "no_occasion":
            told[_probe(found.probe, found.part, to)[1]] = None
    yield from told


def _probe(probe: str, part: str, to: Presentation) -> tuple[str, str]:
    """Return what a probe looks for, and what to do where it is not there."""
    kind, _, value = probe.partition(": ")
    if kind == "kpi":
        titles = {one.id: one.title[to.language] for one in kpi_definitions()}
        data = {"kpi": value, "title": titles.get(value, value)}
        if part == "measured":
            data["case"] = "target"
        said = say("probe.kpi", data, to)
    else:
        code, key = _CODES[kind]
        said = say(code, {key: value}, to)
    return said.text, said.hint


def evidence_line(found: EvidenceFound, to: Presentation) -> str:
    """Return what was found under a probe, in one line."""
    data = {
        "part": to.says("gap.part", case=found.part),
        "what": _probe(found.probe, found.part, to)[0],
    }
    data |= {"have": str(found.have), "expected": str(found.expected)}
    case = None if found.expected is not None else "any"
    if found.note:
        data["note"] = to.says("gap.note", case=found.note)
        case = "both" if found.expected is not None else "any_noted"
        if not found.have and not found.expected:
            case = "noted"
    return to.says("gap.found", case=case, **data)


def _evidence_point(found: EvidenceFound, to: Presentation) -> tuple[str, tuple[str, ...]]:
    below = []
    for key, ids, total in (
        ("gap.ids", found.found, found.found_total),
        ("gap.missing", found.missing, found.missing_total),
    ):
        named = list(ids[:_IDS])
        if named:
            more = total - len(named)
            below.append(to.says(key, case="more" if more else None, ids=named, more=more))
    return evidence_line(found, to), tuple(below)


def _outside(paper: GapAnalysis, to: Presentation) -> Block:
    rows = []
    for one in paper.outside:
        rows.append((one.clause, _in(one.title, to), _in(one.reason, to)))
    return Rows(to.headings("gap.column", ("clause", "title", "reason")), tuple(rows))


def _controls(paper: GapAnalysis, to: Presentation) -> Block:
    rows = tuple(_control(one, to) for one in paper.controls)
    return Rows(to.headings("gap.column", (*_CONTROLS, "asks", "evidence")), rows)


def _control(one: ControlRow, to: Presentation) -> tuple[str, ...]:
    clauses = []
    for mapped in one.clauses:
        case = "outside" if mapped.score is None else None
        clauses.append(to.says("gap.score_of", case=case, clause=mapped.clause, score=mapped.score))
    return (
        one.framework_name,
        one.control,
        "" if one.score is None else str(one.score),
        in_a_row(clauses, to),
        _in(one.title, to),
        _in(one.asks, to),
        in_a_row([_probe(probe, "", to)[0] for probe in one.evidence], to),
    )


def _scale(paper: GapAnalysis, to: Presentation) -> Block:
    rows = []
    for step in paper.scale:
        needs = [to.says("gap.need", case=need) for need in step.needs]
        shown = to.shows("list", needs)
        rows.append((_score(step.score, paper.scale, to), shown, _in(step.rule, to)))
    return Rows(to.headings("gap.column", ("score", "needs", "rule")), tuple(rows))


def as_csv(paper: GapAnalysis, to: Presentation) -> str:
    """Render a line for each clause, in the reader's language; those outside come last."""
    rows: list[tuple[str, ...]] = [to.headings("gap.column", _CSV)]
    for clause in paper.clauses:
        rows.append(_cells(clause, paper, to))
    outside = to.says("gap.scope", case="outside")
    for one in paper.outside:
        reason = _in(one.reason, to)
        rows.append((one.clause, _in(one.title, to), "", outside, "", reason, "", "", "", ""))
    return csv_table(rows)


FORMATS: Final[dict[str, Callable[[GapAnalysis, Presentation], str]]] = {
    **sheet_formats(sheet_of),
    "csv": as_csv,
}
