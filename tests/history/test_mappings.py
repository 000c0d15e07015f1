"""Rules about mappings: what they name exists, and `check` says where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from changeflow.checks import apply_rules
from changeflow.checks.history_mappings import RULES
from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.documents.schema import schema_problems
from tests.history.exports import CHANGES, INCIDENTS, mapping_text, with_columns, with_file

CASES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("mapping-column:near", with_columns(CHANGES, titel="Title")),
    ("mapping-column:unknown", with_columns(CHANGES, xyzzy="Title")),
    ("mapping-column:near", with_columns(CHANGES, source="Title")),
    ("mapping-column:missing", {**CHANGES, "columns": {"title": "Title"}}),
    ("mapping-column:missing", {**CHANGES, "items": {"service": "Title"}}),
    ("mapping-column:missing", {**CHANGES, "table": "change_items", "columns": {"change": "Number"}}),
    ("mapping-column:filled", with_columns(INCIDENTS, link="Title")),
    ("mapping-column:part", {**CHANGES, "links": [{"change": "Title", "link": "fixes"}]}),
    ("mapping-column:part", {**INCIDENTS, "reverts": "Number"}),
    ("mapping-value:origin", with_columns(CHANGES, title={"column": "Title", "constant": "x"})),
    ("mapping-value:origin", with_columns(CHANGES, title={"otherwise": "nothing"})),
    ("mapping-value", with_columns(CHANGES, type={"column": "Title", "values": {"a": "Standard"}})),
    ("mapping-value", with_columns(CHANGES, cab_required={"constant": "maybe"})),
    ("mapping-value", with_columns(CHANGES, type={"first": [{"column": "Title", "patterns": [{"match": "a", "value": "urgent"}]}]})),
    ("mapping-pattern", with_columns(CHANGES, model={"column": "Title", "patterns": [{"match": "(", "value": "x"}]})),
    ("mapping-pattern", {**CHANGES, "traits": [{"trait": "a", "column": "Title", "match": "(?=x)"}]}),
    ("mapping-date", with_file(CHANGES, dates=["yyyy-mm-dd"])),
    ("mapping-date", with_columns(CHANGES, actual_start={"column": "Start", "dates": ["%Q"]})),
    ("mapping-encoding", with_file(CHANGES, encoding="klingon")),
    ("mapping-encoding", with_file(CHANGES, encoding="base64")),
    ("mapping-zone", with_file(CHANGES, zone="Amsterdam")),
    ("mapping-pointer", with_file(CHANGES, format="json")),
)  # fmt: skip


def _found(spec: Mapping[str, Any]) -> list[str]:
    (document,) = load(mapping_text(spec).encode(), "history/mappings/desk.yaml").documents
    assert schema_problems(document) == []
    record(document)
    found = []
    for finding in apply_rules.findings(document, None):
        assert finding.line > 1
        case = (finding.data or {}).get("case")
        found.append(f"{finding.rule}:{case}" if case else finding.rule)
    return found


@pytest.mark.parametrize(("rule", "spec"), CASES, ids=[f"{number}-{rule}" for number, (rule, _) in enumerate(CASES)])
def test_a_mapping_with_a_fault_is_a_finding_at_its_place(rule: str, spec: Mapping[str, Any]) -> None:
    assert set(_found(spec)) == {rule}


def test_mappings_without_faults_have_no_findings() -> None:
    assert _found(CHANGES) == _found(INCIDENTS) == []


def test_every_rule_has_a_case_here() -> None:
    assert {rule.id for rule in RULES} == {rule.partition(":")[0] for rule, _ in CASES}
