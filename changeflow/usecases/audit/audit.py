"""Audit the changes of a period: compare the records, draw a sample, and answer its checklists."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

from changeflow import errors
from changeflow.gate_cases.audited_facts import LedgerFacts, audited_facts, recorded_checks
from changeflow.gate_cases.compared_records import ChangeOnRecord, Compared, compare
from changeflow.gate_cases.register_rows import RegisteredChange
from changeflow.gate_cases.told_changes import ToldChange, told_again, told_rows
from changeflow.insight.audit_checklist import CHECKS, checklist
from changeflow.insight.audit_sample import ChangeSample, DrawnChange, StratumName, draw_changes
from changeflow.insight.deviation_bound import CONFIDENCE, most_deviating
from changeflow.insight.period import Period
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import in_a_row, in_english
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.envelope import ENTRY_LIMIT
from changeflow.model.answers.completeness import Completeness
from changeflow.model.answers.report_audit import (
    VERDICTS,
    AuditedChange,
    AuditedStratum,
    AuditPaper,
    CheckAnswer,
    CheckTotal,
    Verdict,
)
from changeflow.model.answers.report_change import ChangePaper
from changeflow.model.canonical import digest_bytes
from changeflow.model.clock import Clock
from changeflow.model.evidence import LedgerEntry
from changeflow.model.phrases import Told
from changeflow.model.times import format_duration, format_instant
from changeflow.reading.evidence_files import ChangeEvidence, EvidenceReader
from changeflow.reading.paper_head import repository_head
from changeflow.reading.past_rules import moments
from changeflow.reading.places import Place, places
from changeflow.reading.view import View
from changeflow.usecases.ledger.log import Verified, opened_in, verify_opened
from changeflow.usecases.register.show import Additions, Shown, show, show_at
from changeflow.usecases.report.change_record import paper_of_shown
from changeflow.usecases.report.completeness import completeness

# working hours by the clock of the repository, from Monday to Friday
_FIRST_HOUR: Final = 8
_LAST_HOUR: Final = 18
_SATURDAY: Final = 5
_HIGH: Final = frozenset({"high", "critical"})
_FAILED: Final = frozenset({"failed", "rolled_back"})
SAMPLES: Final = "samples/"


class AuditRequest(NamedTuple):
    """The sample that is wanted.

    Attributes:
        size: how many changes.
        seed: any text; None: the commit of the main branch.
        packed: whether each of them gets a folder.
    """

    size: int
    seed: str | None = None
    packed: bool = True


class ChangePack(NamedTuple):
    """What is put into the folder of a sampled change.

    Attributes:
        change: its row of the audit, with the checklist.
        paper: the record of the change; None where it cannot be made.
        why: the reason then.
        evidence: files that prove it.
        ci_checks: those that the code host told the last decision; None: nothing is on record.
    """

    change: AuditedChange
    paper: ChangePaper | None
    why: str | Told
    evidence: ChangeEvidence
    ci_checks: list[Mapping[str, Any]] | None


@dataclass(frozen=True)
class Audit:
    """An audit: the paper, and what its packs are made from.

    Attributes:
        paper: what was found.
        sample: the strata with their changes.
    """

    paper: AuditPaper
    sample: ChangeSample
    _ledger: _Ledger
    _maker: _PackMaker

    def entries(self) -> tuple[tuple[str, str], ...]:
        """Return path and digest of each entry of the ledger, in order."""
        return self._ledger.listed()

    def packs(self) -> Iterator[ChangePack]:
        """Yield the pack of each sampled change, made when it is asked for."""
        for one in self.paper.sample:
            yield self._maker.pack(one)


def audit(view: View, period: Period, clock: Clock, request: AuditRequest) -> Audit:
    """Audit the changes of a period.

    A ledger that does not hold is audited all the same: it is a gap, and what it says is told with
    that warning.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    told = told_rows(view, period, clock, partial(_member, period=period))
    ledger = _Ledger(view, clock)
    by_name = {one.record.change: one for one in told.rows}
    seed = request.seed if request.seed is not None else (view.base.commit or "")
    traits = {name: one.traits for name, one in by_name.items()}
    sample = draw_changes(traits, request.size, seed)
    listed = [by_name[drawn.change].listed for drawn in sample.drawn]
    sampled = told_again(view, listed, period.zone, clock.now)
    changes = []
    for drawn in sample.drawn:
        one = sampled[drawn.change]
        facts = audited_facts(one, ledger.entries_of(drawn.change), ledger.facts, clock.now)
        folder = f"{SAMPLES}{drawn.change}/" if request.packed else None
        row = _row(one, traits[drawn.change], drawn)
        checks = tuple(_answers(checklist(facts)))
        changes.append(row | {"folder": folder, "checks": checks})
    rows = tuple(map(AuditedChange.model_validate, changes))
    compared = compare(view, [one.record for one in told.rows], ledger.chain_entries, period)
    head = repository_head(view, period, clock.now, told.inputs, told.unreadable)
    delivered = _delivered(view, period, clock)
    paper = _paper(head | ledger.head | delivered, request, seed, sample, rows, compared)
    maker = _PackMaker(view, period, clock, ledger)
    return Audit(paper, sample, ledger, maker)


