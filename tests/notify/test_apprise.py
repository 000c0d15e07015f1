"""Chats are told by Apprise, whose address is in the environment alone."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from changeflow.notifiers.chat import inert
from tests.notify.servers import web_server
from tests.notify.world import planned, site_at, told

CHAT = {"id": "chat", "kind": "apprise", "url_from": "CHAT"}


def test_a_chat_is_told_in_plain_text(tmp_path: Path) -> None:
    with web_server() as server:
        site = site_at(tmp_path / "repo", CHAT)
        planned(site)
        (row,) = told(site, CHAT=f"json://127.0.0.1:{server.port}/")
        assert row["outcome"] == "told"
        (body,) = server.bodies
        assert body["title"].startswith("Planned: Upgrade payments-db")
        # lines stay lines
        assert "\nItems changed: payments-db\n" in body["message"]


def test_a_chat_that_refuses_is_tried_later(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with web_server(500) as server:
        site = site_at(tmp_path / "repo", CHAT)
        planned(site)
        (row,) = told(site, code=1, CHAT=f"json://user:geheim@127.0.0.1:{server.port}/")
        assert (row["outcome"], row["why"]) == ("failed", "not_accepted")
        said = capfd.readouterr()
        assert "geheim" not in said.out + said.err


@pytest.mark.parametrize("said", ["@everyone", "hi @all", "<!channel>", "<@U123>", "[sign in](http://evil.example)", "<http://evil.example|bank>", "[a][b]"])
def test_nothing_in_a_text_calls_people_or_hides_a_link(said: str) -> None:
    for sign in ("@everyone", "@all", "<!", "<@", "](", "<http", "]["):
        assert sign not in inert(said)


@pytest.mark.parametrize("plain", ["a@example.com", "payments-db <- payments-api [1] (two)", "1 < 2, x <= y"])
def test_a_text_that_does_neither_stays(plain: str) -> None:
    assert inert(plain) == plain


@pytest.mark.parametrize("address", ["file:///etc/passwd", "nonsense", "nosuch://x", "syslog://"])
def test_an_address_that_is_no_chat_is_refused(tmp_path: Path, address: str) -> None:
    site = site_at(tmp_path / "repo", CHAT)
    planned(site)
    (row,) = told(site, code=1, CHAT=address)
    assert (row["outcome"], row["why"]) == ("failed", "address")


def test_without_the_library_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "apprise":
            raise ImportError(name)
        return found(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    site = site_at(tmp_path / "repo", CHAT)
    planned(site)
    done = site.cli("notify", CHAT="json://127.0.0.1:9/")
    assert done.code == 2
    assert "pip install 'changeflow[notify]'" in done.err
