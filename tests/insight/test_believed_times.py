"""When commits were made: dates that fit the order and the ledger are believed, and a lie moves no other date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from changeflow.insight.believed_times import believed_times

START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = START + timedelta(days=30)
LONG_AGO, FAR_AWAY = datetime(2001, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


def days(*numbers: int) -> list[datetime]:
    return [START + timedelta(days=number) for number in numbers]


def at(stated: list[datetime], latest: list[datetime | None] | None = None) -> list[datetime]:
    return [one.at for one in believed_times(stated, latest or [None] * len(stated), NOW)]


def test_dates_in_order_are_believed() -> None:
    found = believed_times(days(1, 2, 2, 5), [None] * 4, NOW)
    assert [one.at for one in found] == days(1, 2, 2, 5)
    assert all(one.is_stated for one in found)


def test_a_date_of_long_ago_counts_from_the_commit_before_it() -> None:
    assert at([*days(1, 4), LONG_AGO, *days(6, 7)]) == days(1, 4, 4, 6, 7)


def test_a_date_in_the_future_counts_until_the_commit_after_it_and_moves_none_of_the_later() -> None:
    assert at([*days(1, 4), FAR_AWAY, *days(6, 7)]) == days(1, 4, 6, 6, 7)


def test_the_newest_commit_was_made_by_now_whatever_it_says() -> None:
    assert at([*days(1, 4), FAR_AWAY])[-1] == NOW


def test_a_commit_that_the_ledger_knew_was_there_by_then() -> None:
    found = believed_times(days(1, 20, 21), [None, START + timedelta(days=9), None], NOW)
    assert [one.at for one in found] == days(1, 9, 21)
    assert [one.is_bound for one in found] == [False, True, False]


@given(
    true=st.lists(st.integers(0, 29), min_size=5, max_size=30).map(sorted),
    lies=st.dictionaries(st.integers(0, 29), st.integers(-9_000, 9_000), max_size=2),
)
def test_few_lies_neither_leave_the_order_nor_pass_their_honest_neighbours(true: list[int], lies: dict[int, int]) -> None:
    stated = [START + timedelta(days=lies.get(number, day)) for number, day in enumerate(true)]
    found = at(stated)
    assert found == sorted(found)
    assert all(moment <= NOW for moment in found)
    honest = [number for number in range(len(true)) if number not in lies]
    if len(set(true)) == len(true) and len(honest) > 2 * len(lies) + 1:
        wrong = [number for number in honest if found[number] != START + timedelta(days=true[number])]
        assert len(wrong) <= len(lies)
