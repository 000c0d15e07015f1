"""What evidence proves: of this commit, by an automation, the newest record, and never by silence."""

from __future__ import annotations

from typing import Any

import pytest

from changeflow.evidence_files.proof import PROVED, is_tested, proof_of
from changeflow.model.policy import CHECKS_NOT_ASKED, PolicyCase, RequireEvidence
from changeflow.policy.engine import asks
from changeflow.policy.testing import run_case
from tests.gate.builders import policy

ZEROS, ONES = f"sha256:{'0' * 64}", f"sha256:{'1' * 64}"
GOOD = {
    "junit": {"tests": 3, "failures": 0, "errors": 0, "skipped": 1},
    "sarif": {"error": 0, "warning": 4, "suppressed": 2},
    "sbom": {"components": 12},
    "file": {},
}
NOTHING = dict.fromkeys(("tests", "failures", "errors", "skipped", "error", "components"), 0) | {"unreadable": ""}


def record(kind: str = "junit", **over: Any) -> dict[str, Any]:
    found = {
        "kind": kind, "name": "unit", "path": "build/unit.xml", "digest": ZEROS, "check": "test", "commit": "ab" * 20,
        "at_head": True, "by": "ci", "roles": [], "doubt": "", "summary": NOTHING | GOOD[kind],
    }  # fmt: skip
    return found | over


def demand(kind: str = "junit", **over: Any) -> RequireEvidence:
    return RequireEvidence.model_validate({"kind": kind, "name": "unit", "digest": ZEROS if kind == "file" else None} | over)


def said(asked: RequireEvidence, *records: dict[str, Any], **checks: str) -> str:
    proof = proof_of(asked, {"records": list(records), "checks": checks})
    case = proof.data.get("case")
    return f"{proof.code}:{case}" if case else proof.code


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_record_of_each_kind_is_proof(kind: str) -> None:
    assert said(demand(kind), record(kind)) == PROVED


@pytest.mark.parametrize("kind", GOOD)
def test_nothing_is_proved_by_silence(kind: str) -> None:
    assert said(demand(kind)) == "evidence.missing"
    proof = proof_of(demand(kind, path="out/a.xml"), {"records": [], "checks": {}})
    assert proof.data["command"] == f"changeflow evidence record --kind {kind} --name unit --path out/a.xml"


@pytest.mark.parametrize(
    ("kind", "summary", "wanted"),
    [
        ("junit", {"failures": 1}, "evidence.failed:tests"),
        ("junit", {"errors": 1}, "evidence.failed:tests"),
        ("junit", {"tests": 0, "skipped": 0}, "evidence.failed:no_tests"),
        ("junit", {"tests": 2, "skipped": 2}, "evidence.failed:no_tests"),
        ("sarif", {"error": 1}, "evidence.failed:results"),
        ("sbom", {"components": 0}, "evidence.failed:components"),
        ("junit", {"unreadable": "it is no XML"}, "evidence.unreadable"),
        ("sbom", {"unreadable": "it is no JSON"}, "evidence.unreadable"),
    ],
)
def test_a_record_that_shows_a_failure_is_none(kind: str, summary: dict[str, Any], wanted: str) -> None:
    assert said(demand(kind), record(kind, summary=NOTHING | GOOD[kind] | summary)) == wanted


@pytest.mark.parametrize(
    ("over", "wanted"),
    [
        ({"name": "Unit"}, "evidence.missing"),
        ({"name": "un\u0456t"}, "evidence.missing"),
        ({"kind": "sarif"}, "evidence.missing"),
        ({"at_head": False}, "evidence.other_commit"),
        ({"doubt": "unsigned"}, "evidence.untrusted:unsigned"),
        ({"doubt": "human"}, "evidence.untrusted:human"),
        ({"doubt": "party"}, "evidence.untrusted:party"),
    ],
)
def test_another_name_commit_or_hand_proves_nothing(over: dict[str, Any], wanted: str) -> None:
    assert said(demand(), record(**over)) == wanted


def test_the_newest_record_of_the_commit_counts() -> None:
    bad = record(summary=NOTHING | {"tests": 1, "failures": 1})
    assert said(demand(), record(), bad) == "evidence.failed:tests"
    assert said(demand(), bad, record()) == PROVED


def test_what_others_recorded_hides_nothing() -> None:
    for over in ({"doubt": "human"}, {"at_head": False}, {"name": "other"}):
        bad = record(summary=NOTHING | {"tests": 1, "failures": 1}, **over)
        assert said(demand(), record(), bad) == PROVED


def test_a_file_is_proved_by_its_digest_and_its_origin() -> None:
    assert said(demand(digest=ONES), record()) == "evidence.differs:digest"
    assert said(demand("file"), record("file", digest=ONES)) == "evidence.differs:digest"
    assert said(demand(path="build/other.xml"), record()) == "evidence.differs:path"
    assert said(demand(check="test"), record()) == PROVED
    assert said(demand(check="test"), record(check="")) == "evidence.differs:check"


