"""A site of a repository: what its pages say, where they lead, and that the same gives the same bytes."""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from changeflow.site.addresses import change_page, item_page
from tests.register.office import CHANGE, Office
from tests.report.papers import PROPOSED, REJECTED, ROUTINE, URGENT
from tests.site.awkward import AWKWARD, HOSTILE, NOW, STRINGS, awkward_office


class Read(HTMLParser):
    """What a page holds: its elements with their attributes, its ids, and its text outside of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said, self._inside = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, _: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.said += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return awkward_office(tmp_path_factory.mktemp("site") / "shop")


@pytest.fixture(scope="module")
def site(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "public"
    office.done("site", "--out", str(out), "--now", NOW)
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Read]:
    return {
        path.relative_to(site).as_posix(): Read(path.read_text("utf-8"))
        for path in sorted(site.rglob("*.html"))
    }


def files(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def test_there_is_a_page_for_each_change_and_each_item_in_both_languages(
    pages: dict[str, Read],
) -> None:
    for folder in ("", "zh/"):
        for change in (CHANGE, URGENT, REJECTED, PROPOSED, HOSTILE):
            assert folder + change_page(change) in pages
        for ci in ("db", *AWKWARD):
            assert folder + item_page(ci) in pages
        for name in ("index", "register/index", "schedule/index", "items/index", "kpis", "search"):
            assert f"{folder}{name}.html" in pages


def test_every_link_leads_to_a_file_of_the_site(site: Path, pages: dict[str, Read]) -> None:
    for at, page in pages.items():
        links = [one["href"] for one in (*page.of("a"), *page.of("link"))] + [
            one["src"] for one in page.of("script") if "src" in one
        ]
        for link in links:
            found = urlsplit(link or "")
            assert not found.scheme, (at, link)
            assert not found.netloc, (at, link)
            if found.path:
                there = ((site / at).parent / unquote(found.path)).resolve()
                assert there.is_file(), (at, link)
                assert there.is_relative_to(site.resolve())


def test_pages_have_landmarks_a_policy_and_their_language(pages: dict[str, Read]) -> None:
    for at, page in pages.items():
        assert page.of("html")[0]["lang"] == ("zh-CN" if at.startswith("zh/") else "en"), at
        policy = next(
            str(one["content"])
            for one in page.of("meta")
            if one.get("http-equiv") == "Content-Security-Policy"
        )
        assert policy.startswith("default-src 'none'"), at
        assert "unsafe" not in policy, at
        assert len(page.of("main")) == len(page.of("h1")) == len(page.of("header")) == 1, at
        assert page.of("nav"), at
        assert page.of("a")[0]["href"] == "#content", at


def test_hostile_words_are_text(site: Path, pages: dict[str, Read]) -> None:
    for at, page in pages.items():
        for tag, attrs in page.elements:
            assert tag not in ("img", "iframe", "object", "base", "style"), at
            assert not any(name.startswith("on") or name == "style" for name in attrs), (
                at,
                tag,
                attrs,
            )
        for one in page.of("script"):
            assert "src" in one or one.get("type") == "application/json", at
    said = pages[change_page(HOSTILE)].said
    assert STRINGS[0] in said
    for name in site.glob("search/*.js"):
        rows = json.loads(
            "[" + name.read_text("utf-8").partition("push(")[2].rpartition(")")[0] + "]"
        )
        assert all(len(row) == 10 for row in rows)


def test_a_change_tells_its_story(pages: dict[str, Read]) -> None:
    page = pages[change_page(CHANGE)]
    for words in (
        "Upgrade the database",
        "Fine by me",
        "ISO/IEC 20000-1",
        "Warm the cache first",
        "INC-9",
        "release started",
    ):
        assert words in page.said, words
    assert "PRB-3" in page.said
    assert "升级" not in pages["zh/" + change_page(CHANGE)].said
    assert "门禁" in pages["zh/" + change_page(CHANGE)].said


def test_an_item_names_its_neighbours_changes_and_incidents(pages: dict[str, Read]) -> None:
    page = pages[item_page("db")]
    links = [one["href"] for one in page.of("a")]
    assert f"../{change_page(CHANGE)}" in links
    assert item_page("con").removeprefix("items/") in links
    assert "INC-9" in page.said


def test_the_first_page_says_what_is_open_owed_and_next(pages: dict[str, Read]) -> None:
    said = pages["index.html"].said
    for words in (
        "Example Bank",
        "Open ends",
        "Warm the cache first",
        "Next windows",
        "Ledger verified",
        "Emergency share",
    ):
        assert words in said, words
    assert "2026-12-03" in said
    assert "+08:00" in said


def test_the_register_has_every_change_and_the_schedule_its_days(pages: dict[str, Read]) -> None:
    register = pages["register/index.html"].said
    for change in (CHANGE, URGENT, REJECTED, PROPOSED, HOSTILE):
        assert change in register
    assert ROUTINE not in register
    assert "Thu 2026-12-03" in pages["schedule/index.html"].said


def test_the_same_gives_the_same_bytes_and_is_not_written_again(
    office: Office, site: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    office.done("site", "--out", str(again), "--now", NOW)
    assert files(again) == files(site)
    said = office.done("site", "--out", str(again), "--now", NOW)
    assert "(0 written, 0 removed)" in said


def test_one_language_lies_at_the_top_alone(office: Office, tmp_path: Path) -> None:
    office.done("--lang", "zh", "site", "--out", str(tmp_path / "zh"), "--now", NOW)
    page = Read((tmp_path / "zh" / "index.html").read_text("utf-8"))
    assert page.of("html")[0]["lang"] == "zh-CN"
    assert not (tmp_path / "zh" / "zh").exists()
    assert not [one for one in page.of("a") if one.get("hreflang")]


def test_a_page_of_what_is_gone_goes_and_a_late_change_comes(
    site: Path, office: Office, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    shutil.copytree(site, out)
    office.git("switch", "-q", "-c", "side")
    (office.root / "cmdb/awkward-0.yaml").unlink()
    office.commit("One item less")
    office.git("branch", "-q", "-f", "main", "side")
    try:
        office.done("site", "--out", str(out), "--now", NOW)
    finally:
        office.git("branch", "-q", "-f", "main", "side~1")
        office.git("switch", "-q", "main")
        office.git("branch", "-q", "-D", "side")
    assert not (out / item_page(AWKWARD[0])).exists()
    assert (out / item_page(AWKWARD[1])).exists()


def test_a_foreign_folder_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    said = office.say("site", "--out", str(tmp_path), "--now", NOW)
    assert said.code == 1
    assert "thesis" not in said.err
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"
