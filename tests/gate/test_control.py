"""Whether the control is on: every setting that is lacking or not seen switches it off or leaves it unknown."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from changeflow.gate.control import (
    ACTIONS,
    BranchRules,
    Bypass,
    CodeOwners,
    Expected,
    Reach,
    RequiredCheck,
    SettingsFacts,
    Unseen,
    judge,
)
from changeflow.model.answers.control import ControlItem

APP = 7_001
GATE = RequiredCheck("changeflow/gate", APP, strict=True, ruleset=1)
MAIN = BranchRules(frozenset({"deletion", "non_fast_forward", "pull_request", "required_status_checks"}), (GATE,), (True,))
LEDGER = BranchRules(frozenset({"creation", "update", "deletion", "non_fast_forward"}))
SOUND = SettingsFacts(MAIN, LEDGER, Reach("named", (("branch", "main"),)), CodeOwners(), Bypass({1: ()}))
BOT = Expected("acme/changes", app_id=APP)


def items(facts: SettingsFacts, expected: Expected = BOT) -> dict[str, ControlItem]:
    return {item.id: item for item in judge(expected, facts).items}


def main(**over: Any) -> SettingsFacts:
    return replace(SOUND, main=replace(MAIN, **over))


def test_settings_as_in_the_guide_and_better_hold_in_full() -> None:
    found = judge(BOT, SOUND)
    assert found.control == "on"
    assert {item.state for item in found.items} == {"holds"}
    assert len(found.items) == 11
    assert (found.repository, found.branch, found.ledger, found.app_id) == ("acme/changes", "main", "changeflow/ledger", APP)


@pytest.mark.parametrize(
    ("facts", "item", "state", "code", "control"),
    [
        (main(checks=()), "gate-required", "does_not_hold", "control.not_required", "off"),
        (main(checks=(RequiredCheck("Changeflow/Gate", APP),)), "gate-required", "does_not_hold", "control.not_required", "off"),
        (main(checks=(replace(GATE, app_id=None),)), "gate-source", "does_not_hold", "control.source_any", "off"),
        (main(checks=(replace(GATE, app_id=ACTIONS),)), "gate-source", "does_not_hold", "control.source_shared", "off"),
        (main(checks=(replace(GATE, app_id=666),)), "gate-source", "does_not_hold", "control.source_other", "off"),
        (main(checks=(replace(GATE, app_id=None), GATE)), "gate-source", "holds", "control.source_pinned", "on"),
        (main(checks=(replace(GATE, app_id=ACTIONS), GATE)), "gate-source", "holds", "control.source_pinned", "on"),
        (main(checks=(replace(GATE, strict=False),)), "up-to-date", "does_not_hold", "control.not_up_to_date", "on"),
        (main(kinds=MAIN.kinds - {"pull_request"}), "pull-request", "does_not_hold", "control.no_pull_request", "off"),
        (main(kinds=MAIN.kinds - {"non_fast_forward"}), "main-history", "does_not_hold", "control.main_rewritable", "off"),
        (main(kinds=MAIN.kinds - {"deletion"}), "main-history", "does_not_hold", "control.main_rewritable", "off"),
        (main(dismissals=(False,)), "dismissals", "does_not_hold", "control.dismissals_open", "on"),
        (main(dismissals=(False, True)), "dismissals", "holds", "control.dismissals_restricted", "on"),
        (main(dismissals=()), "dismissals", "unknown", "control.unseen", "on"),
        (replace(SOUND, bypass=Bypass({1: ("RepositoryRole",)})), "bypass", "does_not_hold", "control.bypass", "off"),
        (replace(SOUND, bypass=Bypass({1: ("Team",), 2: ()})), "bypass", "holds", "control.no_bypass", "on"),
        (
            replace(SOUND, ledger=BranchRules(LEDGER.kinds - {"deletion"})),
            "evidence-history", "does_not_hold", "control.ledger_rewritable", "off",
        ),
        (
            replace(SOUND, ledger=BranchRules(LEDGER.kinds - {"update"})),
            "evidence-writers", "does_not_hold", "control.ledger_writable", "on",
        ),
        (replace(SOUND, environment=Reach("every")), "environment", "does_not_hold", "control.environment_open", "off"),
        (replace(SOUND, environment=Reach("protected")), "environment", "unknown", "control.environment_protected", "unknown"),
        (replace(SOUND, owners=CodeOwners(("x line 1: y",))), "code-owners", "does_not_hold", "control.owners_broken", "on"),
    ],
)  # fmt: skip
def test_one_setting_decides_one_item(facts: SettingsFacts, item: str, state: str, code: str, control: str) -> None:
    found = items(facts)[item]
    assert (found.state, found.reason_code, judge(BOT, facts).control) == (state, code, control)
    assert found.message
    assert bool(found.hint) is (state != "holds")


@pytest.mark.parametrize(
    "names",
    [
        (),
        (("tag", "main"),),
        (("branch", "*"),),
        (("branch", "main"), ("branch", "release/*")),
        (("branch", "main"), ("tag", "v*")),
        (("branch", "Main"),),
    ],
)
def test_an_environment_is_restricted_only_when_it_is_open_to_the_main_branch_and_nothing_else(names: Any) -> None:
    assert items(replace(SOUND, environment=Reach("named", names)))["environment"].state == "does_not_hold"


def test_a_merge_queue_keeps_verdicts_up_to_date_as_well() -> None:
    loose = main(checks=(replace(GATE, strict=False),), kinds=MAIN.kinds | {"merge_queue"})
    assert items(loose)["up-to-date"].state == "holds"


def test_which_app_the_bot_is_must_be_told_before_its_pin_counts() -> None:
    untold = replace(BOT, app_id=None)
    assert items(SOUND, untold)["gate-source"].reason_code == "control.source_unconfirmed"
    assert judge(untold, SOUND).control == "unknown"


def test_without_an_app_there_is_no_key_whose_environment_matters() -> None:
    assert items(replace(SOUND, environment=Reach("every")), replace(BOT, app_id=None))["environment"].level == "warn"
    assert items(replace(SOUND, environment=Reach("every")))["environment"].level == "deny"


def test_what_nobody_requires_has_neither_source_nor_freshness() -> None:
    assert {"gate-source", "up-to-date"} & set(items(main(checks=()))) == set()


@pytest.mark.parametrize("part", ["main", "ledger", "environment", "bypass"])
def test_what_was_not_seen_is_unknown_and_says_why_and_never_on(part: str) -> None:
    facts = replace(SOUND, **{part: Unseen("the token may not")})
    found = judge(BOT, facts)
    unknown = [item for item in found.items if item.state == "unknown"]
    assert unknown
    assert {item.reason_code for item in unknown} == {"control.unseen"}
    assert all("the token may not" in item.message for item in unknown)
    assert found.control == "unknown"


def test_a_setting_that_does_not_hold_outweighs_one_that_is_unknown() -> None:
    assert judge(BOT, replace(SOUND, main=BranchRules(), environment=Unseen("x"))).control == "off"


def test_nothing_asked_is_nothing_known() -> None:
    assert judge(BOT, SettingsFacts()).control == "unknown"
    assert judge(BOT, SettingsFacts(owners=CodeOwners())).control == "unknown", "a warning alone makes no control"


def test_only_what_was_asked_is_answered() -> None:
    assert set(items(SettingsFacts(ledger=LEDGER))) == {"evidence-history", "evidence-writers"}


def test_the_control_is_on_exactly_when_everything_that_counts_was_seen_and_holds() -> None:
    mains: tuple[Any, ...] = (MAIN, BranchRules(), Unseen("x"))
    ledgers: tuple[Any, ...] = (LEDGER, BranchRules(), Unseen("x"))
    reaches: tuple[Any, ...] = (SOUND.environment, Reach("every"), Reach("protected"), Unseen("x"))
    owners: tuple[Any, ...] = (CodeOwners(), CodeOwners(("x",)), Unseen("x"))
    bypasses: tuple[Any, ...] = (Bypass({1: ()}), Bypass({1: ("Team",)}), Unseen("x"))
    for picked in itertools.product(mains, ledgers, reaches, owners, bypasses):
        sound = picked[:3] == (MAIN, LEDGER, SOUND.environment) and picked[4] == Bypass({1: ()})
        assert (judge(BOT, SettingsFacts(*picked)).control == "on") is sound


def test_the_rulesets_that_ask_for_the_gate_from_the_app_are_those_whose_bypass_lists_matter() -> None:
    loose, other = replace(GATE, app_id=None, ruleset=2), RequiredCheck("tests", APP, ruleset=3)
    both = BranchRules(checks=(GATE, loose, other))
    assert both.carriers(APP) == {1}
    assert both.carriers(666) == both.carriers(None) == {1, 2}
    assert BranchRules(checks=(replace(GATE, ruleset=None),)).carriers(APP) == {None}
    assert BranchRules(checks=(other,)).carriers(APP) == frozenset()


def test_many_errors_of_code_owners_are_counted_and_not_all_told() -> None:
    told = items(replace(SOUND, owners=CodeOwners(tuple(f"e{number}" for number in range(9)))))["code-owners"].message
    assert told.endswith("e0; e1; e2 and 6 more")
