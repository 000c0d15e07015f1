"""Classification: the computed type is a floor, and a change model covers all of a change or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from changeflow.gate.class_floor import ClassRules
from changeflow.gate.classify import classify
from changeflow.gate.standard_change import uncovered
from changeflow.language.sentences import in_english
from changeflow.model.answers.assessment import Classification, Risk
from changeflow.model.change import ChangeRequest
from changeflow.model.change_model import ChangeModel
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.model.zones import time_zone
from changeflow.risk.history import NOTHING, Count
from tests.cmdb_items import item

from .builders import change, roster

TODAY = date(2026, 11, 21)
ITEMS = {"db": item("db", type="database", environment="production")}
MODEL: dict[str, Any] = {
    "description": "Promote a replica",
    "authority": "cab",
    "authorised_by": ["carol"],
    "expires": "2026-12-31",
    "scope": {"types": ["database"], "environments": ["production"]},
    "steps": [{"run": ["./scripts/promote", "*"]}, {"run": ["./scripts/is-primary", "*"]}, {"run": ["./scripts/smoke"]}],
    "ceiling": 40,
}


def model(**over: Any) -> ChangeModel:
    return ChangeModel.model_validate(
        {"apiVersion": "changeflow/v1", "kind": "ChangeModel", "metadata": {"id": "promote"}, "spec": MODEL | over}
    )


def standard(**spec: Any) -> ChangeRequest:
    return change(**({"type": "standard", "model": "promote"} | spec))


def risk(score: int = 20, level: str = "low") -> Risk:
    return Risk(score=score, level=level, likelihood=1, impact=1, factors=())


def against(
    of: ChangeRequest | None = None, with_model: ChangeModel | None = None, score: int = 20, failures: int = 0, of_changes: int = 10
) -> tuple[str, ...]:
    return tuple(map(in_english, uncovered(of or standard(), with_model or model(), ITEMS, roster(), score, Count(of_changes, failures), TODAY)))


def classified(of: ChangeRequest, found: Risk | None = None, **people: Any) -> Classification:
    return classify(of, found or risk(), {"promote": model()}, ITEMS, roster(**people), NOTHING, TODAY)


def test_a_model_that_fits_covers_the_change() -> None:
    assert against() == ()


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"expires": "2026-11-20"}, "expired"),
        ({"valid_from": "2026-11-22"}, "valid from"),
        ({"authorised_by": ["alice"]}, "does not hold"),
        ({"authorised_by": ["carol", "renovate"]}, "does not hold"),
        ({"authority": "ghosts"}, "does not hold"),
        ({"scope": {"types": ["service"]}}, "type `database`"),
        ({"scope": {"environments": ["test"]}}, "environment `production`"),
        ({"scope": {"items": ["other"]}}, "not listed"),
        ({"scope": {"actions": ["modify"]}}, "names nothing"),
        ({"scope": {"types": ["database"], "actions": ["add"]}}, "action `modify`"),
        ({"steps": [{"run": ["./scripts/promote", "*"]}]}, "does not cover the step"),
        ({"steps": [{"run": ["./scripts/promote", "db-1"]}, *MODEL["steps"][1:]]}, "does not cover the step `Promote`"),
        ({"ceiling": 19}, "over the ceiling"),
    ],
)
def test_what_takes_a_change_out_of_its_model(over: dict[str, Any], words: str) -> None:
    found = against(with_model=model(**over))
    assert any(words in reason for reason in found), found


def test_a_model_holds_on_its_last_day_and_at_its_ceiling() -> None:
    assert against(with_model=model(expires="2026-11-25", valid_from="2026-11-21", ceiling=20)) == ()


def test_a_model_that_expires_before_the_window_opens_covers_nothing() -> None:
    assert any("before the window" in reason for reason in against(with_model=model(expires="2026-11-24")))


@pytest.mark.parametrize(("zone", "covered"), [("UTC", True), ("America/Lima", True), ("Asia/Shanghai", False)])
def test_the_last_day_of_a_model_is_a_day_in_the_teams_zone(zone: str, covered: bool) -> None:
    opens = datetime.combine(date(2026, 12, 31), time(20), UTC)
    late = standard(window={"start": opens.isoformat(), "end": (opens + timedelta(hours=1)).isoformat()})
    assert (not uncovered(late, model(), ITEMS, roster(), 10, NOTHING, TODAY, zone=time_zone(zone))) is covered


def test_a_model_is_suspended_after_one_failure_too_many() -> None:
    assert against(with_model=model(max_failures=2), failures=2) == ()
    assert any("suspended" in reason for reason in against(with_model=model(max_failures=2), failures=3))


def test_a_model_is_suspended_once_it_surely_fails_too_often() -> None:
    """One of ten may be chance; a hundred of a thousand are surely more than five per cent."""
    limited = model(max_failure_percent=5)
    assert against(with_model=limited, failures=1, of_changes=10) == ()
    assert against(with_model=limited, failures=40, of_changes=1_000) == ()
    (why,) = against(with_model=limited, failures=100, of_changes=1_000)
    assert "suspended: 100 of 1000 changes failed, surely more than 5 %" in why
    assert against(with_model=limited, failures=0, of_changes=0) == ()


def test_a_longer_command_than_the_pattern_is_not_covered() -> None:
    longer = {"name": "Promote", "run": ["./scripts/promote", "db-2", "--force"]}
    assert against(standard(implementation={"steps": [longer]})) != ()


def test_rollback_and_verification_have_to_be_covered_too() -> None:
    odd = [{"name": "Odd", "run": ["rm", "-rf", "/"]}]
    assert any("`Odd`" in reason for reason in against(standard(verification=odd)))
    assert any("`Odd`" in reason for reason in against(standard(rollback={"steps": odd})))


def test_a_workflow_is_in_no_model_and_a_playbook_is_where_a_pattern_covers_its_program() -> None:
    workflow = {"repository": "acme/shop", "file": "deploy.yml", "ref": "main"}
    plays = {"playbook": "site.yml", "inventory": ["hosts"]}
    covering = model(steps=[*MODEL["steps"], {"run": ["ansible-playbook", "--inventory", "hosts", "site.yml"]}])
    for way, held in ({"workflow": workflow}, False), ({"ansible": plays}, True), ({"ansible": plays | {"limit": "web"}}, False):
        changed = standard(implementation={"steps": [{"name": "Deploy", **way}]})
        assert (against(changed, covering) == ()) is held, way
        undone = [{"name": "Deploy", "run": ["ansible-playbook", "--inventory", "hosts", "site.yml"], "undo": way}]
        assert (against(standard(implementation={"steps": undone}), covering) == ()) is held, way


def test_a_manual_step_needs_a_model_that_allows_manual_steps() -> None:
    by_hand = standard(implementation={"steps": [{"name": "Call", "manual": "Call the desk"}]})
    assert any("`Call`" in reason for reason in against(by_hand))
    assert against(by_hand, model(steps=[*MODEL["steps"], {"manual": True}])) == ()


def test_an_item_that_is_not_in_the_cmdb_is_not_covered() -> None:
    assert any("not in the CMDB" in reason for reason in against(standard(items=[{"ci": "ghost"}])))


def test_a_covered_standard_change_is_standard() -> None:
    found = classified(standard())
    assert (found.declared, found.computed, found.class_) == ("standard", "standard", "standard")


@pytest.mark.parametrize(
    ("level", "expected"), [("low", "minor"), ("medium", "significant"), ("high", "significant"), ("critical", "major")]
)
def test_normal_changes_are_split_by_risk(level: str, expected: str) -> None:
    assert classified(change(), risk(50, level)).class_ == expected


def taken_away(action: str = "remove", found: Risk | None = None, **spec: Any) -> Classification:
    """A change that takes away an item of these facts."""
    items = {"sms": item("sms", **spec)}
    removal = change(items=[{"ci": "sms", "action": action}])
    return classify(removal, found or risk(14, "low"), {}, items, roster(), NOTHING, TODAY)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"type": "service", "criticality": "tier4"}, "major"),
        ({"type": "application", "criticality": "tier4"}, "major"),
        ({"type": "business-service", "criticality": "tier3"}, "major"),
        ({"criticality": "tier4"}, "major"),  # an unknown type may be a service
        ({"type": "database", "criticality": "tier1"}, "significant"),
        ({"type": "cache", "criticality": "tier2"}, "significant"),
        ({"type": "cache"}, "significant"),  # an unknown tier counts as the highest
        ({"type": "cache", "criticality": "tier3"}, "minor"),
    ],
)
@pytest.mark.parametrize("action", ["remove", "transfer"])
def test_taking_a_service_away_is_major_and_the_reason_names_it(
    spec: dict[str, Any], expected: str, action: str
) -> None:
    found = taken_away(action, **spec)
    assert found.class_ == expected
    assert ("takes `sms` away" in found.reasons[-1]) == (expected != "minor")
    assert ("ISO/IEC 20000-1:2018 8.5.1.2" in found.reasons[-1]) == (expected == "major")
    assert "its risk is low (14)" in found.reasons[-1]


def test_a_service_taken_away_with_an_item_that_is_not_in_the_cmdb_counts_too() -> None:
    removal = change(items=[{"ci": "ghost", "action": "remove"}])
    assert classify(removal, risk(), {}, {}, roster(), NOTHING, TODAY).class_ == "major"


@pytest.mark.parametrize("action", ["add", "modify"])
def test_adding_or_changing_a_service_is_classed_by_its_risk_alone(action: str) -> None:
    assert taken_away(action, type="service", status="planned", criticality="tier1").class_ == "minor"


@pytest.mark.parametrize(("level", "expected"), [("medium", "major"), ("high", "major"), ("critical", "major")])
def test_taking_a_service_away_lowers_no_class_that_its_risk_asks_for(level: str, expected: str) -> None:
    found = taken_away(found=risk(90, level), type="service")
    assert found.class_ == expected
    assert ("takes `sms` away" in found.reasons[-1]) == (level != "critical")


def ruled(*rules: dict[str, Any], service_types: tuple[str, ...] = ("service",)) -> ClassRules:
    """The rules of a risk model."""
    return ClassRules(RiskModelSpec.model_validate({"classes": rules}).classes, service_types)


def test_the_risk_model_says_what_is_major() -> None:
    items = {"db": item("db", type="database", criticality="tier2"), "web": item("web", type="service")}
    rules = ruled(
        {"id": "databases", "class": "significant", "types": ["database"]},
        {"id": "important", "class": "major", "actions": ["modify"], "criticality": ["tier1"], "clause": "Ours"},
    )

    def class_of(ci: str, action: str) -> str:
        asked = change(items=[{"ci": ci, "action": action}])
        return classify(asked, risk(14, "low"), {}, items, roster(), NOTHING, TODAY, rules=rules).class_

    # `web` has no tier, which may be the highest
    assert [class_of(ci, "modify") for ci in ("db", "web", "ghost")] == ["significant", "major", "major"]
    assert [class_of(ci, "remove") for ci in ("db", "web", "ghost")] == ["significant", "minor", "significant"]


def test_a_risk_model_without_rules_and_other_service_types_are_heeded() -> None:
    removal = change(items=[{"ci": "sms", "action": "remove"}])
    items = {"sms": item("sms", type="service", criticality="tier4"), "hub": item("hub", type="hub")}
    assert classify(removal, risk(14, "low"), {}, items, roster(), NOTHING, TODAY, rules=ruled()).class_ == "minor"
    hubs = ruled({"id": "gone", "class": "major", "service": True}, service_types=("hub",))
    assert classify(removal, risk(14, "low"), {}, items, roster(), NOTHING, TODAY, rules=hubs).class_ == "minor"
    removal = change(items=[{"ci": "hub", "action": "remove"}])
    assert classify(removal, risk(14, "low"), {}, items, roster(), NOTHING, TODAY, rules=hubs).class_ == "major"


def test_no_change_model_covers_that_a_service_is_taken_away() -> None:
    items = {"db": item("db", type="service", environment="production")}
    scope = {"types": ["service"], "environments": ["production"], "actions": ["modify", "remove", "transfer"]}
    covering = model(scope=scope)
    removal = standard(items=[{"ci": "db", "action": "remove"}])
    found = classify(removal, risk(), {"promote": covering}, items, roster(), NOTHING, TODAY)
    assert (found.declared, found.computed, found.class_) == ("standard", "normal", "major")
    assert "no model covers a major change" in found.reasons[0]
    kept = standard(items=[{"ci": "db", "action": "modify"}])
    assert classify(kept, risk(), {"promote": covering}, items, roster(), NOTHING, TODAY).class_ == "standard"


def test_an_emergency_that_takes_a_service_away_stays_one_and_says_what_it_would_be() -> None:
    items = {"sms": item("sms", type="service")}
    removal = change(items=[{"ci": "sms", "action": "remove"}], **URGENT)
    found = classify(removal, risk(), {}, items, roster(), NOTHING, TODAY)
    assert (found.computed, found.class_) == ("emergency", "emergency")
    assert "at least major" in found.reasons[-1]
    assert "`sms`" in found.reasons[-1]


def test_declaring_standard_without_a_model_that_covers_it_makes_it_normal_and_says_why() -> None:
    found = classified(standard(model="nowhere"))
    assert (found.computed, found.class_) == ("normal", "minor")
    assert any("no change model `nowhere`" in reason for reason in found.reasons)


URGENT = {"type": "emergency", "emergency": {"incident": "INC-1", "justification": "The shop is down"}}


def test_an_emergency_needs_somebody_who_may_authorise_it() -> None:
    assert classified(change(**URGENT)).computed == "emergency"
    assert classified(change(**URGENT), roles={"ecab": []}).computed == "normal"
    assert classified(change(**URGENT), roles={"ecab": ["alice", "bob", "renovate"]}).computed == "normal"


def test_a_draft_emergency_without_an_incident_is_no_emergency() -> None:
    assert classified(change(type="emergency", draft=True)).computed == "normal"


def waiting(*mutable: str) -> ChangeRequest:
    """A standard change whose first step lets files change after the approval."""
    known = standard().model_dump(mode="json", exclude_none=True)["spec"]["implementation"]["steps"]
    return standard(implementation={"steps": [{**known[0], "mutable": list(mutable)}, *known[1:]]})


def test_a_request_cannot_let_files_change_that_its_model_does_not() -> None:
    assert any("`scripts/lib.sh`" in reason for reason in against(waiting("scripts/lib.sh")))
    assert against(waiting()) == ()


def test_what_the_model_s_template_lets_change_may_change() -> None:
    (step, *_) = waiting().model_dump(mode="json", exclude_none=True)["spec"]["implementation"]["steps"]
    template = {"implementation": [{**step, "mutable": ["build/db.out", "build/{ci}.plan"]}]}
    (ci, *_) = sorted(standard().changed)
    assert against(waiting("build/db.out", f"build/{ci}.plan"), model(template=template)) == ()
    assert against(waiting("build"), model(template=template))
