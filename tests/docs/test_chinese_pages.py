"""A page in Chinese says what its English page says: section by section, block by block, with the same names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.typed import PROJECT

# its own way through the same steps: exports of spreadsheets, with columns that are named in Chinese
WRITTEN_ANEW = ("docs/guides/history.zh.md",)
PAGES = sorted(
    page.relative_to(PROJECT).as_posix()
    for page in (PROJECT / "docs").rglob("*.zh.md")
    if page.relative_to(PROJECT).as_posix() not in WRITTEN_ANEW
)
# what a page shows in the language of its reader
IN_CHINESE = {"`提示：`": "`hint:`"}
FENCE = re.compile(r" *```")
CODE = re.compile(r"`[^`\n]+`")
STARTS = {"item": re.compile(r" *[-*] "), "number": re.compile(r" *\d+\. "), "row": re.compile(r" *\|")}


def english_of(page: str) -> str:
    return page.replace(".zh.md", ".md")


def text(page: str) -> str:
    return (PROJECT / page).read_text(encoding="utf-8")


def blocks_of(page: str) -> list[str]:
    """Return the kinds of the blocks of a page, in order: titles with their level, paragraphs, items, rows, code."""
    found: list[str] = []
    in_code = in_paragraph = False
    for line in page.splitlines():
        if FENCE.match(line):
            in_code, in_paragraph = not in_code, False
            if in_code:
                found.append("code")
        elif not in_code:
            kind = next((name for name, start in STARTS.items() if start.match(line)), "")
            if line.startswith("#"):
                kind = "title " + line.partition(" ")[0]
            if not kind and line.strip() and not in_paragraph:
                kind = "paragraph"
            found.extend([kind] if kind else [])
            in_paragraph = bool(line.strip()) and not line.startswith("#")
    return found


def by_section(page: str) -> dict[str, list[str]]:
    """Return the blocks of each section, by its place; so that a failure names the section."""
    titles = [line for line in outside_code(page).splitlines() if re.match(r"#+ ", line)]
    found: dict[str, list[str]] = {}
    place = 0
    for kind in blocks_of(page):
        if kind.startswith("title"):
            place += 1
            found[f"{place} {titles[place - 1]}"] = [kind]
        else:
            found[f"{place} {titles[place - 1]}"].append(kind)
    return found


def outside_code(page: str) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", page, flags=re.MULTILINE | re.DOTALL)


def names(page: str) -> set[str]:
    """Return the keys, values, files and commands that the sentences of a page name."""
    return {IN_CHINESE.get(name, name) for name in CODE.findall(outside_code(page))}


def test_every_section_of_an_english_page_is_in_chinese() -> None:
    differing = []
    for page in PAGES:
        english, chinese = by_section(text(english_of(page))), by_section(text(page))
        pairs = zip(english.items(), chinese.items(), strict=False)
        differing += [f"{page}: {told} is not built like {asked}" for (asked, a), (told, b) in pairs if a != b]
        differing += [f"{page}: {len(chinese)} sections of {len(english)}"] * (len(english) != len(chinese))
    assert differing == []


@pytest.mark.parametrize("page", PAGES)
def test_a_chinese_page_names_what_its_english_page_names(page: str) -> None:
    assert names(text(page)) ^ names(text(english_of(page))) == set()


def test_a_page_in_two_languages_links_to_the_other() -> None:
    pages = [*PAGES, *WRITTEN_ANEW]
    assert [page for page in pages if f"]({Path(english_of(page)).name})" not in text(page)] == []
    assert [page for page in pages if f"]({Path(page).name})" not in text(english_of(page))] == []


def test_a_page_in_chinese_links_to_pages_in_chinese_and_the_index_to_each() -> None:
    wrong = []
    for page in ("README.zh.md", *PAGES, *WRITTEN_ANEW):
        for link in re.findall(r"\]\(([^):#]+\.md)", outside_code(text(page))):
            beside = (PROJECT / page).parent / link
            own = beside.resolve() == (PROJECT / english_of(page)).resolve()
            if not own and not link.endswith(".zh.md") and beside.with_suffix(".zh.md").exists():
                wrong.append(f"{page}: {link}")
    assert wrong == []
    index = text("docs/guides/index.md")
    assert [page for page in (*PAGES, *WRITTEN_ANEW) if f"[also in Chinese]({relative_to_guides(page)})" not in index] == []


def relative_to_guides(page: str) -> str:
    name = page.removeprefix("docs/")
    return name.removeprefix("guides/") if name.startswith("guides/") else f"../{name}"


HAN = re.compile("[㐀-鿿]")
FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def shown(page: str) -> list[tuple[str, list[str]]]:
    """What a page shows as code, block by block: language and lines, without comments and without the choice of Chinese."""
    found = []
    for language, block in FENCED.findall(text(page)):
        plain = re.sub(r" +# .*$", "", block, flags=re.MULTILINE).replace("--lang zh ", "").replace("   language: zh\n", "\n")
        found.append((language, [line for line in plain.splitlines() if line.strip()]))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_chinese_page_shows_the_code_of_its_english_page(page: str) -> None:
    """But for lines with words in Chinese, which stand where the English ones do."""
    differing = []
    for (_, asked), (_, told) in zip(shown(english_of(page)), shown(page), strict=True):
        differing += [(a, b) for a, b in zip(asked, told, strict=True) if a != b and not HAN.search(b)]
    assert differing == []


def test_a_paragraph_or_a_row_that_is_left_out_is_found() -> None:
    page = text("docs/guides/review.md")
    assert page.count("\n\nWho verified it") == page.count("| `within` |") == 1
    assert blocks_of(page.replace("\n\nWho verified it", " Who verified it")) != blocks_of(page)
    assert blocks_of(page.replace("| `within` |", "`within`")) != blocks_of(page)
    assert by_section(page)["1 # Review a change"][:3] == ["title #", "paragraph", "paragraph"]
