"""Clauses as data: what ships is right, every citation leads to a clause that is about it, and wrong data is found."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import valid_repository as valid
import yaml

from changeflow.gate.reasons import CLAUSES, OWN
from changeflow.gate_cases.probes_of_changes import RECORDS
from changeflow.gate_cases.probes_of_documents import DOCUMENTS
from changeflow.gate_cases.probes_of_estate import CMDB, LEDGER
from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.language.catalogue import template
from changeflow.model.kpi_units import KPI_UNITS
from changeflow.model.languages import LANGUAGES
from changeflow.model.probe_names import PROBES
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.model.standard import Standard
from changeflow.reading.standards import ISO_20000, shipped_standards
from changeflow.usecases.check.check import check
from changeflow.usecases.check.target import CheckTarget

PROJECT = Path(__file__).parents[2]
SHIPPED = shipped_standards()[ISO_20000]
ISO = "ISO/IEC 20000-1:2018 "
DUTIES = "ISO/IEC 27001:2022 A.5.3"
# what each rule of the shipped policies is about, where a standard asks for it: a subject of the clause that it cites
ABOUT = {
    "standard-preauthorised": "standard-changes",
    "minor-change": "approval",
    "significant-change": "approval",
    "major-change": "approval",
    "cab-quorum": "approval",
    "emergency-authority": "emergency",
    "scope-declared": "assessment",
    "rollback-is-concrete": "remedy",
    "rollback-is-checked": "remedy",
    "tested-before-production": "test",
    "tested-is-proved": "test",
    "verified-after": "verification",
    "conflicts-known": "other-changes",
    "rollback-ready": "remedy",
    "way-back-is-rehearsed": "remedy",
    # dates of changes are made known to those who are concerned
    "owners-told": "schedule",
    "no-conflict": "other-changes",
    "reviewed": "review",
    "review-in-time": "review",
    "cmdb-updated": "item-updates",
    "retrospective-approval": "retrospective",
    "retrospective-approval-in-time": "retrospective",
    "items-are-known": "configuration-items",
    "effects-considered": "effects",
    "effects-of-an-emergency": "effects",
    "service-taken-away": "service-removal",
    "priority-is-said": "priority",
    "acceptance-is-said": "transition",
    "transition-is-planned": "transition",
    "plans-considered": "effects",
    "evidence-is-named": "assessment",
}
# what no standard asks for, so that to cite one would be wrong
OWN_RULES = {
    "improvements-proved",
    "tier1-owners-agree", "outage-within-service-level", "lead-time-major", "lead-time", "freeze", "no-freeze-now", "maintenance-window",
    "deployer-is-known", "tier1-has-owner", "critical-item-taken-away", "outage-over-budget", "outage-unknown",
    "no-overdue-reviews", "cab-after-failures", "cab-after-emergencies", "few-open-followups", "major-is-scanned",
}  # fmt: skip
SEPARATED = {
    "separation-of-duties",
    "deployer-is-independent",
    "deployer-says-who",
    "emergency-deployer",
}
# the same of the reasons that gates give of their own accord
BUILT_IN = {
    "acceptance": "release", "approval": "approval", "artifact": "release", "class": "major-criteria", "conflict": "other-changes", "dependency": "other-changes", "document": "recording", "plan": "approval",
    "draft": "recording", "environment": "environment", "ledger": "evidence", "merged": "approval", "rejection": "approval", "release": "release",
    "released": "release", "remote": "records", "retrospective": "recording", "review": "review", "roles": "roles", "scope": "assessment", "silence": "categories",
    "time": "evidence", "type": "classification", "window": "schedule", "withdrawn": "approval",
}  # fmt: skip


@pytest.fixture(scope="module")
def standard() -> Standard:
    return Standard.model_validate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def subjects(standard: Standard) -> dict[str, set[str]]:
    return {clause.id: set(clause.about) for clause in standard.spec.clauses}


def cited(folder: Path) -> dict[str, str]:
    """Rules and classes of policies, with the clause that each cites."""
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]
        for rule in (*(spec.get("rules") or ()), *(spec.get("classes") or ())):
            found[rule["id"]] = rule.get("clause", "")
    return found


# -- citations -------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["policies", "examples/webshop/policies"])
def test_every_shipped_rule_cites_a_clause_that_is_about_it(
    subjects: dict[str, set[str]], folder: str
) -> None:
    wrong = {}
    for rule, clause in cited(PROJECT / folder).items():
        if rule in OWN_RULES:
            is_right = clause == OWN
        elif rule in SEPARATED:
            is_right = clause == DUTIES
        else:
            is_right = clause.startswith(ISO) and ABOUT.get(rule) in subjects.get(
                clause.removeprefix(ISO), set()
            )
        if not is_right:
            wrong[rule] = clause
    assert wrong == {}


def test_the_projects_own_rules_cite_clauses_that_exist(subjects: dict[str, set[str]]) -> None:
    found = {
        clause.removeprefix(ISO)
        for clause in cited(PROJECT / ".github/changeflow/policies").values()
        if clause
    }
    assert found
    assert found <= set(subjects)


def test_every_reason_of_a_gate_cites_a_clause_that_is_about_it(
    subjects: dict[str, set[str]],
) -> None:
    wrong = {}
    for rule, clause in CLAUSES.items():
        about = BUILT_IN.get(rule)
        if about is None:
            is_right = clause in (OWN, DUTIES)
        else:
            is_right = about in subjects.get(clause.removeprefix(ISO), set())
        if not is_right:
            wrong[rule] = clause
    assert wrong == {}


def test_every_reason_that_a_gate_can_give_has_a_clause() -> None:
    used = set()
    for path in (
        *(PROJECT / "changeflow/gate").rglob("*.py"),
        *(PROJECT / "changeflow/gate_cases").glob("*.py"),
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("reason", "warning")
            ):
                used |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
    assert used == set(CLAUSES)


def test_the_built_in_risk_model_cites_what_the_shipped_one_does() -> None:
    shipped = cited(PROJECT / "policies")
    assert {one.id: one.clause for one in RiskModelSpec().classes} == {
        one.id: shipped[one.id] for one in RiskModelSpec().classes
    }


# -- the data --------------------------------------------------------------------------------------


def test_the_shipped_standard_passes_its_own_check(tmp_path: Path) -> None:
    assert rules(tmp_path, yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))) == []


def test_every_clause_of_the_standard_is_listed_once_and_in_both_languages(
    standard: Standard,
) -> None:
    ids = [clause.id for clause in standard.spec.clauses]
    assert len(ids) == len(set(ids)) > 40
    for clause in standard.spec.clauses:
        for text in filter(None, (clause.title, clause.asks, clause.reason, clause.role)):
            assert re.search("[一-鿿]", text.zh), clause.id
            assert not re.search("[一-鿿]", text.en), clause.id
            # half-width marks between Chinese characters read badly
            assert not re.search("[一-鿿][,;:.][一-鿿]", text.zh), clause.id


def test_the_frameworks_that_are_mapped_are_those_that_were_promised(standard: Standard) -> None:
    controls = {
        f"{framework.id} {control.id}"
        for framework in standard.spec.frameworks
        for control in framework.controls
    }
    assert {
        "iso27001-2022 A.8.32",
        "soc2 CC8.1",
        "nist-800-53 CM-3",
        "pci-dss-4 6.5.1",
        "dora-rts Art. 17",
    } <= controls


def test_each_probe_that_can_be_named_is_looked_for_and_has_its_words() -> None:
    tables: dict[str, Any] = {
        "documents": DOCUMENTS,
        "records": RECORDS,
        "ledger": LEDGER,
        "cmdb": CMDB,
    }
    assert {kind: sorted(table) for kind, table in tables.items()} == {
        kind: sorted(names) for kind, names in PROBES.items()
    }
    for language in LANGUAGES:
        for kind, names in PROBES.items():
            for name in names:
                found = template(language, f"probe.{kind}:{name}")
                assert found is not None, name
                assert all(found), name
    assert {one.id for one in kpi_definitions()} == set(KPI_UNITS)


# -- wrong data ------------------------------------------------------------------------------------


def rules(root: Path, document: Any) -> list[str]:
    text = json.dumps(document, ensure_ascii=False)
    written = valid.write(root, **{"policies/standards/own.yaml": text})
    return [one.rule for one in check(CheckTarget(written)).findings.findings]


def small() -> dict[str, Any]:
    def said(text: str) -> dict[str, str]:
        return {"en": text, "zh": "文字"}

    needs = [
        [],
        ["any"],
        ["document"],
        ["document", "practice"],
        ["document", "practice", "complete"],
        ["document", "practice", "complete", "measured"],
    ]
    return {
        "apiVersion": "changeflow/v1",
        "kind": "Standard",
        "metadata": {"id": "own"},
        "spec": {
            "cites": "Own",
            "scale": [
                {"score": number, "name": said("n"), "rule": said("r"), "needs": need}
                for number, need in enumerate(needs)
            ],
            "clauses": [
                {
                    "id": "1.1",
                    "title": said("Changes"),
                    "asks": said("They are recorded"),
                    "evidence": {
                        "document": [{"documents": "policies"}],
                        "records": [{"records": "assessed"}],
                    },
                }
            ],
            "frameworks": [
                {
                    "id": "other",
                    "name": "Other",
                    "controls": [
                        {"id": "C1", "title": said("t"), "asks": said("a"), "clauses": ["1.1"]}
                    ],
                }
            ],
        },
    }


def changed(*route: Any, to: Any) -> dict[str, Any]:
    document = small()
    place: Any = document["spec"]
    for key in route[:-1]:
        place = place[key]
    place[route[-1]] = to
    return document


def test_a_small_standard_is_no_finding(tmp_path: Path) -> None:
    assert rules(tmp_path, small()) == []


PROBE = ("clauses", 0, "evidence", "records", 0)


@pytest.mark.parametrize(
    ("route", "to", "rule"),
    [
        (PROBE, {"records": "asessed"}, "standard-unknown-probe"),
        (PROBE, {"documents": "everything"}, "standard-unknown-probe"),
        (PROBE, {"kpi": "emergency_shares"}, "standard-unknown-probe"),
        (PROBE, {"rules": "9.9"}, "standard-unknown-probe"),
        (PROBE, {"records": "assessed", "kpi": "changes"}, "standard-probe"),
        (PROBE, {"least": 3}, "standard-probe"),
        (PROBE, {"shell": "rm"}, "schema-unknown-key"),
        (("clauses",), [small()["spec"]["clauses"][0]] * 2, "standard-clause-twice"),
        (("clauses", 0, "scope"), "outside", "standard-no-reason"),
        (("clauses", 0, "evidence"), {}, "standard-no-evidence"),
        (("clauses", 0, "id"), "../../etc", "schema-pattern"),
        (("scale", 5, "score"), 6, "schema-range"),
        (("scale", 0, "score"), -1, "schema-range"),
        (("scale", 5, "score"), 4, "standard-scale"),
        (("scale", 5, "needs"), [], "standard-scale-order"),
        (("scale", 4, "needs"), ["document"], "standard-scale-order"),
        (("scale", 1, "needs"), ["luck"], "schema-choice"),
        (("frameworks", 0, "controls", 0, "clauses"), ["1.2"], "standard-unknown-clause"),
        (("enough",), 0, "schema-range"),
    ],
)
def test_a_slip_in_a_standard_is_found(
    tmp_path: Path, route: tuple[Any, ...], to: Any, rule: str
) -> None:
    assert rule in rules(tmp_path, changed(*route, to=to))


def test_a_clause_that_is_outside_has_no_evidence(tmp_path: Path) -> None:
    document = changed("clauses", 0, "scope", to="outside")
    document["spec"]["clauses"][0]["reason"] = {"en": "Elsewhere", "zh": "在别处"}
    assert rules(tmp_path, document) == ["standard-outside"]
