"""The four gates: a file for each, cases without defaults, and the same names in the evidence of all."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mypy import api
from pydantic import ValidationError

from changeflow.gate import case as every_case
from changeflow.gate import gates
from changeflow.gate.case import CmdbFacts, OwedSupplement, ToldFacts
from changeflow.gate.evidence_seen import NO_EVIDENCE
from changeflow.gate.gate_rules import Basis
from changeflow.gate.gates import GATES
from changeflow.gate.gates.approved_since import RecordedApproval
from changeflow.gate.gates.deploy import NotedRemote
from changeflow.gate.lifecycle import LifeCase
from changeflow.gate.other_paths import OtherPaths
from changeflow.gate.pull import PullCase
from changeflow.gate.release_acceptance import Acceptances, AskedAcceptance
from changeflow.model.deployer import Deployer
from changeflow.model.document_parts import Record
from changeflow.model.opinions import Check, Contributors
from changeflow.model.policy import Gate
from changeflow.model.post_implementation import Acceptance
from changeflow.model.report_summary import EvidenceRecord, ReportSummary
from changeflow.policy.vocabulary import EVIDENCE_AT, ROOTS, Fields, Shape

from .builders import DIGEST, NOW, case, pir, release, says
from .test_pull import pull

SEEN = ROOTS["evidence"]
ASKED = AskedAcceptance(
    release="november", merged=True, changes=("CHG-20261121-first",), parties=("alice",), unknown=(),
    wanted=Acceptance.model_validate({"role": "cab", "criteria": [{"criterion": "It works"}]}),
)  # fmt: skip
# Everything that a gate can know is known here, so that nothing looks empty by chance.
FULL = case(
    reviews=(says("carol"),),
    contributors=Contributors(people=("erin",), unknown=("who@example.com",)),
    checks=(Check(name="build", conclusion="success"),),
    records=(
        EvidenceRecord(
            kind="junit", name="unit", path="unit.xml", digest=DIGEST, size=9, check="", commit="ab" * 20, at_head=True, at=NOW, by="ci",
            roles=(), doubt="", summary=ReportSummary(tests=1),
        ),
    ),
    dependencies={"CHG-20261120-first": "implemented"},
    release=release("implemented", started=NOW, ended=NOW, by="bob"),
    review=pir(reviewer="erin", given=NOW),
    incidents=("INC-1",),
    cmdb=CmdbFacts(behind=("wiki",), needed=("intranet",)),
    told=ToldFacts(since=NOW, missing=("erin",)),
    deployer=Deployer(source="signed", person="bob"),
    acceptances=Acceptances(asked=(ASKED,), unreadable=(), today=NOW.date()),
)
RECORDS = {
    kind.__name__: one
    for one in (
        FULL.panel, FULL.common, FULL.cmdb, FULL.told, FULL.release, FULL.review, FULL.approve, FULL.deploy, FULL.life, FULL.life.closing,
        FULL.at(Gate.SUBMIT), FULL.other_paths, pull(), RecordedApproval(at=NOW, approvers=()), FULL.contributors,
        NotedRemote(address="https://example.com/shop", change="CHG-20261120-first", seq=1),
        OwedSupplement(incidents=("INC-1",), due=NOW), FULL.acceptances, ASKED,
    )
    for kind in (type(one),)
}  # fmt: skip


def test_every_gate_has_a_file_of_its_name_and_a_row() -> None:
    files = {path.stem for path in Path(gates.__file__).parent.glob("*.py")}
    assert set(GATES) == set(Gate)
    assert {gate.value for gate in Gate} <= files
    for gate, rules in GATES.items():
        assert (rules.gate, type(rules).__module__) == (gate, f"{gates.__name__}.{gate.value}")


# -- no fact is forgotten --------------------------------------------------------------------------------------------------


def facts() -> Iterator[tuple[str, str]]:
    for name, record in RECORDS.items():
        yield from ((name, fact) for fact in type(record).model_fields)


def test_the_records_that_are_looked_at_are_all_that_gates_are_told() -> None:
    def below(kind: type[Record]) -> set[str]:
        return {kind.__name__}.union(*(below(one) for one in kind.__subclasses__()))

    told = below(every_case.CaseFacts) - {"CaseFacts", "GateCase", "ApprovedCase"}
    assert told | {OtherPaths.__name__, Contributors.__name__} == set(RECORDS)
    assert {LifeCase.__name__, PullCase.__name__} <= told


@pytest.mark.parametrize(("record", "fact"), list(facts()))
def test_a_case_that_lacks_a_fact_cannot_be_made(record: str, fact: str) -> None:
    whole = RECORDS[record]
    told = {name: getattr(whole, name) for name in type(whole).model_fields if name != fact}
    with pytest.raises(ValidationError, match="Field required"):
        type(whole)(**told)
    assert type(whole)(**told | {fact: getattr(whole, fact)}) == whole


def test_a_fact_that_is_left_out_is_an_error_of_the_type_checker(tmp_path: Path) -> None:
    told = """
        from changeflow.gate.case import Common
        from changeflow.gate.gates.approve import ApproveCase
        from changeflow.gate.other_paths import OtherPaths

        def forgetful(common: Common, other: OtherPaths) -> ApproveCase:
            return ApproveCase(
                common=common, planned_later={}, other_paths=other, approval_validity=None, emergency_validity=None, released=False
            )
    """
    file = tmp_path / "forgetful.py"
    file.write_text(textwrap.dedent(told), encoding="utf-8")
    said, _, code = api.run([str(file), "--follow-imports=silent", "--no-error-summary", f"--cache-dir={tmp_path / 'cache'}"])
    assert (code, said.partition("error: ")[2].strip()) == (1, 'Missing named argument "resubmitted" for "ApproveCase"  [call-arg]')


# -- what conditions see ---------------------------------------------------------------------------------------------------


def shape_of(seen: Any, shape: Shape) -> Any:
    """Names within names, as far as they are declared."""
    if not isinstance(shape, Fields):
        return None
    return {name: shape_of(seen[name], shape.names.get(name, shape)) for name in seen}


def declared(shape: Shape) -> Any:
    return {name: declared(inner) for name, inner in shape.names.items()} if isinstance(shape, Fields) else None


def seen_at(gate: Gate) -> dict[str, Any]:
    basis = Basis(approved_at=NOW, approvers=frozenset({"carol"}))
    return GATES[gate].evidence(FULL.at(gate), basis)


@pytest.mark.parametrize("gate", Gate)
def test_every_name_is_there_at_every_gate(gate: Gate) -> None:
    assert shape_of(seen_at(gate), SEEN) == declared(SEEN)


def test_every_name_is_there_before_there_is_any_evidence() -> None:
    assert shape_of(NO_EVIDENCE, SEEN) == declared(SEEN)


@pytest.mark.parametrize(
    ("gate", "empty"),
    [
        (Gate.SUBMIT, {"acceptance", "approved_at", "deployer", "told", "merged", "release", "review", "incidents", "cmdb"}),
        (Gate.APPROVE, {"acceptance", "deployer", "told", "merged", "release", "review", "incidents", "cmdb"}),
        (Gate.DEPLOY, {"review", "incidents", "cmdb"}),
        (Gate.CLOSE, {"acceptance", "deployer", "told"}),
    ],
)
def test_what_a_gate_does_not_ask_is_empty(gate: Gate, empty: set[str]) -> None:
    nothing = NO_EVIDENCE
    found = seen_at(gate)
    assert {name for name in nothing if found[name] == nothing[name]} == empty
    assert {name for name, told_at in EVIDENCE_AT.items() if gate.value not in told_at} == empty
    assert found["approvals"] == [{"by": "carol", "role": "", "at": "2026-11-21T10:00:00Z"}]
    assert found["merged"] == (FULL.merged_digest == DIGEST and "merged" not in empty)
