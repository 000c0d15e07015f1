"""What is shipped does not die of age: it holds on any day somebody starts to use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from changeflow import resources
from tests.dates import today
from tests.scaffold.calls import Said, git, key_file

Say = Callable[..., Said]
FOLDERS = ("policies", "examples")
LIFETIME = 50  # years in which nobody has to touch what is shipped


def shipped(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in FOLDERS:
        folder = resources.folder(name)
        for path in sorted(folder.rglob("*.yaml")):
            for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
                if document["kind"] == kind:
                    yield f"{name}/{path.relative_to(folder)}", document["spec"]


def test_no_change_model_that_is_shipped_expires() -> None:
    found = {where: spec["expires"] for where, spec in shipped("ChangeModel")}
    assert found
    assert {where: day for where, day in found.items() if day < date(today().year + LIFETIME, 1, 1)} == {}


def test_every_freeze_and_window_that_is_shipped_comes_again() -> None:
    entries = [(where, entry) for where, spec in shipped("Calendar") for kind in ("freezes", "windows") for entry in spec.get(kind, ())]
    assert entries
    assert [where for where, entry in entries if "rrule" not in entry or "UNTIL" in entry["rrule"] or "COUNT" in entry["rrule"]] == []


@pytest.fixture
def identity_of_zoe(identity: Callable[[str, str], None]) -> None:
    identity("Zoe Chen", "zoe@example.org")


@pytest.mark.usefixtures("identity_of_zoe")
@pytest.mark.parametrize("day", ["2026-11-21", "2028-02-29", "2031-12-31", "2099-12-31", "2080-06-15"])
def test_a_repository_begun_on_any_day_has_a_model_that_holds_for_a_year(
    here: Path, say: Say, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    now = ("--now", f"{day}T09:00:00Z")
    assert say("init", "shop", "--as", "zoe", "--key", str(key_file(here, "me")), "--timezone", "UTC", *now).code == 0
    shop = here / "shop"
    monkeypatch.chdir(shop)
    start = f"{day[:8]}28T20:00:00Z" if day[8:] < "28" else f"{day}T20:00:00Z"
    made = say("new", "restart", "--model", "service-restart", "--ci", "website", "--start", start, *now)
    change = made.out.split("/")[1]
    git(shop, "add", "-A")
    git(shop, "commit", "-q", "-m", "Restart")
    assert '"computed": "standard"' in say("assess", change, "--format", "json", *now).out
    late = say("assess", change, "--format", "json", "--now", f"{int(day[:4]) + 1}-12-31T23:00:00Z")
    assert ('"computed": "standard"' in late.out) == (day[5:] == "12-31"), "an expiry is an expiry"


def test_the_deputy_in_the_comment_of_a_new_roster_lies_ahead(here: Path, say: Say) -> None:
    assert say("init", "shop", "--now", "2031-12-20T09:00:00Z").code == 0
    text = (here / "shop/policies/roster.yaml").read_text(encoding="utf-8")
    assert "start: 2032-01-19T00:00:00Z, end: 2032-02-02T00:00:00Z" in text


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-01", "9998-12-31"])
def test_at_the_end_of_the_calendar_the_last_day_is_written(here: Path, say: Say, day: str) -> None:
    assert say("init", "shop", "--now", f"{day}T09:00:00Z").code == 0
    assert say("check", "--repo", str(here / "shop")).code == 0
    assert "expires: 9999-12-31" in (here / "shop/policies/models/service-restart.yaml").read_text(encoding="utf-8")
