"""What is read in one place and relied on in several: GitHub's own addresses, and the dates that commits claim."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from changeflow.model.addresses import account_of
from changeflow.model.times import END_OF_TIME, commit_time, local_day
from changeflow.model.zones import time_zone

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("1001+alice@users.noreply.github.com", 1001),
        ("1001+Alice@Users.NoReply.GitHub.com", 1001),
        ("alice@users.noreply.github.com", None),
        ("1001+alice@users.noreply.github.com.example", None),
        ("x1001+alice@users.noreply.github.com", None),
        ("\u0661+alice@users.noreply.github.com", None),
        ("", None),
    ],
)
def test_only_github_s_own_address_names_an_account(address: str, number: int | None) -> None:
    assert account_of(address) == number


@pytest.mark.parametrize(
    ("seconds", "latest", "expected"),
    [
        ("0", NOON, datetime(1970, 1, 1, tzinfo=UTC)),
        (str(int(NOON.timestamp()) + 60), NOON, NOON),
        ("99999999999999", NOON, NOON),
        ("99999999999999", END_OF_TIME, END_OF_TIME),
    ],
)
def test_a_commit_was_made_no_later_than_can_be_believed(seconds: str, latest: datetime, expected: datetime) -> None:
    assert commit_time(seconds, latest) == expected


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (datetime(2026, 11, 21, 16, tzinfo=UTC), "Asia/Shanghai", date(2026, 11, 22)),
        (datetime(2026, 11, 21, 4, 59, tzinfo=UTC), "America/New_York", date(2026, 11, 20)),
        (END_OF_TIME, "Asia/Shanghai", date.max),
        (datetime.min.replace(tzinfo=UTC), "America/New_York", date.min),
    ],
)
def test_a_day_is_the_zones_also_at_the_ends_of_the_calendar(moment: datetime, zone: str, expected: date) -> None:
    assert local_day(moment, time_zone(zone)) == expected
