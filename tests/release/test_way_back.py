"""What is undone, in which order, and what stays: against a definition in sentences, and with real programs."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from changeflow.release import state_machine as machine
from changeflow.release.plan import Plan, plan
from changeflow.release.way_back import return_times, way_back
from changeflow.usecases.release import run as release

from .building import change, step
from .fakes import Stage
from .plans import do
from .site import ID, POLICY, Site, checked_step, run_step

NAMES = ("a", "b", "c")
UNDO = {"undo": {"run": ["./do", "undo"]}}
LOST = {"irreversible": "It is gone"}


def planned(kinds: tuple[str, ...], ties: tuple[tuple[str, ...], ...]) -> Plan:
    words: dict[str, dict[str, Any]] = {"undo": UNDO, "lost": LOST, "none": {}}
    forward = [step(name, **words[kind]) for name, kind in zip(NAMES, kinds, strict=False)]
    back = [step(f"back {place}", undoes=list(names)) for place, names in enumerate(ties)]
    return plan(change(implementation=forward, rollback=back))


def defined(kinds: tuple[str, ...], ties: tuple[tuple[str, ...], ...], count: int) -> tuple[list[str], set[str], set[str]]:
    """What runs, what is left out and what stays after `count` steps were begun, as the guide says it."""
    runs = [f"undo/{index}" for index in range(count - 1, -1, -1) if kinds[index] == "undo"]
    left_out = {f"undo/{index}" for index in range(count, len(kinds)) if kinds[index] == "undo"}
    left_out |= {f"undo/{index}" for index in range(count) if kinds[index] == "lost"}
    restored: set[str] = set()
    for place, names in enumerate(ties):
        if not names or set(names) & set(NAMES[:count]):
            runs.append(f"rollback/{place}")
            restored |= set(names or NAMES)
        else:
            left_out.add(f"rollback/{place}")
    stays = set()
    for index in range(count):
        if kinds[index] == "lost" or (kinds[index] == "none" and NAMES[index] not in restored):
            stays.add(f"implementation/{index}")
    return runs, left_out, stays


def test_the_way_back_is_as_defined_for_all_plans_of_up_to_three_steps() -> None:
    ties = [(), ((),), *(((name,),) for name in NAMES), *((pair,) for pair in combinations(NAMES, 2)), (("a",), ("b",))]
    tried = 0
    for length in (1, 2, 3):
        for kinds in product(("undo", "lost", "none"), repeat=length):
            for tied in ties:
                if not {name for names in tied for name in names} <= set(NAMES[:length]):
                    continue
                it = planned(kinds, tied)
                for count in range(1, length + 1):
                    way = way_back(it, {f"implementation/{index}" for index in range(count)})
                    found = [one.key for one in way.steps], {one.step.key for one in way.left_out}, {one.key for one in way.stays}
                    assert found == defined(kinds, tied, count), (kinds, tied, count)
                    tried += 1
    assert tried > 500


def test_the_plan_names_the_point_of_no_return_and_how_long_returning_may_take() -> None:
    undo = {"run": ["./undo"], "verify": ["./undone"], "timeout": "PT5M"}
    it = plan(change(implementation=[step("a", undo=undo), step("b", undo={"manual": "Call", "timeout": "PT1H"})], rollback=[]))
    found = return_times(it)
    assert (found.reversible, found.point_of_no_return) == (1.0, None)
    assert found.times == (timedelta(minutes=10), timedelta(minutes=70))
    it = plan(change(implementation=[step("a", undo=undo), step("drop", **LOST), step("c", undo=undo)], rollback=[]))
    found = return_times(it)
    assert found.reversible == pytest.approx(2 / 3)
    assert found.point_of_no_return is not None
    assert (found.point_of_no_return.name, found.times, found.longest) == ("drop", (timedelta(minutes=10), None, None), None)


def test_a_key_that_is_not_written_leaves_the_digest_of_the_content_as_it_was() -> None:
    assert plan(change(rollback=[step("undo")])).material == plan(change(rollback=[step("undo", undoes=[])])).material
    assert plan(change(implementation=[step("a", **LOST)])).material != plan(change(implementation=[step("a")])).material


def test_an_undo_of_a_step_that_was_never_begun_breaks_the_journal() -> None:
    stage = Stage(change(implementation=[do("one", **UNDO), do("two", **UNDO)], rollback=[]))
    stage.world.fails = frozenset({"implementation/0"})
    assert release.run(stage.prepared()).answer.state == "rolled_back"
    assert stage.world.effects == ["implementation/0", "undo/0"]
    assert "outcome undo/1 skipped" in stage.journal.events()
    entries = [one for one in stage.journal.entries if getattr(one.body, "event", "") != "finished"]
    forged = next(one for one in entries if getattr(one.body, "key", "") == "undo/0" and one.body.event == "intent")
    moved = forged.model_copy(update={"body": forged.body.model_copy(update={"index": 1, "key": "undo/1"})})
    place = entries.index(forged)
    following = machine.next_action(plan(stage.change), [*entries[:place], moved])
    assert isinstance(following, machine.Broken)
    assert "never begun" in following.reason


def test_a_line_that_leaves_out_what_has_to_run_breaks_the_journal() -> None:
    stage = Stage(change(implementation=[do("one", **UNDO), do("two", **UNDO)], rollback=[do("tell")]))
    stage.world.fails = frozenset({"implementation/0"})
    release.run(stage.prepared())
    entries = stage.journal.entries
    place, skipped = next((place, one) for place, one in enumerate(entries) if getattr(one.body, "outcome", "") == "skipped")
    for key in ("undo/0", "rollback/0"):
        phase, index = key.split("/")
        body = skipped.body.model_copy(update={"phase": phase, "index": int(index), "key": key})
        following = machine.next_action(plan(stage.change), [*entries[:place], skipped.model_copy(update={"body": body})])
        assert isinstance(following, machine.Broken), key
        assert "not under way" in following.reason


def test_only_what_was_begun_is_undone_the_latest_first(tmp_path: Path) -> None:
    site = Site.at(tmp_path / "repo")
    undone = {name: {"undo": {"run": ["./scripts/mark", f"no {name}"], "verify": ["./scripts/marked", f"no {name}"]}} for name in NAMES}
    site.change(
        steps=[checked_step("a", **undone["a"]), run_step("b", "fail", **undone["b"]), run_step("c"), run_step("d", **undone["c"])],
        rollback=[run_step("tidy", undoes=["c"]), run_step("tell")],
    )
    shown = site.release("plan")
    assert (shown.answer["reversible"], shown.answer["point_of_no_return"]) == (1.0, None)
    assert shown.answer["return_time"] == ["PT45M", "PT1H15M", "PT1H30M", "PT2H"]
    done = site.release("run")
    assert (done.code, done.answer["state"]) == (1, "rolled_back")
    assert site.marks == ["implementation/0 a", "implementation/1 b", "undo/1 no b", "undo/0 no a", "rollback/1 tell"]
    notes = {f"{one['phase']}/{one['index']}": (one["outcome"], one["detail"]) for one in done.answer["steps"]}
    assert notes["undo/3"] == ("skipped", "left out: the step was never begun")
    assert notes["rollback/0"] == ("skipped", "left out: none of the steps that it undoes was begun")
    assert site.cli("ledger", "verify").code == 0


REVERSIBLE = {"gate": "approve", "holds": "change.reversible >= 1.0 && duration(change.return_time) <= duration('3600s')"}


@pytest.mark.parametrize(("words", "limit", "code"), [
    ({"undo": {"run": ["./scripts/mark", "back"], "timeout": "PT5M"}}, "PT5M", 0),
    ({"irreversible": "It is gone"}, "PT5M", 1),
    ({"undo": {"run": ["./scripts/mark", "back"], "timeout": "PT2H"}}, "PT5M", 1),
])  # fmt: skip
def test_a_policy_asks_that_everything_can_be_taken_back_in_time(tmp_path: Path, words: dict[str, Any], limit: str, code: int) -> None:
    site = Site.at(tmp_path / "repo", **{"policies/approve.yaml": POLICY % REVERSIBLE})
    always = {"undo": {"run": ["./scripts/mark", "no a"], "timeout": limit}}
    site.change(steps=[run_step("a", **always), run_step("b", **words)], rollback=[])
    found = site.cli("gate", "approve", ID)
    assert found.code == code, found.out
    assert "The test says so" in found.out


def test_behind_the_point_of_no_return_the_rollback_has_failed_and_says_what_is_left(tmp_path: Path) -> None:
    site = Site.at(tmp_path / "repo")
    undo = {"undo": {"run": ["./scripts/mark", "no a"]}}
    site.change(steps=[run_step("a", **undo), run_step("drop", **LOST), run_step("c", "fail")], rollback=[run_step("tidy", undoes=["c"])])
    text = site.cli("release", "plan", ID).out
    assert "2 of 3 steps can be undone" in text
    assert "point of no return: step 1 `drop`" in text
    done = site.release("run")
    assert (done.code, done.answer["state"]) == (1, "rollback_failed")
    assert site.marks == ["implementation/0 a", "implementation/1 drop", "implementation/2 c", "undo/0 no a", "rollback/0 tidy"]
    assert "undoes `c`" in site.cli("show", ID).out
    assert "尚未撤销：实施第 2 步 drop" in site.cli("--lang", "zh", "ledger", "log", ID).out
    promise = site.cli("report", "change", ID).out
    assert "NOT KEPT" in promise
    assert "left to do: implementation/1 `drop`, which cannot be undone (It is gone)" in done.answer["message"]
    assert site.release("confirm", "--resolved", "--as", "carol", "--note", "restored from the backup").answer["state"] == "rolled_back"
