"""The site in a real browser, from a folder: nothing is asked of anybody, nothing is wider than the screen, search finds."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from changeflow.site.addresses import change_page, item_page
from tests.browser import NAMES, Browser, Page, browsing, installed
from tests.register.office import CHANGE
from tests.site.awkward import HOSTILE, NOW, awkward_office

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
# one of each kind; all of them in both languages, both themes and both widths are `make site-test`
EVERY = (
    "index.html", "register/index.html", "schedule/index.html", "items/index.html", "kpis.html", "search.html",
    change_page(CHANGE), change_page(HOSTILE), item_page("db"), item_page("con"),
)  # fmt: skip
WIDTHS = (390, 1_440)
WIDER = """(() => {
  const width = document.documentElement.clientWidth, found = [];
  for (const one of document.body.querySelectorAll("*")) {
    const box = one.getBoundingClientRect();
    let hidden = false;
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      hidden ||= /auto|scroll|hidden/.test(getComputedStyle(up).overflowX);
    if (box.width && box.right > width + 1 && !hidden) found.push(`${one.tagName}: ${one.textContent.slice(0, 60)}`);
  }
  return [document.documentElement.scrollWidth > width, found];
})()"""
BARRIERS = """axe.run({resultTypes: ["violations"]}).then((found) => JSON.stringify(
  found.violations.map((one) => [one.id, one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))])))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if installed() is None:
        pytest.skip(f"none of {', '.join(NAMES)} is installed (Debian: the package `chromium`)")
    office = awkward_office(tmp_path_factory.mktemp("browsed") / "shop")
    out = tmp_path_factory.mktemp("out") / "site"
    office.done("site", "--out", str(out), "--now", NOW)
    return out


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = installed()
    if program is None:
        pytest.skip(f"none of {', '.join(NAMES)} is installed (Debian: the package `chromium`)")
    with browsing(program, tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def opened(browser: Browser, page: Page, file: Path) -> None:
    browser.seen.clear()
    page.open(file)
    page.does("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))")


def complaints(page: Page) -> list[Any]:
    """What the browser says against a page: violations of its policy, errors of its scripts."""
    said = [one["entry"]["text"] for one in page.events("Log.entryAdded")]
    return said + page.events("Runtime.exceptionThrown")


def asked_elsewhere(page: Page) -> list[str]:
    asked = [one["request"]["url"] for one in page.events("Network.requestWillBeSent")]
    return [url for url in asked if not url.startswith("file:")]


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_keep_their_policy_ask_nobody_and_fit(
    browser: Browser, site: Path, width: int
) -> None:
    page = browser.page()
    page.size(width, 900, phone=width < 500)
    for folder in ("", "zh/"):
        for name in EVERY:
            opened(browser, page, site / folder / name)
            assert complaints(page) == [], name
            assert asked_elsewhere(page) == [], name
            assert page.does(WIDER) == [False, []], (name, width)


def test_search_finds_words_of_people_items_and_titles_and_keeps_them_in_the_address(
    browser: Browser, site: Path
) -> None:
    page = browser.page()
    opened(browser, page, site / "search.html")
    shown = "[...document.querySelectorAll('#found a')].map((one) => one.getAttribute('href'))"
    waited = "new Promise((done) => setTimeout(done, 250))"
    for words, expected in (
        ("upgrade DATABASE", change_page(CHANGE)),
        ("社會科學院", change_page(HOSTILE)),
        ("aux.txt", None),
    ):
        page.does(
            "document.querySelector('#find').reset(); document.querySelector('[name=q]').focus()"
        )
        page.type(words)
        page.does(waited)
        found = page.does(shown)
        assert found, words
        assert expected is None or expected in found
    page.does("document.querySelector('#find').reset(); document.querySelector('[name=q]').focus()")
    page.type("no such words anywhere")
    page.does(waited)
    assert page.does(shown) == []
    assert "Nothing was found" in page.does("document.querySelector('#find-count').textContent")
    assert "no+such" in page.does("location.hash")


def test_filters_narrow_the_register(browser: Browser, site: Path) -> None:
    page = browser.page()
    opened(browser, page, site / "zh" / "register" / "index.html")
    page.does(
        "const one = document.querySelector('[name=type]'); one.value = 'emergency'; one.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    page.does("new Promise((done) => setTimeout(done, 250))")
    assert page.does("document.querySelectorAll('#found li').length") == 1
    assert page.does("getComputedStyle(document.querySelector('.static')).display") == "none"
    page.does("document.querySelector('#found a').click()")
    browser.wait_for("Page.frameNavigated")


def test_the_first_key_skips_to_the_content(browser: Browser, site: Path) -> None:
    page = browser.page()
    opened(browser, page, site / "index.html")
    page.press("Tab", 9)
    assert page.does("document.activeElement.className") == "skip"
    assert page.does("getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.once
@pytest.mark.skipif(
    "SITE_TEST" not in os.environ or not AXE.is_file(),
    reason="`make site-test` runs it with axe-core, from npm",
)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_barrier(browser: Browser, site: Path, width: int, dark: bool) -> None:
    page = browser.page()
    page.size(width, 900, phone=width < 500)
    if dark:
        page.dark()
    axe, found = AXE.read_text("utf-8"), {}
    for folder in ("", "zh/"):
        for name in EVERY:
            opened(browser, page, site / folder / name)
            page.does("for (const one of document.querySelectorAll('details')) one.open = true")
            page.does(f"{axe};0")
            barriers = json.loads(page.does(BARRIERS))
            if barriers:
                found[folder + name] = barriers
    assert found == {}


def test_print_shows_no_navigation(browser: Browser, site: Path) -> None:
    page = browser.page()
    opened(browser, page, site / change_page(CHANGE))
    page.ask("Emulation.setEmulatedMedia", media="print")
    assert page.does("getComputedStyle(document.querySelector('header nav')).display") == "none"
