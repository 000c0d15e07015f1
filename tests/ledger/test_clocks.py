"""Time along the ledger: which moment an entry has, which dates are named, and how a team goes on after a wrong clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.ledger.clocks import AHEAD, RULE, Clocks, ahead, along, happened, latest, newest
from changeflow.model.evidence import LedgerEntry, ReleaseBody
from tests.repositories import NOON, approval, release

SKEW = Clocks(timedelta(minutes=5))


def entry(seq: int, minutes: int, *, simulated: bool = False) -> LedgerEntry:
    """Entry number `seq`, dated so many minutes after noon."""
    draft = approval(later=minutes)
    return LedgerEntry(
        seq=seq,
        previous=None,
        digest=f"sha256:{seq:064x}",
        path=f"{draft.change}/{seq:06d}-approval.json",
        change=draft.change,
        at=draft.at,
        recorded_at=draft.at,
        simulated=simulated,
        signer=None,
        subject=draft.subject,
        body=draft.body,
    )


def chain(*minutes: int, simulated: tuple[int, ...] = ()) -> list[LedgerEntry]:
    return [entry(seq, at, simulated=seq in simulated) for seq, at in enumerate(minutes, 1)]


def moments(entries: tuple[LedgerEntry, ...]) -> list[int]:
    return [int((one.moment - NOON).total_seconds() // 60) for one in entries]


def test_entries_in_order_keep_their_dates_and_are_no_finding() -> None:
    entries, findings = along(chain(0, 0, 3, 1000), SKEW)
    assert (moments(entries), findings) == ([0, 0, 3, 1000], ())


def test_a_date_within_the_skew_counts_from_what_precedes_it() -> None:
    entries, findings = along(chain(0, 10, 5, 11), SKEW)
    assert moments(entries) == [0, 10, 10, 11]
    assert [one.clock for one in entries] == ["", "", "", ""]
    assert findings == ()


def test_a_date_beyond_the_skew_is_named_and_gains_nothing() -> None:
    entries, findings = along(chain(0, 4 * 1440, 5), SKEW)
    assert moments(entries) == [0, 5760, 5760]
    assert [one.clock for one in entries] == ["", "", "behind"]
    ((finding),) = findings
    assert (finding.rule, finding.path) == (RULE, entries[2].path)
    assert "4 days before entry 2" in finding.message
    assert entries[1].digest in finding.hint


def test_many_small_steps_back_do_not_add_up() -> None:
    entries, findings = along(chain(100, 96, 92, 88), SKEW)
    assert moments(entries) == [100] * 4
    assert [finding.path for finding in findings] == [entries[2].path, entries[3].path]


def test_real_time_is_compared_with_real_time_and_fixed_clocks_with_fixed_clocks() -> None:
    entries, findings = along(chain(5000, 0, 5001, -60, simulated=(2, 4)), SKEW)
    assert moments(entries) == [5000, 0, 5001, 0]
    assert [finding.path for finding in findings] == [entries[3].path]
    assert newest(entries).of(simulated=False) == entries[2].at
    assert newest(entries).of(simulated=True) == entries[1].at


def test_a_wrong_clock_that_is_listed_sets_no_date_for_the_others() -> None:
    fast = chain(0, 500_000, 1, 2)
    wrong = Clocks(SKEW.skew, frozenset({fast[1].digest}))
    entries, findings = along(fast, wrong)
    assert findings == ()
    assert moments(entries) == [0, 0, 1, 2]
    assert [one.clock for one in entries] == ["", "wrong", "", ""]
    found = latest(entries, simulated=False)
    assert found is not None
    assert found.seq == 4


@given(st.lists(st.tuples(st.integers(-10_000, 10_000), st.booleans()), max_size=12))
def test_no_moment_is_earlier_than_any_date_before_it(dated: list[tuple[int, bool]]) -> None:
    entries, findings = along([entry(seq, at, simulated=fixed) for seq, (at, fixed) in enumerate(dated, 1)], SKEW)
    for index, one in enumerate(entries):
        before = [other.at for other in entries[:index] if other.simulated is one.simulated]
        assert one.moment == max([one.at, *before])
        assert (one.clock == "behind") is (max([one.at, *before]) - one.at > SKEW.skew)
    assert {finding.path for finding in findings} == {one.path for one in entries if one.clock}
    assert along(entries, SKEW) == (entries, findings), "judged again it is the same"


def test_dates_in_the_future_of_a_clock_are_named() -> None:
    entries, _ = along(chain(0, 4, 6, 600, 601, simulated=(4,)), SKEW)
    found = list(ahead(entries, NOON, SKEW))
    assert [(one.rule, one.path) for one in found] == [(AHEAD, entries[2].path), (AHEAD, entries[4].path)]


@pytest.mark.parametrize("event", ["intent", "outcome", "finished", "rolling_back", "confirmed", "resolved", "interrupted", "resumed"])
def test_what_happened_in_a_release_is_told_apart_from_its_start(event: str) -> None:
    assert happened(ReleaseBody(event=event, run="1", digest="sha256:1"))  # type: ignore[arg-type]
    assert not happened(release().body)
    assert not happened(approval().body)
