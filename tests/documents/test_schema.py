"""Schemas: generated from the records, agreed on by three validators, explained to people."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import valid_repository as valid
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from referencing import Registry

from changeflow.documents import generate_schemas
from changeflow.documents.document import Document
from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.documents.schema import schema_problems
from changeflow.documents.shipped_schemas import FORMATS, schema
from changeflow.errors import Unreadable
from changeflow.model.change import Step
from changeflow.model.kinds import NAMES, record_of
from changeflow.resources import folder
from tests.examples import examples

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


def documents(text: str) -> tuple[Document, ...]:
    return load(text.encode(), "x.yaml", many=True).documents


def one(data: dict[str, Any]) -> Document:
    (document,) = documents(json.dumps(data))
    return document


BOTH = {"en": "text", "zh": "文字"}
VALID: list[dict[str, Any]] = [
    document.data for text in [*valid.FILES.values(), valid.REVIEW, valid.INCIDENT, valid.AUDIT, valid.IMPROVEMENT, valid.EXCEPTION] for document in documents(text)
]  # fmt: skip
VALID += [
    {
        "apiVersion": "changeflow/v1", "kind": "ChangeRequest", "metadata": {"id": "CHG-20261121-x", "title": "t", "requester": "a"},
        "spec": {"type": "emergency", "reason": "r", "emergency": {"incident": "INC-1", "justification": "j"}, "implementer": "b",
                 "items": [{"ci": "c"}], "assessment": {}, "implementation": {"steps": [{"name": "n", "manual": "m"}]}, "rollback": {}},
    },
    {
        "apiVersion": "changeflow/v1", "kind": "ConfigurationSource", "metadata": {"id": "estate"},
        "spec": {"format": "csv", "nodes": "a.csv", "edges": "b.csv", "precedence": 7, "defaults": {"status": "live"},
                 "mapping": {"id": "CI", "owner": {"column": "Team", "values": {"Team A": "team-a"}}}},
    },
    {
        "apiVersion": "changeflow/v1", "kind": "HistoryMapping", "metadata": {"id": "changes"},
        "spec": {"table": "changes", "source": "desk", "several_rows": "first", "reverts": {"column": "Undoes", "split": ","},
                 "file": {"format": "csv", "delimiter": ";", "nothing": ["-"], "dates": ["%d.%m.%Y"], "zone": "Europe/Berlin", "fold": "later"},
                 "columns": {"change": "Number", "cab_required": {"first": ["CAB", {"constant": "no"}]},
                             "declared_risk": {"column": "Risk", "values": {"1": "high"}, "otherwise": "nothing"},
                             "files": {"column": "Files", "patterns": [{"match": "([0-9]+) files", "value": "\\1"}], "times": 2}},
                 "items": {"item": {"column": "CIs", "split": "/", "optional": True}},
                 "traits": [{"trait": "urgent", "column": "Tags", "values": ["urgent"], "match": "(?i)now"}, {"column": "Labels"}]},
    },
    {
        "apiVersion": "changeflow/v1", "kind": "PeriodReview", "metadata": {"id": "2026-11"},
        "spec": {"purpose": "trend", "period": {"from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00Z", "zone": "Asia/Shanghai"},
                 "looked_at": [{"report": "trends", "numbers": f"sha256:{'0' * 64}", "main": "0" * 40, "made": "2026-12-02T00:00:00Z"}],
                 "analysed_by": "a", "reviewed": "2026-12-03", "reviewers": [{"person": "b", "role": "cab"}],
                 "trends": [{"measure": "overran", "conclusion": "c", "signals": [
                     {"rule": "six_trending", "side": "up", "first": "2026-05", "last": "2026-10"}]}],
                 "conclusion": "c", "decisions": [{"decision": "d", "owner": "cab", "due": "2026-12-20"}], "improvements": ["warm-replica"]},
    },
    {
        "apiVersion": "changeflow/v1", "kind": "Standard", "metadata": {"id": "own"},
        "spec": {"cites": "Own", "enough": 2, "wanted": 4, "scale": [{"score": 0, "name": BOTH, "rule": BOTH, "needs": ["any"]}],
                 "clauses": [{"id": "1.1", "title": BOTH, "about": ["x"], "asks": BOTH, "scope": "partly", "reason": BOTH, "role": BOTH, "most": 3,
                              "evidence": {"document": [{"documents": "policies"}], "records": [{"cmdb": "audits", "least": 1, "every": "year"}],
                                           "timely": [{"ledger": "signed"}], "measured": [{"kpi": "overran"}],
                                           "improved": [{"files": "a*"}, {"rules": "1.1"}, {"records": "tested"}]}}],
                 "frameworks": [{"id": "o", "name": "O", "controls": [{"id": "C 1", "title": BOTH, "asks": BOTH, "clauses": ["1.1"]}]}]},
    },
    {
        "apiVersion": "changeflow/v1", "kind": "Objectives", "metadata": {"id": "objectives"},
        "spec": {"objectives": [{"kpi": "emergency_share", "target": "<= 10 %", "owner": "cab", "period": "month", "reason": "r"}]},
    },
    {
        "apiVersion": "changeflow/v1", "kind": "RiskModel", "metadata": {"id": "r"},
        "spec": {"weights": {"soft": 0.25, "hard": 1.0},
                 "likelihood": {"complexity": {"low": 1, "medium": 2, "high": 3, "unknown": 4}}, "smoothing": {"enough": 3.0},
                 "impact": {"outage": [{"over": "PT5M", "points": 1}, {"over": "PT1H", "points": 2}]}},
    },
]  # fmt: skip


def test_the_committed_schemas_are_what_the_records_say() -> None:
    wanted = generate_schemas.files()
    committed = {
        path.relative_to(SCHEMAS).as_posix(): path.read_text(encoding="utf-8") for path in SCHEMAS.rglob("*.schema.json")
    }
    assert committed == wanted, "run: python -m changeflow.documents.generate_schemas"


def test_every_schema_is_valid_and_refers_only_to_itself() -> None:
    for path in SCHEMAS.rglob("*.schema.json"):
        loaded = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(loaded)
        assert all(reference.startswith("#/$defs/") for reference in _references(loaded)), path.name


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [reference for value in node.values() for reference in _references(value)]
    return [reference for value in node for reference in _references(value)] if isinstance(node, list) else []


def test_every_kind_of_the_table_has_a_record_and_a_schema() -> None:
    assert [record_of(name).__name__ for name in NAMES] == list(NAMES)
    assert [name for name in NAMES if not folder("schemas").joinpath(f"{name}.schema.json").is_file()] == []


def test_all_kinds_have_a_valid_example_here() -> None:
    assert {data["kind"] for data in VALID} == set(NAMES)


@pytest.mark.parametrize("data", VALID, ids=lambda data: f"{data['kind']}-{data['metadata']['id']}")
def test_a_valid_document_has_no_problems_and_becomes_a_record(data: dict[str, Any]) -> None:
    assert schema_problems(one(data)) == []
    assert record(one(data)).metadata.id == data["metadata"]["id"]


def places(node: Any, route: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [route, *(place for key, value in inner for place in places(value, (*route, key)))]


VALUES = st.sampled_from([
    None, True, False, 0, 1, 3, -1, 1.0, 2.5, "", " ", "x", "no", "alice", "PT5M", "PT0S", "P1Y", "PT1H5S", "P", "2026-11-21", "2023-14-05", "2026-02-29",
    "2026-11-25T22:00:00Z", "2026-11-25T22:00:00", "2026-11-25t22:00:00z", "2026-11-25T23:59:60Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2026-11-25T22:00:00+08:00\n", "2026-11-25T22:00:00,5Z", "2026-11-25T24:00:00Z", "2026-11-25T22:00:00+24:00",
    "CHG-20261121-x", "CHG-20261121-x\n", "CHG-20261121-X", "a" * 201, "é", "١", "a b", [], {}, ["x"], [None], {"x": 1}, {"a b": "x"}, [[]],
    "ssh-ed25519 AAAA", "ssh-ed25519", "a@b", "a@b@c", "normal", "standard", "emergency", "live", "tier1", "low", 101, 51, 1e300, 2**53 - 1,
    [6, 14, 24, 34], [1, 2, 3, 3], "sha256:" + "0" * 64,
])  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A valid document in which one to three values were replaced, removed or added."""
    data = copy.deepcopy(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 3))):
        routes = [place for place in places(data) if place and place not in (("kind",), ("apiVersion",))]
        if not routes:
            break
        route = draw(st.sampled_from(routes))
        holder: Any = data
        for part in route[:-1]:
            holder = holder[part]
        match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "replace":
                holder[route[-1]] = copy.deepcopy(draw(VALUES))
            case "remove":
                del holder[route[-1]]
            case _ if isinstance(holder, dict):
                holder[draw(st.sampled_from(["x", "draft", "min", "window", "manual", "rrule", "a b", "given", "model"]))] = (
                    copy.deepcopy(draw(VALUES))
                )
            case _:
                holder.append(copy.deepcopy(draw(VALUES)))
    return data