def test_a_rule_may_name_who_must_have_recorded_it() -> None:
    assert said(demand(by="ci"), record()) == PROVED
    assert said(demand(by="builders"), record(roles=["builders"])) == PROVED
    assert said(demand(by="builders"), record()) == "evidence.untrusted:role"
    # The newest record of the named one counts, whoever recorded after it.
    assert said(demand(by="ci"), record(), record(by="renovate", summary=NOTHING | {"failures": 1})) == PROVED


@pytest.mark.parametrize("digest", ["sha256:" + "AB" * 32, "SHA256:" + "ab" * 32, "ab" * 32, "sha256:" + "ab" * 31, "sha256:" + "ab" * 32 + "\n"])
def test_a_digest_has_one_spelling(digest: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        demand(digest=digest)


@pytest.mark.parametrize(
    ("checks", "wanted"),
    [
        ({}, "evidence.missing:check"),
        ({"unit": "success"}, PROVED),
        ({"unit": "pending"}, "evidence.missing:running"),
        ({"unit": "skipped"}, "evidence.failed:check"),
        ({"unit": "neutral"}, "evidence.failed:check"),
        ({"unit": "failure"}, "evidence.failed:check"),
        ({"un\u0456t": "success"}, "evidence.missing:check"),
    ],
)
def test_a_check_is_proved_by_its_success_alone(checks: dict[str, str], wanted: str) -> None:
    assert said(demand("check"), record(), **checks) == wanted
    assert said(demand("check", name=" Unit"), record(), **checks) == wanted


def test_a_check_that_nobody_asked_for_is_not_known_and_a_report_of_it_would_be() -> None:
    found = proof_of(demand("check", name="build (linux)"), {"records": [], "checks": CHECKS_NOT_ASKED})
    assert (found.holds, found.code, found.data["case"]) == (False, "evidence.missing", "unasked")
    assert found.data["command"].endswith("--kind junit --name NAME --path FILE --check 'build (linux)'")


def test_a_commit_is_tested_where_every_report_of_it_holds() -> None:
    bad = record(name="browser", summary=NOTHING | {"tests": 1, "failures": 1})
    for records, wanted in (
        ([], False),
        ([record()], True),
        ([record(), bad], False),
        ([record(), bad, record(name="browser")], True),
        ([record(at_head=False)], False),
        ([record(doubt="human")], False),
        ([record("sarif")], False),
    ):
        assert is_tested({"records": records, "checks": {}}) is wanted


RULES = [
    {
        "id": "proved",
        "when": "change.type == 'normal'",
        "message": "CI proves it",
        "require_evidence": [{"kind": "junit", "name": "unit"}, {"kind": "check", "name": "build"}],
        "require": [{"role": "cab"}],
    },
    {"id": "scanned", "level": "warn", "message": "Scan it", "require_evidence": [{"kind": "sarif", "name": "scan"}]},
    {"id": "tested", "message": "Prove it", "assert": "evidence.tested"},
]


@pytest.mark.parametrize(
    ("evidence", "wanted"),
    [
        ({}, ("fail", "fail", "fail")),
        ({"records": [{"summary": {"tests": 2}}], "checks": {"build": "success"}}, ("pass", "fail", "pass")),
        ({"records": [{"summary": {"tests": 2}}]}, ("fail", "fail", "pass")),
        ({"records": [{"summary": {"tests": 2}, "at_head": False}], "checks": {"build": "success"}}, ("fail", "fail", "fail")),
        ({"records": [{"kind": "sarif", "name": "scan"}]}, ("fail", "pass", "fail")),
        ({"records": None, "checks": {}}, ("error", "error", "fail")),
        ({"checks": None}, ("error", "fail", "fail")),
    ],
)
def test_cases_of_a_policy_say_only_what_differs_of_a_record(evidence: dict[str, Any], wanted: tuple[str, ...]) -> None:
    expect = dict(zip(("proved", "scanned", "tested"), wanted, strict=True))
    case = PolicyCase.model_validate({"name": "a case", "given": {"evidence": evidence}, "expect": expect, "seats": {"cab": 1} if wanted[0] != "error" else {}})
    assert run_case(policy(RULES), case).differences == ()


def test_a_rule_says_what_evidence_it_asks_for() -> None:
    found = [asks(rule) for rule in policy(RULES).spec.rules]
    assert found[0].endswith("junit `unit` of the commit and a check run `build` of the commit that ended with success")
    assert found[1] == "sarif `scan` of the commit"


def test_a_rule_that_asks_for_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="require_evidence"):
        policy([{"id": "idle", "message": "Nothing"}])
    with pytest.raises(ValueError, match="require_evidence"):
        policy([{"id": "idle", "message": "Nothing", "require_evidence": []}])
