"""A real browser without a window, driven over the pipe of its debugging protocol: no port, no driver, no network."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
)  # fmt: skip


def installed() -> str | None:
    """The program of the first browser that is there."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """A page in a browser."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.ask(method, self._session, **params)

    def events(self, method: str) -> list[dict[str, Any]]:
        return [event["params"] for event in self._browser.seen if event["method"] == method]

    def does(self, script: str) -> Any:
        """What an expression of JavaScript gives."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def type(self, text: str) -> None:
        self.ask("Input.insertText", text=text)

    def press(self, key: str, code: int = 0) -> None:
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code)

    def click(self, selector: str) -> None:
        """Press the pointer in the middle of an element, as a hand does."""
        middle = f"(() => {{ const one = document.querySelector({json.dumps(selector)}).getBoundingClientRect(); return [one.x + one.width / 2, one.y + one.height / 2]; }})()"
        x, y = self.does(middle)
        self.drag((x, y), (x, y))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        for kind, (x, y) in (("mousePressed", start), ("mouseMoved", end), ("mouseReleased", end)):
            if kind != "mouseMoved" or start != end:
                self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def size(self, width: int, height: int, *, phone: bool = False) -> None:
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone)
        self.ask("Emulation.setTouchEmulationEnabled", enabled=phone)

    def dark(self) -> None:
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])

    def open(self, file: Path) -> None:
        self.ask("Page.navigate", url=file.as_uri())
        self._browser.wait_for("Page.loadEventFired")

    def shot(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))


def _environment() -> dict[str, str]:
    """The environment without a moved clock, under which a browser never comes to rest."""
    return {name: value for name, value in os.environ.items() if name != "LD_PRELOAD" and not name.startswith("FAKETIME")}


class Browser:
    """A process of a browser, and what it said."""

    def __init__(self, program: str, folder: Path) -> None:
        down, self._write = os.pipe()
        self._read, up = os.pipe()
        self.seen: list[dict[str, Any]] = []
        self._number, self._rest = 0, b""
        # the protocol is spoken on descriptors 3 and 4
        line = f'exec "$0" "$@" 3<&{down} 4>&{up}'
        self._process = subprocess.Popen(
            ["bash", "-c", line, program, *OPTIONS, f"--user-data-dir={folder}", "about:blank"],
            pass_fds=(down, up), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment(),
        )  # fmt: skip
        os.close(down)
        os.close(up)

    def page(self) -> Page:
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        page = Page(self, self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        for area in ("Page", "Runtime", "Network", "Log"):
            page.ask(f"{area}.enable")
        return page

    def ask(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer)
                return dict(answer["result"])

    def wait_for(self, event: str) -> None:
        while not any(one["method"] == event for one in self.seen):
            self._next()

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0.0, until - time.monotonic()))
            assert ready, "the browser says nothing"
            more = os.read(self._read, 1 << 20)
            assert more, "the browser ended"
            self._rest += more
        text, _, self._rest = self._rest.partition(b"\0")
        message = dict(json.loads(text))
        if "method" in message:
            self.seen.append(message)
        return message

    def close(self) -> None:
        with contextlib.suppress(AssertionError, OSError):
            self.ask("Browser.close")
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)


@contextlib.contextmanager
def browsing(program: str, folder: Path) -> Iterator[Browser]:
    browser = Browser(program, folder)
    try:
        yield browser
    finally:
        browser.close()
