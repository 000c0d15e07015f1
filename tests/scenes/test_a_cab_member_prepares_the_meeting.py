"""A member of the CAB has three requests for Thursday: he reads, agrees, objects, and is asked again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.register.office import BEFORE, CHANGE, SignedOffice, do, typed

API, CACHE = "CHG-20261121-api", "CHG-20261121-cache"
FRIDAY = {"start": "2026-11-27T22:00:00+08:00", "end": "2026-11-27T23:00:00+08:00"}
SUNDAY = {"start": "2026-11-29T22:00:00+08:00", "end": "2026-11-29T23:00:00+08:00"}
MONDAY = "2026-11-23T09:00:00Z"


@pytest.fixture
def office(tmp_path: Path) -> SignedOffice:
    """One request is on the main branch, two are on branches."""
    office = SignedOffice(tmp_path / "shop")
    office.ask()
    office.ask(API, branch="alice/api", title="接口网关升级", window=FRIDAY)
    office.ask(CACHE, branch="alice/cache", title="Warm the cache | `twice`", window=SUNDAY)
    return office


def agenda(office: SignedOffice, *options: str, now: str = BEFORE) -> str:
    return office.done("todo", "--as", "dave", "--now", now, *options)


def test_the_agenda_is_a_page_with_every_command_and_the_nearest_window_first(
    office: SignedOffice,
) -> None:
    lines = typed(agenda(office))
    assert [line.split()[2] for line in lines] == [CHANGE, API, CACHE]
    for format_ in ("html", "markdown"):
        page = agenda(office, "--format", format_)
        for line in lines:
            assert line in page, format_
        assert "接口网关升级" in page
    assert "<code>changeflow approve" in agenda(office, "--format", "html")


@pytest.mark.parametrize("ask", ["show", "assess"])
def test_each_request_can_be_read_where_it_lies_before_he_decides(
    office: SignedOffice, ask: str
) -> None:
    for line in typed(agenda(office)):
        _, change, *rest = line.split()[1:]
        where = rest[rest.index("--head") :] if "--head" in rest else []
        text = office.done(ask, change, *where, "--now", BEFORE)
        for words in ("Support ends", "Promote", "Demote", "Alice Chen (alice)", "Bob Berg (bob)"):
            assert words in text, (change, words)


def test_what_he_agrees_to_is_off_his_list_and_what_he_objects_to_is_off_everybodys(
    office: SignedOffice,
) -> None:
    first, second, _ = typed(agenda(office))
    do(office, first, BEFORE, "dave")
    words = [*second.replace(" approve ", " reject ").split()[1:], "-m", "Not before the audit"]
    office.done(*words, "--now", BEFORE)
    assert [line.split()[2] for line in typed(agenda(office))] == [CACHE]
    assert CHANGE in office.done("todo", "--as", "bob", "--now", BEFORE)
    assert office.row(API)["state"] == "rejected"
    for person in ("alice", "bob", "carol", "erin"):
        assert API not in office.done("todo", "--as", person, "--now", BEFORE)
    assert "“Not before the audit”" in office.done("show", API, "--now", BEFORE)
    # whoever asks why is told who can open it again
    shut = office.say("gate", "approve", API, "--head", "alice/api", "--now", BEFORE)
    assert (shut.code, "Dave Dubois (dave)" in shut.out) == (1, True)
    assert re.search(r"agreement of: .*Dave Dubois \(dave\)", shut.out)
    office.done("approve", API, "--as", "dave", "--head", "alice/api", "--now", MONDAY)
    assert office.row(API, now=MONDAY)["state"] == "approved"


def test_when_the_window_moves_he_is_asked_again_and_sees_what_became_different(
    office: SignedOffice,
) -> None:
    for line in typed(agenda(office)):
        do(office, line, BEFORE, "dave")
    assert "Nothing waits" in agenda(office)
    office.git("switch", "-q", "alice/api")
    office.ask(API, title="接口网关升级", window=SUNDAY)
    office.git("switch", "-q", "main")
    (line,) = typed(agenda(office, now=MONDAY))
    assert line == f"changeflow approve {API} --as dave --head alice/api"
    text = office.done("assess", API, "--head", "alice/api", "--now", MONDAY)
    assert "2026-11-27" in text
    assert "2026-11-29" in text
    assert "Dave Dubois (dave)" in text
    do(office, line, MONDAY, "dave")
    assert "Nothing waits" in agenda(office, now=MONDAY)
    assert office.say("gate", "approve", API, "--head", "alice/api", "--now", MONDAY).code == 0


def test_a_title_that_is_corrected_asks_nobody_again(office: SignedOffice) -> None:
    for line in typed(agenda(office)):
        do(office, line, BEFORE, "dave")
    office.git("switch", "-q", "alice/cache")
    office.ask(CACHE, title="Warm the cache", window=SUNDAY, reason="Support ends, and it is slow")
    office.git("switch", "-q", "main")
    assert "Nothing waits" in agenda(office, now=MONDAY)
    assert office.row(CACHE, now=MONDAY)["state"] == "approved"
