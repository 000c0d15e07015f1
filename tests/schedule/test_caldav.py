"""A feed that is loaded again and again into a CalDAV server shows one event, moved, and then cancelled (`make caldav`)."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import icalendar
import pytest

from tests.shop import Shop, request

pytest.importorskip("radicale", reason="Radicale is not here: `make caldav` installs it and runs this")

AT = "2026-11-21T10:00:00Z"
WEEKS = ["--from", "2026-11-23T00:00:00Z", "--to", "2026-12-07T00:00:00Z", "--now", AT]
MOVED = {"start": "2026-11-26T22:00:00+08:00", "end": "2026-11-26T23:30:00+08:00"}
PLAIN = [("CHG-20261121-db@changeflow", "2026-11-25T14:00:00+00:00", "TENTATIVE")]


def asked(address: str, method: str, body: str | None = None) -> str:
    # the server takes every name without a password
    head = {"Authorization": "Basic dTp1", "Content-Type": "text/calendar"}
    data = None if body is None else body.encode("utf-8")
    question = urllib.request.Request(address, data, head, method=method)  # noqa: S310 - loopback
    with urllib.request.urlopen(question, timeout=10) as answer:  # noqa: S310 - loopback
        return str(answer.read().decode("utf-8"))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    command = [
        sys.executable, "-m", "radicale", "--config", "", "--server-hosts", f"127.0.0.1:{port}", "--auth-type", "none",
        "--storage-filesystem-folder", str(tmp_path / "collections"),
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}/u/changes/"
            until = time.monotonic() + 20
            while True:
                try:
                    asked(address, "MKCALENDAR")
                    break
                except urllib.error.URLError:
                    assert time.monotonic() < until, "the server did not start"
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait(10)


def shown(shop: Shop, collection: str) -> list[tuple[str, str, str]]:
    """Load the feed, and return what the server has afterwards."""
    asked(collection, "PUT", shop.run("schedule", *WEEKS, "--format", "ics").stdout)
    found = icalendar.Calendar.from_ical(asked(collection, "GET")).walk("VEVENT")
    return [(str(one["uid"]), one["dtstart"].dt.isoformat(), str(one["status"])) for one in found]


def test_a_feed_shows_one_event_that_is_moved_and_cancelled(collection: str, tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    shop.write("changes/CHG-20261121-db/rfc.yaml", request("CHG-20261121-db"))
    shop.commit("A request")
    assert shown(shop, collection) == PLAIN
    assert shown(shop, collection) == PLAIN
    shop.write("changes/CHG-20261121-db/rfc.yaml", request("CHG-20261121-db", window=MOVED))
    shop.commit("Another window")
    ((name, start, status),) = shown(shop, collection)
    assert (name, start, status) == (PLAIN[0][0], "2026-11-26T14:00:00+00:00", "TENTATIVE")
    shop.run("withdraw", "CHG-20261121-db", "--as", "alice", "-m", "Not needed", "--now", AT)
    assert shown(shop, collection) == [(name, start, "CANCELLED")]
