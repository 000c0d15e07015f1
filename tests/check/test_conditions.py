"""Names that no gate fills are found in conditions before a gate is asked; names that are there are never complained about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import valid_repository as valid
import yaml
from cmdb_items import item

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.documents.shipped_schemas import schema
from changeflow.gate.evidence_seen import NO_EVIDENCE
from changeflow.model.answers.assessment import Classification, Conflict, Debt, Returning, Risk
from changeflow.model.change import ChangeRequest
from changeflow.model.findings import Finding
from changeflow.model.history_facts import COUNTED, OPEN
from changeflow.model.impact_weights import ImpactWeights
from changeflow.model.scope import NOT_COMPARED
from changeflow.policy import condition_facts
from changeflow.policy.calendar_facts import calendar_facts
from changeflow.policy.cel import VARIABLES, compile_condition
from changeflow.policy.testing import DEFAULTS
from changeflow.policy.unknown_names import unknown_names
from changeflow.policy.vocabulary import Fields, Items, Open, Shape, vocabulary
from changeflow.resources import folder
from changeflow.schedule.windows import Timing
from changeflow.usecases.check.check import check
from changeflow.usecases.check.target import CheckTarget

PROJECT = Path(__file__).parents[2]
POLICY = "policies/approvals.yaml"
KNOWN = vocabulary(schema("ChangeRequest"))


def asked(source: str) -> list[tuple[str, str]]:
    """What a condition asks for in vain, by what it asks it of; the place must be where the name stands."""
    found = unknown_names(compile_condition(source), KNOWN)
    assert all(source[one.at :].startswith(one.name) for one in found)
    return [(one.of, one.name) for one in found]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('risk.levle == "high"', [("risk", "levle")]),
        ('change.implementor != "x"', [("change", "implementor")]),
        ('evidence.cheks["ci"] == "success"', [("evidence", "cheks")]),
        ('evidence.release.stat == ""', [("evidence.release", "stat")]),
        ("has(change.widnow)", [("change", "widnow")]),
        ("has(change.window.strt)", [("change.window", "strt")]),
        ('change["requestr"] == "alice"', [("change", "requestr")]),
        ('"数" == change.category && change.tpye == "x"', [("change", "tpye")]),
        ('conflicts.all(c, c.kynd == "item")', [("c", "kynd")]),
        ("conflicts.exists_one(c, has(c.kynd))", [("c", "kynd")]),
        ("change.items.filter(i, i.ci != '').exists(i, i.akshun == 'add')", [("i", "akshun")]),
        ("change.items.map(i, i.name) == []", [("i", "name")]),
        ("(size(conflicts) > 0 ? change.items : []).exists(i, i.cii == '')", [("i", "cii")]),
        ("(change.items + impact.changed).exists(i, i.cii == '')", []),  # two shapes in one list: not judged
        ("impact.changed[0].ownr == ''", [("impact.changed[...]", "ownr")]),
        ("change.type.name == 'x'", [("change.type", "name")]),
        ("impact.owners.size == 1", [("impact.owners", "size")]),
        ("{'a': risk.levle} == {}", [("risk", "levle")]),
        ("risk.levle == 1 || risk.scoer == 2", [("risk", "levle"), ("risk", "scoer")]),
        ("change.change == 1", [("change", "change")]),
        ("has(change.change)", [("change", "change")]),
    ],
)
def test_a_name_that_nothing_fills_is_found_wherever_it_stands(source: str, found: list[tuple[str, str]]) -> None:
    assert asked(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "has(change.emergency) && change.emergency.incident != ''",
        "change.labels.team == 'a' && change.labels['b'].c == 1",
        "evidence.checks['ci'] == 'success' && has(evidence.checks.lint)",
        "evidence.checks['ci'].anything == 1",
        "change.depends_on.all(d, d in evidence.dependencies && evidence.dependencies[d] == 'implemented')",
        "change.effects.all(name, change.effects[name] != 'none')",
        "change.rollback.steps.exists(step, has(step.verify))",
        "timestamp(change.window.start) - now > duration(change.rollback.limit) && now.getHours() < 5",
        "change.class in ['minor'] && change.declared_type == change.type",
        "impact.affected.filter(a, a.score >= 1.0).map(a, a.owner).all(o, o in impact.owners)",
    ],
)
def test_a_name_that_a_request_may_say_or_an_id_decides_is_no_finding(source: str) -> None:
    assert asked(source) == []


def conditions(document: Any) -> list[str]:
    return [
        found
        for rule in document["spec"]["rules"]
        for found in (rule.get("when"), rule.get("assert"), *(seat.get("each") for seat in rule.get("require", ())))
        if found
    ]


def test_every_condition_of_the_packs_and_of_the_pages_asks_for_what_is_there() -> None:
    documents = [
        document
        for pack in (folder("policies"), PROJECT / "examples/webshop/policies")
        for path in pack.glob("*.yaml")
        for document in yaml.safe_load_all(path.read_text("utf-8"))
        if document["kind"] == "Policy"
    ]
    found = [condition for document in documents for condition in conditions(document)]
    assert len(found) > 50
    assert [condition for condition in found if asked(condition)] == []


# Everything that can be there, is there.
RFC = valid.RFC.replace("spec:\n", "spec:\n  model: m\n  emergency: {incident: INC-1, justification: now}\n", 1)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def everything() -> dict[str, Any]:
    """What the builders build, with something in every list."""
    change = record(load(RFC.encode(), "rfc.yaml").documents[0])
    assert isinstance(change, ChangeRequest)
    risk = Risk(score=1, level="low", likelihood=1, impact=1, factors=())
    kind = Classification(declared="normal", computed="normal", class_="minor", reasons=())
    graph = Graph.of([item("a"), item("b", "a", criticality="tier1", owner="x")])
    impact = blast_radius(("a",), graph, ImpactWeights())
    conflict = Conflict(
        change="CHG-20261121-b", kind="same-item", items=("a",), overlap_start=NOW, overlap_end=NOW + timedelta(1), message="m"
    )
    timing = Timing(in_window=True, window_past=False, lead=None, length=None, freezes=(), maintenance=False)
    return condition_facts.facts(
        change=condition_facts.change_facts(change, kind, NOT_COMPARED, Returning(longest=timedelta(minutes=15))),
        impact=dict(condition_facts.impact_facts(impact, {})),
        risk=condition_facts.risk_facts(risk),
        calendar=dict(calendar_facts(timing, change, (), NOW)),
        conflicts=condition_facts.conflict_facts([conflict]),
        evidence=NO_EVIDENCE,
        history=condition_facts.history_facts(Debt(known=dict.fromkeys((*COUNTED, *OPEN), 1))),
        now=NOW,
    )


def names(value: Any, shape: Shape, route: str = "") -> tuple[set[str], set[str]]:
    """Routes that are built, and routes that are declared, below one value; dynamic mappings end a route."""
    match shape:
        case Items(of=inner) if isinstance(value, list) and inner is not None:
            pairs = [(f"{route}[]", item, inner) for item in value]
        case Fields(names=declared):
            built = set(value) if isinstance(value, dict) else set()
            pairs = [(f"{route}.{name}", value[name], declared[name]) for name in built & set(declared)]
            deeper = [names(inner, of, way) for way, inner, of in pairs]
            return (
                {f"{route}.{name}" for name in built}.union(*(one[0] for one in deeper)),
                {f"{route}.{name}" for name in declared}.union(*(one[1] for one in deeper)),
            )
        case _:
            pairs = []
    deeper = [names(inner, of, way) for way, inner, of in pairs]
    return set().union(*(one[0] for one in deeper)), set().union(*(one[1] for one in deeper))


def test_the_vocabulary_is_what_the_builders_build() -> None:
    built, declared = names(everything(), Fields(KNOWN))
    assert built - declared == set()
    # A step that is run is not manual, and what the sample's request leaves out the schema still allows.
    left_out = {one for one in declared - built if not one.startswith(".change.")}
    assert left_out == set()
    assert {".change.class", ".change.window.start", ".evidence.deployer.kind", ".impact.affected[].score"} <= declared
    assert set(KNOWN) == set(VARIABLES)


def test_the_facts_that_test_cases_start_from_are_in_the_vocabulary() -> None:
    built, declared = names({**DEFAULTS, "now": NOW}, Fields(KNOWN))
    assert built - declared == set()


def test_only_what_ids_decide_is_not_judged() -> None:
    open_ones = []

    def walk(shape: Shape, route: str) -> None:
        match shape:
            case Open():
                open_ones.append(route)
            case Items(of=inner) if inner is not None:
                walk(inner, f"{route}[]")
            case Fields(names=inside):
                for name, inner in inside.items():
                    walk(inner, f"{route}.{name}")

    walk(Fields(KNOWN), "")
    # what a workflow or a playbook is given has names of its own
    given = [one for one in open_ones if one.endswith((".workflow.inputs", ".ansible.extra_vars", ".rehearsal.inputs", ".rehearsal.extra_vars"))]
    assert given
    assert sorted(set(open_ones) - set(given)) == [".change.labels", ".evidence.checks", ".evidence.dependencies"]


def finding(root: Path, old: str, new: str, rule: str = "policy-unknown-fact") -> Finding:
    valid.write(root)
    path = root / POLICY
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    (found,) = check(CheckTarget(root)).findings.findings
    assert found.rule == rule
    return found


WHEN = 'when: change.type == "normal" && risk.level in ["high", "critical"]'


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('when: change.type == "normal" && risk.levle in ["high"]', (8, 45)),
        ('when: \'change.type == "normal" && risk.levle in ["high"]\'', (8, 46)),
        ('when: >-\n        change.type == "normal"\n        && risk.levle in ["high"]', (10, 17)),
        ('when: |\n        change.type == "normal"\n\n        && risk.\n        levle in ["high"]', (12, 9)),
        ("when: \"1 < 2 && risk.levle in ['high']\"", (8, 28)),
        ("when: \"\\x31 < 2 && risk.levle in ['high']\"", (8, 13)),  # an escape: the condition's beginning is said
    ],
)
def test_the_finding_stands_where_the_name_does(tmp_path: Path, written: str, place: tuple[int, int]) -> None:
    found = finding(tmp_path, WHEN, written)
    assert (found.line, found.column) == place
    assert found.hint == "did you mean `level`?"


def test_a_name_nothing_comes_close_to_is_answered_with_all_names(tmp_path: Path) -> None:
    found = finding(tmp_path, "risk.level in", "risk.xyz in")
    assert found.hint == "it has factors, impact, level, likelihood, score"


def test_each_is_judged_like_when_and_assert(tmp_path: Path) -> None:
    found = finding(tmp_path, "require: [{role: cab, count: 2}]", "require: [{each: impact.owner}]")
    assert found.route == ("spec", "rules", 0, "require", 0, "each")
    assert found.hint == "did you mean `owners`?"


def test_a_misspelt_fact_is_named_in_one_sentence_with_the_one_that_was_meant(tmp_path: Path) -> None:
    found = finding(tmp_path, WHEN, 'when: chnage.type == "normal"', "policy-condition")
    assert found.message == "this is no condition: there is no `chnage`; did you mean `change`?"
