"""What a gap analysis looks for: the tables of probes, and what one of them comes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.gate_cases.gap_facts import GapFacts, Seen
from changeflow.gate_cases.probes_of_changes import RECORDS
from changeflow.gate_cases.probes_of_documents import DOCUMENTS, files, rules_citing
from changeflow.gate_cases.probes_of_estate import CMDB, LEDGER, measure
from changeflow.insight.clause_score import Looked
from changeflow.model.answers.gap import EvidenceFound, EvidencePart
from changeflow.model.standard import Probe

# ids, paths or entries that an answer names
_NAMED: Final = 20
# kinds whose evidence is on the ledger
_ON_LEDGER: Final = ("records", "ledger", "kpi")
_LOOKS: Final[dict[str, Callable[[GapFacts, Probe], Seen]]] = {
    "documents": lambda facts, probe: DOCUMENTS[probe.value](facts, probe),
    "files": lambda facts, probe: files(facts, probe.value),
    "records": lambda facts, probe: RECORDS[probe.value](facts),
    "ledger": lambda facts, probe: LEDGER[probe.value](facts),
    "cmdb": lambda facts, probe: CMDB[probe.value](facts, probe),
}


def look(
    facts: GapFacts, part: EvidencePart, probe: Probe, enough: int, cites: str
) -> EvidenceFound:
    """Return what was found under a probe."""
    seen = _seen(facts, part, probe, cites)
    have = len(seen.found)
    whole = seen.whole
    if whole is None:
        least = max(1, seen.expected) if seen.expected is not None else 1
        whole = have >= least and not (seen.missing and seen.expected is not None)
    return EvidenceFound(
        part=part,
        probe=probe.name,
        have=have,
        expected=seen.expected,
        whole=whole,
        practice=have >= (probe.least or enough),
        found=seen.found[:_NAMED],
        found_total=have,
        missing=seen.missing[:_NAMED],
        missing_total=len(seen.missing),
        note=seen.note,
    )


def _seen(facts: GapFacts, part: str, probe: Probe, cites: str) -> Seen:
    if probe.kind in _ON_LEDGER and facts.ledger_holds is False:
        return Seen((), (), None, "ledger", whole=False)
    if probe.kind == "kpi":
        return measure(facts, probe.value, part)
    if probe.kind == "rules":
        return rules_citing(facts, probe.value, cites)
    return _LOOKS[probe.kind](facts, probe)


def looked(one: EvidenceFound) -> Looked:
    """Return what a score rests on."""
    return Looked(
        part=one.part,
        have=one.have,
        occasion=one.expected != 0,
        whole=one.whole,
        practice=one.practice,
    )
