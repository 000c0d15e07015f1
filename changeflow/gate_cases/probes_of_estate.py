"""Probes of a gap analysis that look at the ledger, the CMDB and the measures of the period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Final

from changeflow.cmdb.outdated_items import outdated
from changeflow.gate_cases.gap_facts import NO_OCCASION, GapFacts, Seen, share_of
from changeflow.model.answers.gap import EvidenceNote
from changeflow.model.cmdb import Status
from changeflow.model.configuration_audit import ConfigurationAudit, ConfigurationAuditSpec
from changeflow.model.document_paths import AUDITS
from changeflow.model.evidence import BaselineBody, DecisionBody, LedgerEntry
from changeflow.model.placeholders import is_hollow, is_praise
from changeflow.model.standard import Probe
from changeflow.reading.audits import responsible
from changeflow.reading.other_changes import released_actions

# -- the ledger ------------------------------------------------------------------------------------


def _entry(one: LedgerEntry) -> str:
    return f"ledger {one.seq}"


def _of_period(facts: GapFacts) -> Iterator[LedgerEntry]:
    for one in facts.evidence.entries:
        if facts.period.has(one.moment):
            yield one


def _entries(facts: GapFacts) -> Seen:
    """Return the entries of the period, and say where some were recorded under a fixed clock."""
    entries = tuple(_of_period(facts))
    if not entries:
        return NO_OCCASION
    is_simulated = any(map(attrgetter("simulated"), entries))
    return Seen(tuple(map(_entry, entries)), note="simulated" if is_simulated else "")


def _signed(facts: GapFacts) -> Seen:
    """Return the words of people that a key of theirs signed."""
    said = []
    for one in _of_period(facts):
        if one.body.is_word:
            said.append((_entry(one), one.signer is not None))
    return share_of(said)


def _decisions(facts: GapFacts) -> Seen:
    """Return the decisions on record of changes that were started; each has one."""
    entries = []
    missing = dict.fromkeys(change.listed.row.change for change in facts.started)
    for entry in _of_period(facts):
        if isinstance(entry.body, DecisionBody):
            entries.append(entry)
            missing.pop(entry.change, None)
    if not entries and not missing:
        return NO_OCCASION
    return Seen(tuple(map(_entry, entries)), tuple(missing), len(entries) + len(missing))


def _baselines(facts: GapFacts) -> Seen:
    found = [_entry(one) for one in _of_period(facts) if isinstance(one.body, BaselineBody)]
    return Seen(tuple(found))


# -- the CMDB --------------------------------------------------------------------------------------


def _in_use(facts: GapFacts) -> Iterator[int]:
    graph = facts.rulebook.graph
    for number in range(len(graph.ids)):
        if graph.words[graph.facts["status"][number]] != Status.RETIRED.value:
            yield number


def _with(facts: GapFacts, *names: str) -> Seen:
    """Return the items in use for which all of these are recorded."""
    graph = facts.rulebook.graph
    asked = []
    for number in _in_use(facts):
        known = all(graph.words[graph.facts[name][number]] for name in names)
        asked.append((graph.ids[number], known))
    return share_of(asked)


def _described(facts: GapFacts, _: Probe) -> Seen:
    return _with(facts, "type", "status")


def _owned(facts: GapFacts, _: Probe) -> Seen:
    return _with(facts, "owner", "criticality")


def _live(facts: GapFacts, _: Probe) -> Seen:
    """Return the items that releases added, removed or transferred, and whose record says so."""
    done = released_actions(facts.state, facts.evidence.entries)
    touched = {one.ci for one in done}
    behind = {one.done.ci for one in outdated(done, facts.rulebook.items)}
    if not touched:
        return NO_OCCASION
    return Seen(tuple(sorted(touched - behind)), tuple(sorted(behind)), len(touched))


def _audits(facts: GapFacts, probe: Probe) -> Seen:
    """Return the audits of the CMDB that others than the owners filled in."""
    found, missing, note = list[str](), list[str](), ""
    for path, document in facts.documents(AUDITS, ConfigurationAudit):
        if document is None:
            missing.append(path)
            note = note or "unreadable"
            continue
        if document.spec.sample.drawn > facts.now:
            missing.append(path)
            note = "future"
        elif not facts.period.has(document.spec.sample.drawn):
            continue
        elif _is_filled_in(facts, document.spec):
            found.append(path)
        else:
            missing.append(path)
            note = note or "empty"
    expected = facts.times_expected(probe) if probe.every else None
    told: dict[str, EvidenceNote] = {
        "unreadable": "unreadable",
        "future": "future",
        "empty": "empty",
    }
    if expected is not None:
        found = found[:expected]
    return Seen(tuple(found), tuple(missing), expected, told.get(note, ""))


def _is_filled_in(facts: GapFacts, spec: ConfigurationAuditSpec) -> bool:
    said = spec.conclusion or ""
    if spec.auditor is None or not said or is_hollow(said) or is_praise(said):
        return False
    items = facts.rulebook.items
    for one in spec.items:
        if one.found == "unchecked":
            return False
        known = items.get(one.ci)
        if known is not None and spec.auditor in responsible(facts.rulebook, known.spec.owner):
            return False
    return True


# -- measures --------------------------------------------------------------------------------------


def measure(facts: GapFacts, kpi: str, part: str) -> Seen:
    """Return what a measure says: that it has a target and a value, or how much of it is whole."""
    found = facts.kpis.get(kpi)
    if found is None or found.value is None:
        return Seen(expected=0, note="no_value")
    if part == "measured":
        if kpi not in map(attrgetter("kpi"), facts.objectives):
            return Seen((), (kpi,), 1, "no_target")
        return Seen((kpi,), (), 1)
    if found.numerator is None or found.denominator is None:
        return Seen(expected=0, note="no_value")
    good = found.numerator
    if found.better == "down":
        good = found.denominator - found.numerator - found.unknown
    ids = tuple(found.records)
    note: EvidenceNote = "unknown" if found.unknown else ""
    if not found.denominator:
        return NO_OCCASION
    is_whole = good == found.denominator
    return Seen((f"{kpi}: {good}",), () if is_whole else ids, found.denominator, note, is_whole)


LEDGER: Final[dict[str, Callable[[GapFacts], Seen]]] = {
    "baselines": _baselines,
    "decisions": _decisions,
    "entries": _entries,
    "signed": _signed,
}
CMDB: Final[dict[str, Callable[[GapFacts, Probe], Seen]]] = {
    "audits": _audits,
    "described": _described,
    "live": _live,
    "owned": _owned,
}