def builds(document: Document) -> bool:
    try:
        record(document)
    except Unreadable:
        return False
    return True


@given(mutated())
@settings(max_examples=examples(500))
def test_schema_and_record_agree_on_every_document(data: dict[str, Any]) -> None:
    document = one(data)
    found = schema_problems(document)
    assert (found == []) is builds(document), found


@given(mutated())
@settings(max_examples=examples(300))
def test_both_schema_validators_agree_and_every_no_is_explained(data: dict[str, Any]) -> None:
    document = one(data)
    checker = jsonschema.FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    oracle = jsonschema.Draft202012Validator(schema(document.kind), format_checker=checker, registry=Registry())
    found = [finding for finding in schema_problems(document) if finding.rule.startswith(("schema-", "rfc-window-offset"))]
    assert bool(found) is not oracle.is_valid(data)
    for finding in found:
        assert finding.message
        assert finding.rule != "schema-refused"
        assert (finding.line, finding.column) >= (1, 1)


def explained(old: str, new: str, text: str = valid.RFC) -> list[tuple[str, str, str]]:
    assert old in text
    (document,) = documents(text.replace(old, new, 1))
    return [(finding.rule, finding.message, finding.hint) for finding in schema_problems(document)]


@pytest.mark.parametrize(("old", "new", "rule", "message", "hint"), [
    ("action: modify", "action: modfy", "schema-choice", "`action` is `modfy`", "did you mean `modify`?"),
    ("implementer: bob", "implementor: bob", "schema-unknown-key", "no key `implementor`", "did you mean `implementer`?"),
    ("created: 2026-11-21", "created: 2023-14-05", "schema-format", "not a day of the calendar", "2026-11-21"),
    ("outage: PT10M", "outage: 10m", "schema-format", "not an ISO 8601 duration", "PT30M"),
    ("22:00:00+08:00", "22:00:00", "rfc-window-offset", "without an offset", "+00:00"),
    ("title: Upgrade payments-db to PostgreSQL 17", "title: 17", "schema-type", "must be text, not the number 17", '"17"'),
    ("title: Upgrade payments-db to PostgreSQL 17", "title:", "schema-empty", "`title` is empty", "fill it in"),
    ("run: [./scripts/smoke, settlement]", "run: ./scripts/smoke settlement", "schema-type", "must be a list", "- "),
    ("run: [./scripts/smoke, settlement]", "timeout: PT1M", "schema-alternatives", "needs `run` or `manual`", "add one"),
    ("run: [./scripts/smoke, settlement]", "{run: [a], manual: b}", "schema-alternatives", "only one", "keep one"),
    ("type: normal", "type: standard", "schema-required", "a standard change needs it", "draft: true"),
    ("type: normal", "draft: yes\n  type: normal", "schema-type", "true or false", "true or false"),
    ("apiVersion: changeflow/v1", "apiVersion: v1", "schema-api-version", "`v1`", "changeflow/v1"),
    ("apiVersion: changeflow/v1\n", "", "schema-api-version", "missing", "changeflow/v1"),
    ("kind: ChangeRequest", "kind: ChangeReqest", "schema-kind", "not a kind", "did you mean `ChangeRequest`?"),
    ("kind: ChangeRequest\n", "", "schema-kind", "missing", "ChangeRequest"),
    ("id: CHG-20261121-payments-db-upgrade", "id: CHG-1", "schema-pattern", "no id of a change", "CHG-20261121"),
    ("depends_on: []", "depends_on: none", "schema-type", "must be a list", "[a, b]"),
])  # fmt: skip
def test_a_no_is_explained_to_a_newcomer(old: str, new: str, rule: str, message: str, hint: str) -> None:
    if new.startswith("{run"):
        old, new = "name: Settlement smoke test\n      " + old, "{name: x, run: [a], manual: b}"
    found = explained(old, new)
    assert [(rule, True, True)] == [(found_rule, message in text, hint in advice) for found_rule, text, advice in found], found


