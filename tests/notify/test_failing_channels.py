"""`doctor` names the channels on which messages failed, why, and what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from changeflow.language.reader import Reader
from changeflow.language.sentences import say
from changeflow.model.answers.control import ControlItem
from changeflow.repo.git import Git
from changeflow.usecases.notify.channel_state import channel_items
from tests.dates import now
from tests.notify.servers import web_server
from tests.notify.world import hook, planned, site_at, told
from tests.release.site import Site, git

NOBODY = 9


def seen(site: Site, days: float = 0) -> list[tuple[str, str, str]]:
    found = channel_items(Git(site.root), now() + timedelta(days=days))
    assert {one.level for one in found} <= {"warn"}
    return [(one.id, one.state, one.reason_code) for one in found]


def item(site: Site) -> ControlItem:
    (found,) = channel_items(Git(site.root), now())
    return found


def test_a_channel_that_fails_is_named_until_it_delivers_or_a_week_has_passed(tmp_path: Path) -> None:
    with web_server() as server:
        good, bad = hook(server.port), {**hook(NOBODY), "id": "chat"}
        site = site_at(tmp_path / "repo", good, bad)
        planned(site)
        assert seen(site) == [("channels", "holds", "control.channels_deliver")]
        told(site, code=1)
        assert seen(site) == [("channel:chat", "does_not_hold", "control.channel_failing")]
        assert seen(site, days=8) == [("channels", "holds", "control.channels_deliver")]


@pytest.mark.parametrize(
    ("status", "what"), [(503, "see that its server answers"), (403, "renew its secret"), (302, "correct its server, URL")]
)
def test_what_to_do_follows_from_why_it_failed(tmp_path: Path, status: int, what: str) -> None:
    with web_server(*[status] * 3, location="http://127.0.0.1/other") as server:
        site = site_at(tmp_path / "repo", hook(server.port))
        planned(site)
        told(site, code=1)
        found = item(site)
        assert "could not be delivered by the channel `hook`" in found.message
        assert found.hint.startswith(what)
        chinese = say(found.reason_code, found.data, Reader(language="zh"))
        assert "未能通过渠道 `hook` 送达" in chinese.text


def test_a_broken_ledger_tells_nothing_of_channels(tmp_path: Path) -> None:
    with web_server() as server:
        site = site_at(tmp_path / "repo", hook(server.port))
        planned(site)
        told(site)
        ledger = "refs/heads/changeflow/ledger"
        git(site.root, "update-ref", ledger, f"{ledger}~1")
        assert seen(site) == [("channels", "unknown", "control.channels_unknown")]


def test_where_no_channel_is_configured_nothing_is_said(tmp_path: Path) -> None:
    site = site_at(tmp_path / "repo")
    planned(site)
    assert seen(site) == []
