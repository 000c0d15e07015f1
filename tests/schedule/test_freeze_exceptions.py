"""Freeze exceptions: a document on the main branch lets one change go on during one freeze, until a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.model.calendars import Calendar
from changeflow.model.config import ConfigSpec
from changeflow.model.freeze_exception import FreezeException
from changeflow.schedule.exceptions import granted_exceptions, with_exceptions
from changeflow.schedule.windows import FreezeHit, timing
from tests.gate.builders import change, roster
from tests.shop import CONFIG, Shop, request

# the time is given
pytestmark = pytest.mark.once

AT = "2026-11-21T10:00:00Z"
ID = "CHG-20261121-db"
# the window of the request is 14:00 to 15:30
FREEZE = {"id": "closing", "name": "Closing", "start": "2026-11-25T00:00:00Z", "end": "2026-11-26T00:00:00Z"}
START, END = datetime(2026, 11, 25, 14, tzinfo=UTC), datetime(2026, 11, 25, 15, 30, tzinfo=UTC)


def calendar(freeze: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "year"}, "spec": {"freezes": [freeze]}}


def exception(name: str = "db-in-closing", **spec: Any) -> dict[str, Any]:
    said = {"change": ID, "freeze": "closing", "reason": "Support ends", "end": "2026-11-25T15:30:00Z", "approved_by": ["carol"]}
    return {"apiVersion": "changeflow/v1", "kind": "FreezeException", "metadata": {"id": name}, "spec": said | spec}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    found = Shop(tmp_path / "shop")
    found.write(f"changes/{ID}/rfc.yaml", request(ID))
    found.write(
        "policies/calendar.yaml",
        calendar(FREEZE),
    )
    found.commit("One change, one freeze")
    return found


def told_of_freezes(shop: Shop, gate: str = "approve", at: str = AT) -> list[dict[str, Any]]:
    found = shop.json("gate", gate, ID, "--now", at)["reasons"]
    return [one for one in found if one["reason_code"].startswith("freeze.")]


def reasons(shop: Shop, gate: str = "approve", at: str = AT) -> list[dict[str, Any]]:
    return [one for one in told_of_freezes(shop, gate, at) if one["outcome"] != "pass"]


def grant(shop: Shop, **spec: Any) -> None:
    shop.write("exceptions/db-in-closing.yaml", exception(**spec))
    shop.commit("An exception")


def test_an_exception_counts_once_it_is_on_the_main_branch(shop: Shop) -> None:
    (frozen,) = reasons(shop)
    assert frozen["data"] == {"id": "closing", "name": "Closing", "start": FREEZE["start"], "end": FREEZE["end"]}
    shop.git("switch", "-q", "-c", "proposal")
    grant(shop)
    assert reasons(shop) == [frozen]
    shop.git("switch", "-q", "main")
    shop.git("merge", "-q", "proposal")
    assert reasons(shop) == []
    assert shop.json("assess", ID, "--now", AT)["freezes"] == []
    assert reasons(shop, "deploy", "2026-11-25T14:00:00Z") == []
    (excepted,) = [one for one in shop.json("gate", "approve", ID, "--now", AT)["reasons"] if one["reason_code"] == "freeze.excepted"]
    assert (excepted["level"], excepted["outcome"]) == ("warn", "pass")
    assert excepted["message"] == (
        "the exception db-in-closing, approved by carol, lets the change go on in the freeze `Closing` until 2026-11-25T15:30:00Z: Support ends"
    )
    assert shop.run("check").returncode == 0


def test_of_those_who_approved_it_the_gate_names_whose_word_counts(shop: Shop) -> None:
    shop.write("changeflow.yaml", CONFIG | {"spec": CONFIG["spec"] | {"freeze_exceptions": {"roles": ["cab", "team-db"]}}})
    grant(shop, approved_by=["alice", "carol", "bob"])
    for gate, at in (("approve", AT), ("deploy", "2026-11-25T14:00:00Z")):
        (one,) = told_of_freezes(shop, gate, at)
        assert (one["reason_code"], one["data"]["by"], one["data"]["until"]) == ("freeze.excepted", ["carol"], "2026-11-25T15:30:00Z")


def test_a_list_names_several_freezes_and_each_of_them_needs_its_exception(shop: Shop) -> None:
    both = calendar(FREEZE)
    both["spec"]["freezes"].append(FREEZE | {"id": "audit", "name": "Audit"})
    shop.write("policies/calendar.yaml", both)
    grant(shop)
    assert [one["data"]["id"] for one in reasons(shop)] == ["audit"]
    grant(shop, freeze=["audit", "closing"])
    assert reasons(shop) == []
    assert len(told_of_freezes(shop)) == 2
    assert [one["id"] for one in shop.json("list", "--now", AT)["ending"] if one["what"] == "exception"] == ["db-in-closing"]


def test_a_hold_asks_nothing_of_exceptions(shop: Shop) -> None:
    grant(shop)
    shop.run("hold", "all", "--reason", "Payments fail", "--as", "carol", "--now", AT)
    codes = {one["reason_code"] for one in shop.json("gate", "approve", ID, "--now", AT)["reasons"]}
    assert "hold.in_force" in codes


def test_one_that_ends_before_the_window_lets_nothing_go_on_and_the_gate_says_so(shop: Shop) -> None:
    grant(shop, end="2026-11-25T15:29:59Z")
    (frozen,) = reasons(shop)
    assert (frozen["reason_code"], frozen["data"]["case"], frozen["data"]["exception"]) == ("freeze.ahead", "ended", "db-in-closing")
    said = shop.run("gate", "approve", ID, "--now", AT).stdout
    assert "the exception db-in-closing ends at Wed 2026-11-25 15:29:59 +00:00" in " ".join(said.split())
    assert reasons(shop, "deploy", "2026-11-25T14:00:00Z")[0]["reason_code"] == "freeze.in_force"


@pytest.mark.parametrize(
    "spec",
    [
        {"approved_by": ["alice"]},
        {"approved_by": ["bob"]},
        {"approved_by": ["nemo"]},
        {"freeze": "another"},
        {"change": "CHG-20261121-other"},
    ],
    ids=["the requester", "the implementer", "a stranger", "another freeze", "another change"],
)
def test_what_lets_nothing_go_on(shop: Shop, spec: dict[str, Any]) -> None:
    grant(shop, **spec)
    assert len(reasons(shop)) == 1


def test_how_many_approve_and_in_which_role_is_said_by_the_configuration(shop: Shop) -> None:
    shop.write("changeflow.yaml", CONFIG | {"spec": CONFIG["spec"] | {"freeze_exceptions": {"roles": ["cab"], "count": 2}}})
    grant(shop)
    (frozen,) = reasons(shop)
    assert (frozen["data"]["case"], frozen["data"]["needed"]) == ("approvers", 2)
    assert "takes 2, without requester and implementer" in " ".join(shop.run("gate", "approve", ID, "--now", AT).stdout.split())
    grant(shop, approved_by=["carol", "carol", "dave"])
    assert reasons(shop) == []


def test_one_that_cannot_be_read_shuts_every_gate(shop: Shop) -> None:
    grant(shop, end="soon")
    done = shop.run("gate", "approve", ID, "--now", AT)
    assert done.returncode == 4
    assert "exceptions/db-in-closing.yaml" in done.stderr


def test_one_that_ends_soon_is_listed(shop: Shop) -> None:
    grant(shop)
    wanted = [{"what": "exception", "id": "db-in-closing", "ends": "2026-11-25T15:30:00Z"}]
    assert [one for one in shop.json("list", "--now", AT)["ending"] if one["what"] == "exception"] == wanted
    assert "the freeze exception `db-in-closing` ends" in shop.run("todo", "--as", "carol", "--now", AT).stdout
    # who asks for the change and who carries it out plan by it, too
    for person in ("alice", "bob"):
        assert [one for one in shop.json("todo", "--as", person, "--now", AT)["ending"] if one["what"] == "exception"] == wanted
    assert shop.json("todo", "--as", "carol", "--now", "2026-11-25T15:30:01Z")["ending"] == []


def test_the_end_of_an_exception_for_a_change_that_is_withdrawn_concerns_nobody(shop: Shop) -> None:
    grant(shop)
    assert shop.run("withdraw", ID, "-m", "Not needed", "--as", "alice", "--now", AT).returncode == 0
    assert [one for one in shop.json("list", "--now", AT)["ending"] if one["what"] == "exception"] == []


def test_the_schedule_paper_names_who_approved_it(shop: Shop) -> None:
    grant(shop)
    (row,) = shop.json("report", "schedule", "--from", AT, "--to", "2026-12-01T00:00:00Z", "--now", AT)["changes"]
    assert row["exceptions"] == [{"freeze": "Closing", "granted_by": "carol", "reason": "Support ends"}]


def hits(*documents: dict[str, Any], since: datetime, **freeze: Any) -> tuple[FreezeHit, ...]:
    records = [FreezeException.model_validate(one) for one in documents]
    granted = tuple(granted_exceptions(records, roster(), ConfigSpec()))
    known = with_exceptions((Calendar.model_validate(calendar(FREEZE | freeze)),), granted)
    return timing(change(), known, {}, roster(), since, starting=True).freezes


@pytest.mark.parametrize("minutes", [0, 30, 89])
def test_what_counts_at_the_start_is_the_time_from_now_to_the_end_of_the_window(minutes: int) -> None:
    now = START + timedelta(minutes=minutes)
    for end, exempt in ((END, True), (END - timedelta(seconds=1), False), (now, False)):
        (hit,) = hits(exception(end=end.isoformat()), since=now)
        assert hit.exempt is exempt
    # a freeze that is over before the window asks for no more than its own end
    short = now + timedelta(seconds=30)
    (hit,) = hits(exception(end=short.isoformat()), since=now, end=short.isoformat())
    assert hit.exempt


def test_of_several_the_one_that_lasts_long_enough_counts() -> None:
    early, late = exception("early", end="2026-11-25T15:00:00Z"), exception("late", end="2026-11-27T00:00:00Z")
    for documents in ((early, late), (late, early)):
        (hit,) = hits(*documents, since=START)
        assert hit.exempt
        assert hit.exception is not None
        assert hit.exception.id == "late"
    (hit,) = hits(early, since=START)
    assert (hit.exempt, hit.refusal) == (False, "ended")