@pytest.mark.parametrize(
    ("old", "new", "text", "message", "hint"),
    [
        ("spec: {", "spec: {ledger: {wrong_clocks: ['sha256:5d1f']}, ", valid.CONFIG, "no SHA-256 digest", "64 digits"),
        ("spec: {", "spec: {release: {secrets: [a-b]}, ", valid.CONFIG, "no name of a variable", "digits and `_`"),
        ("alice@example.com", "alice", valid.ROSTER, "no e-mail address", "alice@example.com"),
        ("timeout: PT5M", "timeout: PT5M\n        mutable: [../x]", valid.RFC, "no path of the repository", "from its top"),
    ],
)
def test_a_word_of_another_kind_is_explained_by_its_kind(old: str, new: str, text: str, message: str, hint: str) -> None:
    [(rule, said, advice)] = explained(old, new, text)
    assert (rule, message in said, hint in advice) == ("schema-pattern", True, True), (said, advice)


def test_errors_inside_alternatives_are_those_of_the_one_that_was_meant() -> None:
    assert explained("any_of", "anyof", valid.ITEMS) == [
        ("schema-unknown-key", "`spec.depends_on[2]` has no key `anyof`", "did you mean `any_of`?"),
    ]  # fmt: skip


def test_a_schema_never_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for data in VALID:
        schema_problems(one({**data, "spec": {}}))


def test_a_record_that_cannot_be_built_names_file_and_field() -> None:
    (document,) = documents(valid.RFC.replace("PT10M", "ten"))
    with pytest.raises(Unreadable, match=r"x\.yaml:18:15: `spec\.items\.0\.outage`"):
        record(document)


def test_a_record_reads_whole_numbers_however_they_are_spelt() -> None:
    (document,) = documents(valid.ITEMS.replace("min: 2", "min: 2.0"))
    assert schema_problems(document) == []
    assert record(document).spec.depends_on[2].min == 2  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["conf", "conf/", "a/b.yaml", ".hidden/x", "a..b", "名/檔"])
def test_what_may_change_is_a_path_inside_the_repository(path: str) -> None:
    assert Step.model_validate({"name": "x", "run": ["y"], "mutable": [path]}).mutable == (path,)


@pytest.mark.parametrize("path", ["", "/etc", "..", ".", "./", "../x", "a/../b", "a//b", "a/.", "a/..", "./a", "a\\b", "a\n"])
def test_what_may_change_is_no_other_path(path: str) -> None:
    with pytest.raises(ValidationError):
        Step.model_validate({"name": "x", "run": ["y"], "mutable": [path]})