class _Member(NamedTuple):
    """A change of the population that is sampled: its row, its traits, and what is compared."""

    listed: RegisteredChange
    traits: frozenset[StratumName]
    record: ChangeOnRecord


def _member(one: ToldChange, period: Period) -> _Member:
    listed = one.listed.row
    record = ChangeOnRecord(listed.change, listed.at, "actual_start" in one.record)
    return _Member(replace(one.listed, judged=None), traits_of(one, period), record)


def _delivered(view: View, period: Period, clock: Clock) -> dict[str, Any]:
    """Return what was delivered, matched with requests; where that is not possible, why."""
    try:
        found = completeness(view, period, clock)
    except (errors.Unreadable, errors.HostFailed) as error:
        said = in_a_row([error.told], MACHINE)
        return {"completeness": None, "completeness_problem": said, "told_problem": error.told}
    return {"completeness": found, "completeness_problem": ""}


def _undelivered(found: Completeness | None) -> int:
    """Return how many deliveries are open, and how much does not agree."""
    if found is None:
        return 1
    drift = found.drift.unmatched if found.drift is not None else 0
    return found.totals.open + len(found.gaps) + drift


def traits_of(one: ToldChange, period: Period) -> frozenset[StratumName]:
    """Return the strata whose trait a change has."""
    record, listed = one.record, one.listed.row
    level = record.get("risk_level") or (listed.risk.level if listed.risk is not None else None)
    moment = record.get("actual_start") or record.get("planned_start")
    found: dict[StratumName, bool] = {
        "emergency": listed.type == "emergency",
        "failed": record.get("outcome") in _FAILED,
        "high_risk": level in _HIGH,
        "late": bool(one.late),
        "out_of_hours": moment is not None and _is_out_of_hours(moment, period),
    }
    return frozenset(name for name, is_so in found.items() if is_so)


def _is_out_of_hours(moment: datetime, period: Period) -> bool:
    local = moment.astimezone(period.zone)
    return local.weekday() >= _SATURDAY or not _FIRST_HOUR <= local.hour < _LAST_HOUR


