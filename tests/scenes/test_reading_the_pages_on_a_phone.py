"""On the train, a manager opens the pages on a phone: nothing is wider than the screen, there and on a desk.

One headless Chromium measures all of them: each page stands in a frame of the screen's width.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.register.office import AFTER, BEFORE, CHANGE, SignedOffice, step
from tests.register.test_list import emergency

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE, DESK = 390, 1200
PATIENCE = 120
LONG = "CHG-20261121-a-very-long-name-of-a-change-that-is-legal-all"
TITLE = "支付数据库升级到最新的受支持版本以获得安全修复并缩短结算时间而且不影响客户体验"
WORD = "https://wiki.example.com/" + "a-path-without-any-blank-" * 8
# what the frames' page reports: for each frame its width, and what sticks out of it
SCRIPT = """
addEventListener("load", () => {
  const found = [];
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument, width = page.documentElement.clientWidth;
    const scrolls = (one) => {
      for (let up = one.parentElement; up && up !== page.body; up = up.parentElement)
        if (/auto|scroll|hidden/.test(page.defaultView.getComputedStyle(up).overflowX)) return true;
      return false;
    };
    const wide = [];
    for (const one of page.body.querySelectorAll("*")) {
      const box = one.getBoundingClientRect();
      if (box.width && (box.right > width + 1 || box.left < -1) && !scrolls(one))
        wide.push(one.tagName + ": " + one.textContent.slice(0, 80));
    }
    found.push({name: frame.name, width, scroll: page.documentElement.scrollWidth, wide,
                height: page.body.scrollHeight});
  }
  document.getElementById("found").textContent = JSON.stringify(found);
});
"""


@pytest.fixture(scope="module")
def browser() -> str:
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    pytest.skip(f"none of {', '.join(BROWSERS)} is installed (Debian: the package `chromium`)")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every page that people open, of a repository whose words are as long as they may be."""
    office = SignedOffice(tmp_path_factory.mktemp("pages") / "shop")
    fire = emergency(office)
    office.opinion("approve", "carol", fire, words=WORD)
    office.released(fire, now=BEFORE)
    long_steps = {
        "steps": [
            step("Promote " + "x" * 120),
            {"name": TITLE, "run": ["./scripts/" + "y" * 100, "--all"]},
        ]
    }
    window = {"start": "2026-12-25T22:00:00+08:00", "end": "2026-12-25T23:00:00+08:00"}
    office.ask(
        LONG, title=TITLE, window=window, reason=f"{TITLE}, {WORD}", implementation=long_steps
    )
    office.ask()
    for number in range(4):
        office.ask(
            f"CHG-20261121-{number}",
            branch=f"people/with/deep/branches/and-long-names-{number}",
            window=window,
        )
    asked = {
        "list": ("list",),
        "list-owed": ("list", "--owed"),
        "todo": ("todo", "--as", "dave"),
        "show-long": ("show", LONG),
        "show-done": ("show", fire),
        "assess-long": ("assess", LONG),
        "assess": ("assess", CHANGE),
        "impact": ("impact", "db"),
    }
    found = {}
    for name, words in asked.items():
        for language in ("en", "zh"):
            now = () if words[0] == "impact" else ("--now", AFTER)
            found[f"{name}-{language}"] = office.done(
                *words, *now, "--format", "html", "--lang", language
            )
    return found


def measured(browser: str, pages: dict[str, str], folder: Path) -> list[dict[str, Any]]:
    frames = ""
    for name, page in pages.items():
        for width in (PHONE, DESK):
            frames += f'<iframe name="{name}-{width}" style="width:{width}px;height:800px;border:0" srcdoc="{html.escape(page)}"></iframe>\n'
    file = folder / "frames.html"
    file.write_text(
        f'<!doctype html><meta charset="utf-8"><body>{frames}<pre id="found"></pre><script>{SCRIPT}</script>',
        "utf-8",
    )
    options = (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        f"--user-data-dir={folder}/profile",
    )
    command = [browser, *options, "--virtual-time-budget=10000", "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
    told = re.search(r'<pre id="found">(.+?)</pre>', done.stdout.decode("utf-8"), re.DOTALL)
    assert told is not None, done.stderr.decode("utf-8", "replace")[-2000:]
    found: list[dict[str, Any]] = json.loads(html.unescape(told[1]))
    return found


def test_no_page_is_wider_than_a_phone_or_a_desk(
    browser: str, pages: dict[str, str], tmp_path: Path
) -> None:
    found = measured(browser, pages, tmp_path)
    assert len(found) == 2 * len(pages)
    for one in found:
        # a frame shows the scroll bar of its height beside the page
        assert one["width"] in (PHONE, DESK, PHONE - 15, DESK - 15), one
        assert one["height"] > 100, one
    assert [
        (one["name"], one["scroll"] - one["width"]) for one in found if one["scroll"] > one["width"]
    ] == []
    assert [(one["name"], one["wide"][:3]) for one in found if one["wide"]] == []


def test_a_page_that_is_too_wide_would_be_found(browser: str, tmp_path: Path) -> None:
    wide = "<!doctype html><body><p style='width:500px'>wide</p></body>"
    hidden = "<!doctype html><body style='overflow-x:hidden'><p style='margin-left:300px;width:200px'>cut off</p></body>"
    found = {
        one["name"]: one for one in measured(browser, {"wide": wide, "hidden": hidden}, tmp_path)
    }
    assert found["wide-390"]["scroll"] > PHONE
    assert found["wide-390"]["wide"] == ["P: wide"]
    assert found["hidden-390"]["wide"] == ["P: cut off"]
    assert found["wide-1200"]["wide"] == []
