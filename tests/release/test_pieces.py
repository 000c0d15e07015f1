"""Plans, claims, facts and words: the small pure pieces."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.model.config import ReleaseConfig
from changeflow.model.evidence import ReleaseBody, ReviewBody
from changeflow.release import state_machine as machine
from changeflow.release.claims import holders
from changeflow.release.plan import plan
from changeflow.release.progress import progress
from changeflow.release.step_facts import actual, answer
from changeflow.render.presentation import MACHINE
from changeflow.render.release import plan_text, text

from .building import CONTENT, ID, Writer, change, entry, step, writer

# -- the plan ------------------------------------------------------------------------------------------------------------


def test_keys_count_from_zero_in_each_phase():
    planned = plan(change(implementation=[step("a"), step("b")], verification=[step("c")], rollback=[step("d")]))
    assert [one.key for one in planned] == ["implementation/0", "implementation/1", "verification/0", "rollback/0"]


def test_time_outs_are_the_steps_own_or_the_configurations():
    config = ReleaseConfig(step_timeout=timedelta(minutes=1), confirm_timeout=timedelta(hours=1))
    planned = plan(change(implementation=[step("a", timeout="PT5S"), step("b"), step("c", manual="call")]), config)
    assert [one.timeout for one in planned.implementation] == [timedelta(seconds=5), timedelta(minutes=1), timedelta(hours=1)]


def test_only_a_change_of_meaning_makes_another_plan():
    first = plan(change(implementation=[step("a")]))
    assert plan(change(implementation=[step("a")], reason="Another reason")).material == first.material
    assert plan(change(implementation=[step("b")])).material != first.material


def test_preconditions_are_no_steps_of_the_journal():
    words = change().model_dump(mode="json", exclude_none=True)
    words["spec"]["rollback"]["preconditions"] = [step("backup", verify=["./v"])]
    planned = plan(type(change()).model_validate(words))
    assert [one.name for one in planned.preconditions] == ["backup"]
    assert "backup" not in [one.name for one in planned]


# -- claims --------------------------------------------------------------------------------------------------------------


def claims(entries):
    """Who holds each environment: the first of those that do."""
    return {environment: found[0] for environment, found in holders(entries).items()}


def said(event: str, change_id: str, *environments: str, state: str | None = None) -> tuple[str, ReleaseBody]:
    return change_id, ReleaseBody(event=event, run="r", digest=CONTENT, environments=environments, state=state)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("story", "held"),
    [
        ([], {}),
        ([said("started", "a", "production", "office")], {"production": "a", "office": "a"}),
        ([said("started", "a", "production"), said("finished", "a", state="implemented")], {}),
        ([said("started", "a", "production"), said("finished", "a", state="rolled_back")], {}),
        ([said("started", "a", "production"), said("finished", "a", state="rollback_failed")], {"production": "a"}),
        ([said("started", "a", "production"), said("finished", "a")], {"production": "a"}),
        ([said("started", "a", "p"), said("finished", "a", state="rollback_failed"), said("resolved", "a")], {}),
        ([said("started", "a", "production"), said("started", "b", "production")], {"production": "a"}),
        ([said("started", "a", "p"), said("finished", "b", state="implemented")], {"p": "a"}),
        ([said("started", "a", "p"), said("finished", "a", state="implemented"), said("rolling_back", "a", "p")], {"p": "a"}),
        ([said("started", "a", "p"), said("interrupted", "a"), said("rolling_back", "a")], {"p": "a"}),
    ],
)
def test_who_holds_which_environment(story, held):
    assert claims(entry(number, body, change=name) for number, (name, body) in enumerate(story, 1)) == held


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["started", "finished", "resolved", "rolling_back"]))))
def test_an_environment_never_passes_from_one_to_another_without_being_freed(story):
    entries = []
    before: dict[str, str] = {}
    for number, (name, event) in enumerate(story, 1):
        state = "implemented" if event == "finished" else None
        entries.append(entry(number, said(event, name, "production", state=state)[1], change=name))
        now = claims(entries)
        holder = before.get("production")
        frees = name == holder and event in ("finished", "resolved")
        assert frees or holder in (None, now.get("production"))
        before = now


def test_a_second_claim_on_an_environment_holds_it_when_the_first_is_freed():
    story = [said("started", "a", "p"), said("started", "b", "p"), said("finished", "a", state="implemented")]
    assert claims(entry(number, body, change=name) for number, (name, body) in enumerate(story, 1)) == {"p": "b"}


@pytest.mark.parametrize("ending", ["finished", "resolved"])
@pytest.mark.parametrize(("start", "end", "held"), [(True, True, {}), (False, False, {}), (False, True, {}), (True, False, {"p": "a"})])
def test_what_is_not_proven_frees_nothing_that_a_proven_claim_holds(start, end, held, ending):
    first = entry(1, said("started", "a", "p")[1], change="a").model_copy(update={"proven": start})
    last = entry(2, said(ending, "a", state="rolled_back")[1], change="a").model_copy(update={"proven": end})
    assert claims([first, last]) == held


# -- words of people, signatures -----------------------------------------------------------------------------------------


def signed(journal: Writer, signer: str | None) -> machine.Action:
    newest = journal.entries[-1].model_copy(update={"signer": signer})
    return machine.next_action(journal.plan, [*journal.entries[:-1], newest])


@pytest.mark.parametrize("event", ["confirmed", "rolling_back"])
def test_a_word_signed_by_somebody_else_is_nobodys_word(event):
    journal = writer(change(implementation=[step("call", manual="call")]))("started")("intent", "implementation/0")
    journal(event, "implementation/0" if event == "confirmed" else "", by="carol", outcome="done")
    assert isinstance(signed(journal, "dave"), machine.Broken)
    assert not isinstance(signed(journal, "carol"), machine.Broken)
    assert not isinstance(signed(journal, None), machine.Broken)


# -- facts ---------------------------------------------------------------------------------------------------------------


def test_facts_of_a_release_that_is_not_over_are_none():
    request = change()
    assert actual(request, ()) is None
    assert actual(request, writer(request)("started").entries) is None


def test_facts_name_the_entry_that_ended_it_and_how_long_the_way_back_took():
    request = change(implementation=[step("a")])
    journal = writer(request)("started").did("implementation/0", "failed")("rolling_back").did("rollback/0")
    journal("finished", state="rolled_back")
    facts = actual(request, journal.entries)
    assert facts is not None
    assert facts.release == journal.entries[-1].digest
    assert facts.rollback_took == timedelta(seconds=3)
    assert facts.planned == request.spec.window


def test_other_evidence_between_the_lines_does_not_matter():
    request = change(implementation=[step("a")])
    journal = writer(request)("started").did("implementation/0")("finished", state="implemented")
    reviewed = entry(99, ReviewBody(by="carol", outcome="successful", digest=CONTENT))
    assert actual(request, [reviewed, *journal.entries, reviewed]) == actual(request, journal.entries)


def test_a_step_done_again_shows_the_times_of_its_last_try():
    request = change(implementation=[step("a", verify=["./v"])])
    journal = writer(request)("started")("intent", "implementation/0")("outcome", "implementation/0", outcome="skipped")
    journal.did("implementation/0")
    shown = answer(journal.plan, progress(journal.plan, journal.entries)).steps[0]
    assert (shown.started, shown.ended) == (journal.entries[3].at, journal.entries[4].at)


def test_a_step_known_not_done_is_skipped_and_has_no_end():
    request = change(implementation=[step("a", verify=["./v"])])
    journal = writer(request)("started")("intent", "implementation/0")("outcome", "implementation/0", outcome="skipped")
    shown = answer(journal.plan, progress(journal.plan, journal.entries)).steps[0]
    assert (shown.outcome, shown.ended) == ("skipped", None)


# -- shown ---------------------------------------------------------------------------------------------------------------


def test_columns_line_up_under_chinese_names():
    request = change(implementation=[step("升级数据库"), step("b")], verification=[step("冒烟测试")])
    journal = writer(request)("started").did("implementation/0").did("implementation/1", "failed", note="exit code 3")
    shown = text(answer(journal.plan, progress(journal.plan, journal.entries)), MACHINE)
    assert "FAILED" in shown
    assert "exit code 3" in shown
    assert ID in shown.splitlines()[0]


def test_a_plan_without_steps_promises_no_way_back():
    shown = plan_text(replace(plan(change()), implementation=(), undo=()), MACHINE)
    assert shown.splitlines()[-1] == "it has no steps yet"
    assert "undone" not in shown


def test_a_plan_shows_arguments_as_a_shell_would_need_them():
    shown = plan_text(plan(change(implementation=[step("a", run=["./x", "a b", "$(boom)"])])), MACHINE)
    assert "./x 'a b' '$(boom)'" in shown
