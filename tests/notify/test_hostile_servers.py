"""Servers that fail, hang, close and redirect, and titles that are no plain text, do no harm."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from changeflow.model.evidence import NO_CHANGE, NotificationBody
from changeflow.model.notify_settings import Channel
from changeflow.notices.notice import Message
from changeflow.notifiers import web
from changeflow.notifiers.delivery import DeliveryError, Secrets
from changeflow.notifiers.mail import mail_of, send
from tests.dates import now
from tests.notify.servers import certificate, mail_server, web_server
from tests.notify.world import hook, mail, planned, site_at, told
from tests.release.site import ID, Site, git
from tests.release.test_force import append

MESSAGE = Message("Planned: X", "text\n", "<p>text</p>", b"{}", "en")
AT = now()


def posted(port: int, **more: Any) -> str:
    try:
        web.post(f"http://127.0.0.1:{port}/", b"{}", {}, seconds=more.pop("seconds", 5.0), **more)
    except DeliveryError as error:
        return error.why
    return ""


@pytest.mark.parametrize(
    ("answer", "why"),
    [(200, ""), (204, ""), (500, "server_error"), (429, "server_error"), (404, "client_error"), ("close", "closed")],
)
def test_an_answer_says_what_came_of_a_message(answer: int | str, why: str) -> None:
    with web_server(answer) as server:
        assert posted(server.port) == why


@pytest.mark.parametrize("behaviour", ["hang", "drip"])
def test_a_server_that_never_ends_is_left_after_a_while(behaviour: str) -> None:
    with web_server(behaviour) as server:
        start = time.monotonic()
        assert posted(server.port, seconds=0.3) == "timeout"
        assert time.monotonic() - start < 5


def test_a_redirect_is_not_followed() -> None:
    with web_server(200) as other:
        for status in (301, 302, 307, 308):
            with web_server(status, location=f"http://127.0.0.1:{other.port}/") as server:
                assert posted(server.port) == "redirected"
        assert other.got == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "http://0xA9FEA9FE/",
        "http://[fd00:ec2::254]/",
        "http://224.0.0.1/",
        "http://0.0.0.0/",
        "http://user:secret@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http:///x",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/a\r\nX: y",
    ],
)
def test_an_address_that_may_not_be_used_is_refused(url: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        web.post(url, b"{}", {}, seconds=1)
    assert refused.value.why == "address"


def test_an_address_of_the_link_is_used_where_that_is_configured() -> None:
    assert web.may_be_used("169.254.1.1", link_local=True)
    assert not web.may_be_used("169.254.1.1", link_local=False)
    assert web.may_be_used("10.0.0.1", link_local=False)


def test_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert posted(port) == "unreachable"


# -- mail --------------------------------------------------------------------------------------


def channel(port: int, **words: Any) -> Channel:
    return Channel.model_validate({**mail(port), "timeout": "PT2S", **words})


def sent(port: int, *people: str, environment: dict[str, str] | None = None, **words: Any) -> tuple[tuple[str, ...], str]:
    names = {name: (name, f"{name}@example.com") for name in people or ("alice",)}
    came = send(channel(port, **words), MESSAGE, names, Secrets(environment or {}), ("a", "b"), AT)
    return came.accepted, came.why


def test_one_refused_recipient_keeps_no_other_from_their_mail() -> None:
    with mail_server(refused={"bob@example.com"}) as server:
        assert sent(server.port, "alice", "bob", "carol") == (("alice", "carol"), "refused")
        assert [who for who, _ in server.got] == ["alice@example.com", "carol@example.com"]


@pytest.mark.parametrize("address", ["erin@exämple.com", "er,in@example.com", "erin@example.com>\u202e"])
def test_an_address_that_no_mail_can_have_keeps_no_other_from_their_mail(address: str) -> None:
    with mail_server() as server:
        names = {name: ("", f"{name}@example.com") for name in ("alice", "erin", "carol")} | {"erin": ("", address)}
        came = send(channel(server.port), MESSAGE, names, Secrets({}), ("a", "b"), AT)
        assert (came.accepted, came.why) == (("alice", "carol"), "address")
        assert [who for who, _ in server.got] == ["alice@example.com", "carol@example.com"]


def test_a_server_without_tls_gets_nothing() -> None:
    with mail_server() as server:
        assert sent(server.port, security="starttls") == ((), "no_tls")
        assert server.got == []


def test_mail_goes_over_tls_with_a_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, authority = certificate(tmp_path)
    words = {"security": "starttls", "user_from": "U", "password_from": "P"}
    with mail_server(offers_tls=True, context=context) as server:
        assert sent(server.port, environment={"U": "bot", "P": "geheim"}, **words) == ((), "certificate")
        assert (server.got, server.logins) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert sent(server.port, environment={"U": "bot", "P": "geheim"}, **words) == (("alice",), "")
        assert (server.logins, server.secured) == ([("bot", "geheim")], [True])
        server.takes_login = False
        assert sent(server.port, environment={"U": "bot", "P": "wrong"}, **words) == ((), "login")


def test_a_certificate_of_another_host_does_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, authority = certificate(tmp_path, "elsewhere.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with mail_server(offers_tls=True, context=context) as server:
        assert sent(server.port, security="starttls") == ((), "certificate")


@pytest.mark.parametrize("word", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_closes_is_tried_later(word: str) -> None:
    with mail_server(closes_at=word) as server:
        accepted, why = sent(server.port)
        assert (accepted, why) == ((), "closed")


def test_a_server_of_mail_that_hangs_is_left() -> None:
    with mail_server(hangs=True) as server:
        start = time.monotonic()
        assert sent(server.port, timeout="PT1S")[1] == "timeout"
        assert time.monotonic() - start < 8


TITLES = [
    "One\r\nBcc: eve@example.com",
    "One\nX-Evil: yes\n\nbody",
    "<script>alert(1)</script> & <img src=//evil>",
    "\u202ereversed\u202c",
    "升级 \u2028 数据库",
    "a" * 900,
    "=?utf-8?q?forged?=",
]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_text_and_nothing_else(tmp_path: Path, title: str) -> None:
    with mail_server() as server:
        site = site_at(tmp_path / "repo", mail(server.port, who=["requester"]))
        site.change(window=None, commit=False)
        write_title(site, title)
        if told_of(site) is None:
            return
        (_, got), *others = server.got
        assert others == []
        assert {"Bcc", "X-Evil"} & set(got.keys()) == set()
        subject = str(got["Subject"])
        assert "\n" not in subject
        assert "\u202e" not in subject
        assert len(subject) <= 160
        text, page = (part.get_content() for part in got.iter_parts())
        assert "<script>" not in page
        assert "<img" not in page
        assert "\u202e" not in text + page


def write_title(site: Site, title: str) -> None:
    import json

    from tests.notify.world import window

    path = site.root / f"changes/{ID}/rfc.yaml"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["metadata"]["title"] = title
    document["spec"]["window"] = window()
    path.write_text(json.dumps(document), encoding="utf-8")
    site.commit("A title")


def told_of(site: Site) -> bool | None:
    """Whether people were told; None where the title is refused by the schema."""
    done = site.cli("notify")
    if done.code == 0 and "told by `mail`" in done.out:
        return True
    assert "no one has to be told anything" in done.out, done.out + done.err
    return None


@pytest.mark.parametrize("name", ["Eve\r\nBcc: x@example.com", "张伟", "\u202eevE", 'A "B" <c@d>'])
def test_a_name_makes_no_header(name: str) -> None:
    made = mail_of(channel(25), MESSAGE, name, "eve@example.com", ("a", "b"), AT)
    read = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert read["Bcc"] is None
    (address,) = read["To"].addresses
    assert address.addr_spec == "eve@example.com"
    assert "\u202e" not in address.display_name


@pytest.mark.parametrize("address", ["eve@example.com\r\nBcc: x@example.com", "a b@example.com", "<eve@example.com>", "a@b, c@d"])
def test_an_address_that_is_none_gets_nothing(address: str) -> None:
    with pytest.raises(DeliveryError):
        mail_of(channel(25), MESSAGE, "", address, ("a", "b"), AT)


# -- again, once, together ---------------------------------------------------------------------


def test_what_failed_is_tried_again_later_and_more_and_more_rarely(tmp_path: Path) -> None:
    with web_server(404) as server:
        site = site_at(tmp_path / "repo", hook(server.port))
        planned(site)
        start = now()

        def at(minutes: float) -> str:
            return (start + timedelta(minutes=minutes)).isoformat()

        (row,) = told(site, "--now", at(0), code=1)
        assert (row["outcome"], row["why"]) == ("failed", "client_error")
        (row,) = told(site, "--now", at(4), code=1)
        assert (row["outcome"], len(server.got)) == ("waiting", 1)
        assert "1 message could not be delivered, by `hook`" in site.cli("todo", "--as", "bob").err
        told(site, "--now", at(6), code=1)
        (row,) = told(site, "--now", at(12), code=1)
        assert (row["outcome"], len(server.got)) == ("waiting", 2)
        server.answers[:] = [200]
        (row,) = told(site, "--now", at(17))
        assert row["outcome"] == "told"
        assert "could not be delivered" not in site.cli("todo", "--as", "bob").err
        assert len({headers["X-Changeflow-Delivery"] for headers, _ in server.got}) == 1


@pytest.mark.parametrize("occasion", ["a/b", "/", "\u202e/\n", "2026-11-27T10:00:00Z/", "0001-01-01T00:00:00+14:00/x"])
def test_what_somebody_wrote_on_the_ledger_of_an_earlier_message_silences_nobody(tmp_path: Path, occasion: str) -> None:
    with web_server() as server:
        site = site_at(tmp_path / "repo", hook(server.port))
        planned(site)
        body = {"event": "told", "about": ID, "fact": "announced", "occasion": occasion, "channel": "hook"}
        more = {"form": "webhook", "recipients": ["*"], "message": "m", "text": f"sha256:{'0' * 64}"}
        append(site, NotificationBody.model_validate({**body, **more}), change=NO_CHANGE)
        # which window it was is not known: only that this is another one
        (row,) = told(site)
        assert (row["outcome"], row["fact"], len(server.got)) == ("told", "moved", 1)
        assert told(site) == []


def test_a_server_that_fails_once_is_asked_again_at_once(tmp_path: Path) -> None:
    with web_server(503, 200) as server:
        site = site_at(tmp_path / "repo", hook(server.port))
        planned(site)
        assert [row["outcome"] for row in told(site)] == ["told"]
        assert len(server.got) == 2


def test_a_notifier_that_is_down_stops_no_release(tmp_path: Path) -> None:
    with web_server(500) as server:
        from tests.notify.world import window

        site = site_at(tmp_path / "repo", hook(server.port))
        planned(site, window=window(-1))
        told(site, code=1)
        assert site.release("run").code == 0


def test_two_at_once_tell_once(tmp_path: Path) -> None:
    with web_server() as server, mail_server() as mails:
        site = site_at(tmp_path / "repo", hook(server.port), mail(mails.port, who=["requester"]))
        for number in range(3):
            planned(site, f"CHG-20261121-number-{number}")
        codes: list[int] = []

        def run() -> None:
            codes.append(site.process("notify").code)

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert codes == [0, 0, 0]
        assert len(server.got) == 3
        assert len(mails.got) == 3
        assert site.cli("ledger", "verify").code == 0


def test_who_is_killed_between_claim_and_record_is_followed_by_another_with_the_same_id(tmp_path: Path) -> None:
    with web_server("hang") as server:
        site = site_at(tmp_path / "repo", hook(server.port))
        planned(site)
        running = subprocess.Popen(
            [sys.executable, "-m", "changeflow", "notify"],
            cwd=site.root,
            env=site.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while not server.got and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(running.pid, signal.SIGKILL)
        running.wait(10)
        server.answers[:] = [200]
        (row,) = told(site)
        assert (row["outcome"], len(server.got)) == ("claimed", 1)
        later = (now() + timedelta(minutes=16)).isoformat()
        (row,) = told(site, "--now", later)
        assert (row["outcome"], len(server.got)) == ("told", 2)
        first, second = (headers["X-Changeflow-Delivery"] for headers, _ in server.got)
        assert first == second


def test_no_secret_is_shown_or_recorded(tmp_path: Path) -> None:
    with web_server(403) as server:
        secret = "t0psecr3t-in-the-path-000"  # noqa: S105 - what must not be seen
        site = site_at(tmp_path / "repo", {"id": "hook", "kind": "webhook", "url_from": "HOOK"})
        planned(site)
        address = f"http://127.0.0.1:{server.port}/{secret}"
        done = site.cli("notify", HOOK=address)
        assert (done.code, len(server.got)) == (1, 1)
        names = git(site.root, "log", "--format=", "--name-only", "changeflow/ledger").split()
        entries = "".join(git(site.root, "show", f"changeflow/ledger:{name}") for name in names)
        assert secret not in done.out + done.err + entries
