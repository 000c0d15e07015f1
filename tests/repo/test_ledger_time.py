"""Appending and time: a clock that is behind is refused, what happened is recorded, and one fast clock stops nobody for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from changeflow import errors
from changeflow.ledger.clocks import RULE, Clocks
from changeflow.ledger.statement import Draft
from changeflow.model.evidence import LedgerEntry
from changeflow.repo.ledger_branch import LedgerBranch
from tests.repositories import NOON, Repo, approval, draft, ledger, release

DAYS = 1440


def append(branch: LedgerBranch, what: Draft) -> LedgerEntry:
    entry = branch.append_deciding(lambda _: what)
    assert entry is not None
    return entry


def unchecked(repo: Repo) -> LedgerBranch:
    """A program that does not mind what its clock shows: an older one, or one that somebody altered."""
    return ledger(repo, clocks=Clocks(timedelta(days=10_000)))


@pytest.fixture
def repo(tmp_path):  # type: ignore[no-untyped-def]
    return Repo(tmp_path / "repo")


@pytest.mark.parametrize("decision", ["approve", "reject", "withdraw"])
def test_a_clock_four_days_behind_is_refused_and_told_so(repo: Repo, decision: str) -> None:
    branch = ledger(repo)
    first = append(branch, approval("dave"))
    with pytest.raises(errors.HostFailed) as refused:
        append(branch, approval(decision=decision, later=-4 * DAYS))
    assert "this clock is behind the ledger by 4 days; set the clock" in refused.value.message
    assert refused.value.exit_code == errors.HOST_FAILED
    assert first.digest in refused.value.hint
    assert len(ledger(repo).read().entries) == 1


@pytest.mark.parametrize(("skew", "taken"), [(3, False), (4, True), (5, True)])
def test_clocks_may_differ_by_the_skew(repo: Repo, skew: int, taken: bool) -> None:
    branch = ledger(repo, clocks=Clocks(timedelta(minutes=skew)))
    append(branch, approval("dave"))
    if not taken:
        with pytest.raises(errors.HostFailed):
            append(branch, approval(later=-4))
        return
    entry = append(branch, approval(later=-4))
    assert (entry.at, entry.moment) == (NOON - timedelta(minutes=4), NOON)
    assert ledger(repo).read().entries[-1].moment == NOON


def test_a_fixed_clock_is_compared_with_fixed_clocks_alone(repo: Repo) -> None:
    branch, now = ledger(repo), NOON + timedelta(days=400)
    append(branch, draft(approval().body, real=now))
    append(branch, draft(approval("dave").body, later=-DAYS))  # real, and long before the real time of the first
    with pytest.raises(errors.UsageError, match="--now lies 1 hour before the newest evidence under a fixed clock"):
        append(branch, draft(approval("dave").body, later=-60, real=now))


def test_what_happened_in_a_release_is_recorded_by_whatever_clock_there_is(repo: Repo) -> None:
    branch = ledger(repo)
    append(branch, release())
    append(branch, approval("dave", "other", later=500 * DAYS))  # somebody's clock is fast in the middle of it
    for event in ("intent", "outcome", "finished"):
        append(branch, release(event, later=1))
    with pytest.raises(errors.HostFailed, match="behind the ledger by 500 days") as refused:
        append(branch, release("started", "third", later=1))
    assert "ledger verify" not in refused.value.hint
    chain = ledger(repo).read()
    assert chain.sound
    assert [finding.rule for finding in chain.problems] == [RULE] * 3


def test_either_of_two_dates_that_disagree_may_be_the_wrong_one(repo: Repo) -> None:
    honest = append(ledger(repo), approval("dave"))
    late = append(ledger(repo, clocks=Clocks(skew=timedelta(days=9))), approval(later=-4 * DAYS))
    (finding,) = ledger(repo).read().problems
    for entry in (honest, late):
        assert f"[{entry.digest}]` where" in finding.hint
    assert f"[{late.digest}]` where the clock of entry {late.seq} was behind" in finding.hint
    listed = ledger(repo, clocks=Clocks(wrong=frozenset({late.digest}))).read()
    assert ([one.clock for one in listed.entries], listed.problems) == (["", "wrong"], ())


def test_where_a_clock_was_ahead_more_than_once_the_hint_says_who_names_them_all(repo: Repo) -> None:
    append(ledger(repo), approval("dave", later=DAYS))
    append(ledger(repo), approval("dave", "other", later=DAYS))
    with pytest.raises(errors.HostFailed) as refused:
        append(ledger(repo), approval())
    assert "`changeflow ledger verify` names every entry that is ahead" in refused.value.hint


def test_dates_that_run_backwards_are_named_break_nothing_and_earn_no_credit(repo: Repo) -> None:
    append(unchecked(repo), approval("dave"))
    append(unchecked(repo), approval(later=-4 * DAYS))
    chain = ledger(repo).read()
    assert chain.sound
    assert [(finding.rule, finding.path) for finding in chain.problems] == [(RULE, chain.entries[1].path)]
    assert (chain.entries[1].clock, chain.entries[1].moment) == ("behind", NOON)


def test_reading_on_judges_as_reading_afresh_does(repo: Repo) -> None:
    reader = ledger(repo)
    append(unchecked(repo), approval("dave"))
    reader.read()
    append(unchecked(repo), approval(later=-60))
    append(unchecked(repo), approval("erin", later=-30))
    assert reader.read().problems == ledger(repo).read().problems
    assert reader.read().entries == ledger(repo).read().entries


def test_one_fast_clock_does_not_stop_the_team(repo: Repo) -> None:
    append(ledger(repo), approval("dave", later=-60))
    fast = append(ledger(repo), approval("dave", "other", later=365 * DAYS))
    with pytest.raises(errors.HostFailed, match=f"entry {fast.seq} is dated 2027"):
        append(ledger(repo), approval())
    listed = ledger(repo, clocks=Clocks(wrong=frozenset({fast.digest})))
    entry = append(listed, approval())
    chain = listed.read()
    assert (entry.moment, chain.problems) == (NOON, ())
    assert [one.clock for one in chain.entries] == ["", "wrong", ""]
    with pytest.raises(errors.HostFailed, match="behind the ledger by 1 hour"):
        append(listed, approval(later=-60))


def test_a_digest_of_something_else_excuses_nothing(repo: Repo) -> None:
    append(ledger(repo), approval("dave", later=DAYS))
    other = replace(Clocks(), wrong=frozenset({"sha256:" + "0" * 64}))
    with pytest.raises(errors.HostFailed):
        append(ledger(repo, clocks=other), approval())
