"""An audit as a paper: text, Markdown, a page on A4, CSV and JSON."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.gap import GapAnalysis
from changeflow.model.answers.report_audit import (
    AuditedChange,
    AuditedStratum,
    AuditPaper,
    CheckAnswer,
)
from changeflow.render.audit_gap import gap_sections
from changeflow.render.links import link
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import list_word
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.report_unauthorised import (
    delivery_table,
    drift_sections,
    untold_facts,
    verdict_blocks,
)
from changeflow.render.report_unauthorised import (
    gap_sections as delivered_gaps,
)
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet, TypedLine

_COUNTS: Final = ("requests", "merged", "in_ledger", "released", "ledger_changes", "entries")
_TOTALS_OF_DELIVERIES: Final = (
    "needing", "request", "excepted", "unauthorised", "retrospective", "reverted", "open",
)  # fmt: skip
# deliveries that the page lists; the data have all of them
_MOST: Final = 200
_STRATA: Final = ("stratum", "population", "given", "deviating", "most")
_SAMPLE: Final = ("change", "kind", "drawn_for", "answers")
_TOTALS: Final = ("question", "yes", "no", "not_known", "not_applicable")
_CONCLUSIONS: Final = ("complete", "effective", "nonconformities", "improvements")
_LISTED: Final = (
    "change", "title", "type", "state", "outcome", "started", "ended", "strata", "drawn_for", "rank",
)  # fmt: skip


def sheet_of(paper: AuditPaper, to: Presentation, gap: GapAnalysis | None = None) -> Sheet:
    """Return the verdict, the records compared, the sample with its answers, and blank lines.

    Args:
        paper: the audit.
        to: who reads.
        gap: what shows each clause of a standard, where that was asked for.
    """
    clauses = () if gap is None else tuple(gap_sections(gap, to))
    return Sheet(
        to.says("audit_paper.title"),
        "",
        (
            head_section(paper, to),
            _section("result", to, Points(tuple((line, ()) for line in _result(paper, to)))),
            _section("compared", to, *_compared(paper, to)),
            *_delivered(paper, to),
            _section("strata", to, _strata(paper, to), Prose(_meaning(paper, to))),
            _section("sample", to, _sample(paper, to)),
            _section("totals", to, _totals(paper, to)),
            _section("again", to, *_again(paper, to)),
            *clauses,
            _section("conclusions", to, _conclusions(to)),
            *tail_sections(paper, to),
        ),
        dense=True,
    )


def _section(name: str, to: Presentation, *blocks: Block) -> Section:
    return Section(to.says("audit_paper.section", case=name), blocks)


def _result(paper: AuditPaper, to: Presentation) -> Iterator[str]:
    """Yield what was found, the worst first."""
    if paper.ledger_holds is False:
        yield to.says("audit_paper.result", case="broken")
    if paper.ledger_holds is None:
        yield to.says("audit_paper.result", case="no_ledger")
    if paper.completeness is None:
        told = paper.told_problem or paper.completeness_problem
        yield to.says("audit_paper.result", case="unmatched", why=told)
    if paper.unreadable:
        yield to.says("audit_paper.result", case="unreadable", count=len(paper.unreadable))
    case = None if paper.gaps else "none"
    yield to.says("audit_paper.result", case=case, gaps=paper.gaps, drawn=len(paper.sample))


def _compared(paper: AuditPaper, to: Presentation) -> Iterator[Block]:
    """Yield what each place has, and what one has and another lacks."""
    rows = []
    for name in _COUNTS:
        count = getattr(paper.compared, name)
        rows.append((to.says("audit_paper.count", case=name), f"{count:,}"))
    yield Facts(tuple(rows))
    if paper.completeness is not None:
        totals = paper.completeness.totals
        rows = []
        for name in _TOTALS_OF_DELIVERIES:
            rows.append((to.says("delivered.total", case=name), f"{getattr(totals, name):,}"))
        yield Facts((*rows, *untold_facts(paper.completeness, to)))
        yield from verdict_blocks(paper.completeness, to)
    found = []
    for one in paper.mismatches:
        told = dict(one.told)
        found.append((to.says(told.pop("code"), **told), ()))
    if found:
        yield Points(tuple(found))


def _delivered(paper: AuditPaper, to: Presentation) -> Iterator[Section]:
    """Yield what was delivered without authority, and what else does not agree."""
    found = paper.completeness
    if found is None:
        return
    if found.unauthorised:
        blocks = [delivery_table(found.unauthorised[:_MOST], to)]
        left = len(found.unauthorised) - _MOST
        if left > 0:
            blocks.append(Prose(to.says("audit_paper.more", count=left)))
        yield _section("unauthorised", to, *blocks)
    yield from delivered_gaps(found.gaps, to)
    yield from drift_sections(found, to)


def _strata(paper: AuditPaper, to: Presentation) -> Rows:
    rows = []
    for one in paper.strata:
        most = to.says("audit_paper.most", most=one.most_deviating, of=one.population)
        numbers = (f"{one.population:,}", f"{one.given:,}", f"{one.deviating:,}")
        rows.append((to.says("audit_paper.stratum", case=one.name), *numbers, most))
    return Rows(to.headings("audit_paper.column", _STRATA), tuple(rows))


def _meaning(paper: AuditPaper, to: Presentation) -> str:
    percent = f"{100 * paper.confidence:.0f}"
    return to.says("audit_paper.meaning", percent=percent)


def _sample(paper: AuditPaper, to: Presentation) -> Block:
    if not paper.sample:
        return Prose(to.says("audit_paper.no_change"))
    rows = tuple(_row(one, to) for one in paper.sample)
    return Rows(to.headings("audit_paper.column", _SAMPLE), rows)


def _row(one: AuditedChange, to: Presentation) -> tuple[str, ...]:
    named = to.says("paper.named", id=one.change, title=one.title)
    if one.folder is not None:
        named = link(named, f"{one.folder}index.html")
    kind = to.says("audit_paper.kind", kind=one.type, state=one.state)
    stratum = to.says("audit_paper.stratum", case=one.drawn_for)
    return named, kind, stratum, answers_in_brief(one, to)


def answers_in_brief(one: AuditedChange, to: Presentation) -> str:
    """Return the lines of a checklist that are gaps, or that there are none."""
    said = []
    for verdict in ("no", "not_known"):
        names = [check for check in one.checks if check.verdict == verdict]
        if names:
            told = [to.says("audit_paper.check", case=check.id) for check in names]
            said.append(to.says("audit_paper.brief", case=verdict, checks=told))
    return " ".join(said) or to.says("audit_paper.brief", case="none")


def _totals(paper: AuditPaper, to: Presentation) -> Rows:
    rows = []
    for one in paper.totals:
        numbers = [f"{getattr(one, name):,}" for name in _TOTALS[1:]]
        rows.append((to.says("audit_paper.check", case=one.id), *numbers))
    return Rows(to.headings("audit_paper.column", _TOTALS), tuple(rows))


def question(name: str, to: Presentation) -> str:
    """Return a line of the checklist as a question."""
    return to.says("checklist.question", case=name)


def answer_to(check: CheckAnswer, to: Presentation) -> str:
    """Return why a line was answered as it was."""
    told = dict(check.told)
    return to.says(told.pop("code"), **told)


def clause_of(clause: str, to: Presentation) -> str:
    """Return a clause; the organisation's own rules in the reader's language."""
    return to.says("paper.own_rule") if clause == "Organisation's own" else clause


def _again(paper: AuditPaper, to: Presentation) -> Iterator[Block]:
    """Yield how the sample was drawn, and the commands that draw it again."""
    facts = (
        (to.says("audit_paper.fact", case="seed"), f"`{paper.seed}`"),
        (to.says("audit_paper.fact", case="asked"), f"{paper.asked:,}"),
        (to.says("audit_paper.fact", case="population"), f"{paper.population:,}"),
    )
    yield Facts(facts)
    yield Prose(to.says("audit_paper.rule"))
    yield Points(((to.says("audit_paper.by_hand"), tuple(drawing_commands(paper))),))


def drawing_commands(paper: AuditPaper) -> Iterator[TypedLine]:
    """Yield a command for each stratum that prints its changes in the order of drawing."""
    seed = shlex.quote(paper.seed)
    for one in paper.strata:
        if one.given:
            yield TypedLine(
                f"while read -r change; do printf '%s\\n%s' {seed} \"$change\" | sha256sum"
                f' | sed "s/-/$change/"; done < strata/{one.name}.txt'
                f" | LC_ALL=C sort | head -n {one.given}"
            )


def _conclusions(to: Presentation) -> Rows:
    headings = to.headings("audit_paper.column", ("concluded", "conclusion"))
    rows = []
    for one in _CONCLUSIONS:
        rows.append((to.says("audit_paper.concluded", case=one), ""))
        # room to write on paper
        rows.append(("", ""))
    return Rows(headings, tuple(rows))


def lists_of(paper: AuditPaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return a row for each sampled change with its answers, and one for each stratum."""
    names = [one.id for one in paper.totals]
    columns = to.headings("audit_paper.column", _LISTED)
    headings = (*columns, *(to.says("audit_paper.check", case=name) for name in names))
    rows = tuple(tuple(_listed(one, to)) for one in paper.sample)
    times = frozenset(_LISTED.index(name) for name in ("started", "ended"))
    changes = ListTable(to.says("audit_paper.section", case="sample"), headings, rows, times)
    strata = (_listed_stratum(one, to) for one in paper.strata)
    title = to.says("audit_paper.section", case="strata")
    return changes, list_table(title, "audit_paper.column", _STRATA, strata, to)


def _listed(one: AuditedChange, to: Presentation) -> Iterator[Cell]:
    yield one.change
    yield one.title
    yield to.shows("word", one.type)
    yield to.shows("word", one.state)
    yield list_word(one.outcome, to)
    yield one.started
    yield one.ended
    yield in_a_row([to.says("audit_paper.stratum", case=name) for name in one.strata], to)
    yield to.says("audit_paper.stratum", case=one.drawn_for)
    yield one.rank
    for check in one.checks:
        yield to.says("checklist.verdict", case=check.verdict)


def _listed_stratum(one: AuditedStratum, to: Presentation) -> Mapping[str, Cell]:
    return {
        "stratum": to.says("audit_paper.stratum", case=one.name),
        "population": one.population,
        "given": one.given,
        "deviating": one.deviating,
        "most": one.most_deviating,
    }


FORMATS: Final[dict[str, Callable[[AuditPaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
