"""Whether evidence proves what a rule asks for.

Pure: the demand of a rule and what conditions see as `evidence` in, a code with its data out. The
newest record counts that an automation signed, on the commit that is decided about. What anybody
else recorded proves nothing, and hides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from changeflow.model.policy import CHECKS_NOT_ASKED, Proof, RequireEvidence
from changeflow.model.report_summary import EvidenceKind, ReportSummary

PROVED: Final = "evidence.proved"
# what a record may come to, given time and another run of CI
MENDED_BY_A_RUN: Final = frozenset({"evidence.missing", "evidence.other_commit"})
# digits of a commit that a sentence shows
_SHORT: Final = 12

Seen = Mapping[str, Any]


def proof_of(demand: RequireEvidence, evidence: Seen) -> Proof:
    """Return whether the evidence proves a demand.

    Args:
        demand: of a rule.
        evidence: what conditions see: `checks` by name, and `records`, oldest first.
    """
    if demand.kind == "check":
        return _proof_of_check(demand, evidence["checks"])
    named = {"kind": demand.kind, "name": demand.name}
    records = list(_named(demand, evidence["records"]))
    here = [one for one in records if one["at_head"]]
    trusted = [one for one in here if _doubt(one, demand) is None]
    if not trusted:
        return _not_recorded(demand, named, records, here)
    return _judged(demand, named, trusted[-1])


def is_tested(evidence: Seen) -> bool:
    """Return whether JUnit reports prove that the commit was tested.

    There is one at least, and of each name the newest one holds.
    """
    names: list[str] = []
    for one in evidence["records"]:
        if one["kind"] == "junit" and one["at_head"] and not one["doubt"]:
            names.append(one["name"])
    demands = [RequireEvidence(kind="junit", name=name) for name in dict.fromkeys(names)]
    return bool(demands) and all(proof_of(one, evidence).holds for one in demands)


def _named(demand: RequireEvidence, records: Sequence[Seen]) -> Iterator[Seen]:
    for one in records:
        if one["kind"] == demand.kind and one["name"] == demand.name:
            yield one


def _doubt(record: Seen, demand: RequireEvidence) -> str | None:
    """Return why the record of a person or an automation proves nothing; None where it may."""
    if record["doubt"]:
        return str(record["doubt"])
    if demand.by is not None and demand.by not in (record["by"], *record["roles"]):
        return "role"
    return None


def _not_recorded(
    demand: RequireEvidence, named: dict[str, Any], records: Sequence[Seen], here: Sequence[Seen]
) -> Proof:
    if here:
        last = here[-1]
        data = named | {"case": _doubt(last, demand), "by": last["by"] or "?"}
        return Proof("evidence.untrusted", data | {"wanted": demand.by or ""})
    command = f"changeflow evidence record --kind {demand.kind} --name {demand.name}"
    path = demand.path or "FILE"
    data = named | {"command": f"{command} --path {path}"}
    if records:
        commit = str(records[-1]["commit"])[:_SHORT]
        return Proof("evidence.other_commit", data | {"commit": commit})
    return Proof("evidence.missing", data)


def _judged(demand: RequireEvidence, named: dict[str, Any], record: Seen) -> Proof:
    for case in ("path", "digest", "check"):
        wanted = getattr(demand, case)
        if wanted is not None and record[case] != wanted:
            found = {"case": case, "wanted": wanted, "found": record[case] or "-"}
            return Proof("evidence.differs", named | found)
    summary = record["summary"]
    if summary["unreadable"]:
        return Proof("evidence.unreadable", named | {"why": summary["unreadable"]})
    failed = _failure(demand.kind, summary)
    if failed:
        return Proof("evidence.failed", named | failed)
    return Proof(PROVED, named, holds=True)


def _failed_tests(summary: Seen) -> dict[str, Any]:
    failed = summary["failures"] + summary["errors"]
    if failed:
        return {"case": "tests", "failed": failed, "tests": summary["tests"]}
    ran = summary["tests"] - summary["skipped"]
    return {} if ran > 0 else {"case": "no_tests", "skipped": summary["skipped"]}


def _found_errors(summary: Seen) -> dict[str, Any]:
    return {"case": "results", "errors": summary["error"]} if summary["error"] else {}


def _no_components(summary: Seen) -> dict[str, Any]:
    return {} if summary["components"] else {"case": "components"}


# What of a report shows that it did not go well. A plain file says nothing but its digest.
_FAILED: Final = {
    "junit": _failed_tests,
    "sarif": _found_errors,
    "sbom": _no_components,
}


def _failure(kind: EvidenceKind, summary: Seen) -> dict[str, Any]:
    """Return what of a report shows that it did not go well, as data of a sentence."""
    failing = _FAILED.get(kind)
    return failing(summary) if failing is not None else {}


def shows_failure(kind: EvidenceKind, summary: ReportSummary) -> bool:
    """Return whether a report that can be judged shows that something did not go well."""
    return bool(_failure(kind, summary.model_dump()))


def _instead(demand: RequireEvidence) -> str:
    """Return the command by which CI puts a report of a check on record."""
    from shlex import quote

    record = "changeflow evidence record --kind junit --name NAME --path FILE --check"
    return f"{record} {quote(demand.name)}"


def _proof_of_check(demand: RequireEvidence, checks: Seen) -> Proof:
    """Return what a check run of the host came to. Names are those of `evidence.checks`."""
    named: dict[str, Any] = {"kind": "check", "name": demand.name}
    conclusion = checks.get(demand.name.strip().casefold())
    if conclusion is None and checks is CHECKS_NOT_ASKED:
        return Proof("evidence.missing", named | {"case": "unasked", "command": _instead(demand)})
    if conclusion is None:
        return Proof("evidence.missing", named | {"case": "check"})
    if conclusion == "pending":
        return Proof("evidence.missing", named | {"case": "running"})
    if conclusion != "success":
        return Proof("evidence.failed", named | {"case": "check", "conclusion": conclusion})
    return Proof(PROVED, named, holds=True)