class _Ledger:
    """The ledger as its verification found it."""

    def __init__(self, view: View, clock: Clock) -> None:
        self._view = view
        self._verified: Verified | None = None
        with contextlib.suppress(errors.NothingToDo):
            self._verified = verify_opened(opened_in(view), clock.real)
        by_change: dict[str, list[LedgerEntry]] = {}
        for entry in self.chain_entries:
            by_change.setdefault(entry.change, []).append(entry)
        self._by_change = by_change

    @property
    def chain_entries(self) -> Sequence[LedgerEntry]:
        """Return all entries, whether they count or not."""
        return self._verified.chain.entries if self._verified is not None else ()

    def entries_of(self, change: str) -> Sequence[LedgerEntry]:
        """Return all entries about a change."""
        return self._by_change.get(change, ())

    def raw(self, change: str) -> Mapping[str, bytes]:
        """Return the bytes of all files about a change by their paths, readable or not."""
        return self._bytes_of(self._by_folder.get(change, ()))

    def listed(self) -> tuple[tuple[str, str], ...]:
        """Return path and digest of each entry in order, then of what cannot be read."""
        found = [(entry.path, entry.digest) for entry in self.chain_entries]
        known = {path for path, _ in found}
        strange = sorted(path for path in self._oids if path not in known)
        for path, data in self._bytes_of(strange).items():
            found.append((path, digest_bytes(data)))
        return tuple(found)

    def _bytes_of(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        found = self._view.git.cat_file_batch((self._oids[path] for path in paths), ENTRY_LIMIT)
        return {path: blob.data or b"" for path, blob in zip(paths, found, strict=True)}

    @cached_property
    def _oids(self) -> Mapping[str, str]:
        """Return the names of the objects of all files of the ledger by their paths."""
        head = self._verified.chain.head if self._verified is not None else None
        found: dict[str, str] = {}
        for one in self._view.git.ls_tree(head, full=True) if head is not None else ():
            if one.kind == "blob":
                found[one.path] = one.oid
        return found

    @cached_property
    def _by_folder(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._oids:
            found.setdefault(path.partition("/")[0], []).append(path)
        return found

    @property
    def head(self) -> dict[str, Any]:
        """Return what the head of a paper says of the ledger: all that its verification finds."""
        if self._verified is None:
            return {"ledger_holds": None}
        problems = self._verified.problems
        if not problems:
            return {"ledger_holds": True, "ledger_problem": "", "told": ""}
        told = problems[0].quoted
        return {
            "ledger_holds": False,
            "ledger_problem": in_a_row([told], MACHINE),
            "told": told,
        }

    @cached_property
    def facts(self) -> LedgerFacts:
        """Return what the checklist is told of it."""
        config = self._view.base.config
        if self._verified is None:
            return LedgerFacts(None, frozenset(), config.require_signatures, frozenset())
        problems = frozenset(one.path for one in self._verified.problems if one.path)
        unsigned = frozenset(one.path for one in self.chain_entries if one.signer is None)
        return LedgerFacts(
            not self._verified.problems, problems, config.require_signatures, unsigned
        )

    def moments(self) -> Mapping[str, datetime]:
        """Return the time of each entry by its path."""
        return {entry.path: moment for entry, moment in moments(self.chain_entries)}


class _PackMaker:
    """Makes the packs of sampled changes."""

    def __init__(self, view: View, period: Period, clock: Clock, ledger: _Ledger) -> None:
        self._view, self._period, self._clock, self._ledger = view, period, clock, ledger
        self._reader = EvidenceReader(view, ledger.moments())
        self._additions = Additions(view)

    def pack(self, one: AuditedChange) -> ChangePack:
        """Return the pack of a change."""
        shown: Shown | None = None
        why: str | Told = ""
        paper = None
        try:
            shown = self._shown(one)
            paper = paper_of_shown(self._view, shown, self._period, self._clock)
        except (errors.NothingToDo, errors.Unreadable, errors.HostFailed) as error:
            why = error.told
        state = shown.state if shown is not None else self._view.base
        mine, raw = self._ledger.entries_of(one.change), self._ledger.raw(one.change)
        evidence = self._reader.collect(one.change, state, mine, raw)
        return ChangePack(one, paper, why, evidence, recorded_checks(mine))

    def _shown(self, one: AuditedChange) -> Shown:
        place = self._places.get(one.change)
        if place is None:
            return show(self._view, one.change, self._clock)
        return show_at(place, one.change, self._clock, self._additions)

    @cached_property
    def _places(self) -> Mapping[str, Place]:
        """Return the place that each change is told of from, looked for once."""
        found: dict[str, Place] = {}
        for place in places(self._view, everywhere=True):
            for name in place.changes:
                found.setdefault(name, place)
        return found


def _row(one: ToldChange, traits: frozenset[StratumName], drawn: DrawnChange) -> dict[str, Any]:
    listed = one.listed.row
    return {
        "change": listed.change,
        "title": listed.title,
        "type": listed.type,
        "state": listed.state,
        "outcome": one.record.get("outcome"),
        "started": one.record.get("actual_start"),
        "ended": one.record.get("actual_end"),
        "at": listed.at,
        "strata": tuple(sorted(traits or {"rest"})),
        "drawn_for": drawn.stratum,
        "rank": drawn.rank,
    }


def _answers(lines: Any) -> Iterator[CheckAnswer]:
    for name, check, found in lines:
        told = {"code": f"checklist.{name}", "case": found.case, **_plain(found.data)}
        yield CheckAnswer(
            id=name,
            clause=check.clause,
            verdict=found.verdict,
            message=in_english(told),
            evidence=tuple(dict.fromkeys(found.evidence)),
            told=told,
        )


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return data of a sentence: times as RFC 3339 text, spans as ISO 8601."""
    found = {}
    for name, value in data.items():
        if isinstance(value, datetime):
            found[name] = format_instant(value)
        elif hasattr(value, "total_seconds"):
            found[name] = format_duration(value)
        else:
            found[name] = value
    return found


def _paper(
    head: dict[str, Any],
    request: AuditRequest,
    seed: str,
    sample: ChangeSample,
    rows: tuple[AuditedChange, ...],
    compared: Compared,
) -> AuditPaper:
    deviating = {row.change for row in rows if any(map(is_gap, row.checks))}
    gaps = sum(sum(map(is_gap, row.checks)) for row in rows) + len(compared.mismatches)
    gaps += len(head["unreadable"]) + (head["ledger_holds"] is False)
    gaps += _undelivered(head["completeness"])
    return AuditPaper.model_validate(
        {
            **head,
            "seed": seed,
            "asked": request.size,
            "population": sample.population,
            "confidence": CONFIDENCE,
            "compared": compared.counts,
            "mismatches": compared.mismatches,
            "strata": tuple(_strata(sample, deviating)),
            "totals": tuple(_totals(rows)),
            "sample": rows,
            "gaps": gaps,
            "ok": not gaps,
        }
    )


def is_gap(check: CheckAnswer) -> bool:
    """Return whether a line of a checklist says no, or that evidence is missing."""
    return check.verdict in ("no", "not_known")


def _strata(sample: ChangeSample, deviating: AbstractSet[str]) -> Iterator[AuditedStratum]:
    for name, one in sample.strata.items():
        found = len(deviating & set(one.changes[: one.given]))
        yield AuditedStratum(
            name=name,
            population=len(one.changes),
            given=one.given,
            deviating=found,
            most_deviating=most_deviating(len(one.changes), one.given, found),
        )


def _totals(rows: Sequence[AuditedChange]) -> Iterator[CheckTotal]:
    for number, (name, check) in enumerate(CHECKS.items()):
        counts: Counter[Verdict] = Counter(row.checks[number].verdict for row in rows)
        numbers = {verdict: counts[verdict] for verdict in VERDICTS}
        yield CheckTotal.model_validate({"id": name, "clause": check.clause, **numbers})
