"""Chinese texts use the words of docs/glossary.md, full-width punctuation, and one rule for spaces."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import pytest
import yaml

from changeflow.language.chinese import help as chinese_help
from changeflow.language.chinese.help import shared
from changeflow.language.chinese.help.words import WORDS
from tests.conftest import PROJECT
from tests.language.test_catalogue import everything

GLOSSARY = PROJECT / "docs/glossary.md"
TEMPLATES = PROJECT / "changeflow/templates/chinese"
PAGES = (
    PROJECT / "README.zh.md",
    PROJECT / "docs/iso20000.zh.md",
    *sorted((PROJECT / "docs/guides").glob("*.zh.md")),
)
HAN = "[㐀-鿿]"
FULL_WIDTH = "[，。、；：？！（）“”]"
# what is written for programs: code, links, comments of Mermaid and HTML
CODE = re.compile(r"```.*?```|`[^`\n]*`|(?<=\])\([^)]*\)", re.DOTALL)
COMMENT = re.compile(r"<!--|-->|<br>")
FIELD = re.compile(r"\{[^}]*\}")
# a field that may begin or end with a Chinese word, or with a number that has its unit
CHINESE_FIELD = re.compile(r"\{\w+:(word|words|types|article|times|sentences|duration|rough|whole|step|steps)\}|\{(state|verdict|said|asks|why|what|label)\}")


def outlawed() -> dict[str, str]:
    """The words that texts do not use, each with the one they do."""
    found = {}
    table = GLOSSARY.read_text(encoding="utf-8").partition("| term | used | not used |")[2]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and "---" not in cells[0]:
            for word in cells[2].split("、"):
                found[word] = cells[1]
    return found


def help_pages() -> dict[str, dict[str, str]]:
    """What `--help` says of each command, and of what several have."""
    found = {"words": WORDS, "shared": shared.PARAMETERS}
    for module in pkgutil.iter_modules(chinese_help.__path__):
        found |= getattr(import_module(f"{chinese_help.__name__}.{module.name}"), "HELP", {})
    return found


def texts() -> Iterator[tuple[str, str]]:
    """All Chinese texts of the project, each with its place."""
    for key, said in everything("zh").items():
        for part in said:
            yield key, part
    for command, page in help_pages().items():
        for name, text in page.items():
            yield f"{command} {name}".strip() + " --help", text
    for path in (*PAGES, *sorted(TEMPLATES.rglob("*.*"))):
        if path.is_file():
            place, text = path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8")
            if path.suffix != ".yaml":
                yield place, text
            else:
                # English texts of the template, each with its Chinese one
                for chinese in yaml.safe_load(text).values():
                    yield place, chinese


def chinese_of(text: str) -> str:
    """Return what a text says to people, its codes as `A`."""
    return CODE.sub(lambda found: "" if found.group().startswith("(") else "A", COMMENT.sub("", text))


def unspaced(text: str) -> list[str]:
    """Where Chinese stands beside a Latin word, a number or a code without one space."""
    plain = CHINESE_FIELD.sub("字", text)
    plain = FIELD.sub("A", chinese_of(plain))
    return re.findall(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9%]{HAN}", plain)


def loose(text: str) -> list[str]:
    """Where a space stands beside a full-width mark, between Chinese and Chinese, or before a per cent sign."""
    lines = [line.strip() for line in chinese_of(text).splitlines() if not line.lstrip().startswith(("|", "#"))]
    found = []
    for line in lines:
        found += re.findall(rf"{HAN} {HAN}|[\d}}] %", line)
        found += re.findall(rf"{FULL_WIDTH} (?=\S)|\S {FULL_WIDTH}", line.removeprefix("- "))
    return found


def half_width(text: str) -> list[str]:
    """Where a half-width mark or a straight quotation mark stands beside Chinese."""
    return re.findall(rf'{HAN}[,;:!?()"]|[,;!?("]{HAN}', chinese_of(text))


def test_the_glossary_says_which_words_are_not_used() -> None:
    words = outlawed()
    assert len(words) > 40
    assert words["回滚"] == "回退"
    assert words["冻结期"] == "封网期"
    used = set(words.values())
    assert not used & set(words)


@pytest.mark.parametrize("word", sorted(outlawed()))
def test_no_chinese_text_uses_a_word_beside_that_of_the_glossary(word: str) -> None:
    used = outlawed()[word]
    found = []
    for place, text in texts():
        # `配置管理数据库` holds no other word than itself
        if word in text.replace(used, ""):
            found.append(place)
    assert found == [], f"use {used}"


def test_an_id_has_one_name() -> None:
    named = [place for place, text in texts() if re.search(r"(?<![\w/-])ID(?![\w-])", chinese_of(text))]
    assert named == [], "use 编号"


def test_one_space_stands_between_chinese_and_latin() -> None:
    assert [(place, found) for place, text in texts() if (found := unspaced(text))] == []


def test_no_space_stands_beside_a_full_width_mark_or_inside_chinese() -> None:
    assert [(place, found) for place, text in texts() if (found := loose(text))] == []


def test_no_half_width_mark_stands_beside_chinese() -> None:
    assert [(place, found) for place, text in texts() if (found := half_width(text))] == []


@pytest.mark.parametrize(
    ("text", "judge"),
    [
        ("变更CHG", unspaced),
        ("`id`不在名册中", unspaced),
        ("{count}个配置项", unspaced),
        ("放行， 自今日起", loose),
        ("放行 ，自今日起", loose),
        ("每个 配置项", loose),
        ("前 5 %", loose),
        ("{value} %", loose),
        ("未放行,原因如下", half_width),
        ('标题为"升级"', half_width),
    ],
)
def test_a_slip_is_found(text: str, judge) -> None:
    assert judge(text) != []


@pytest.mark.parametrize("text", ["变更 CHG 放行", "`id` 不在名册中", "{count} 个配置项", "{kind:word}变更", "放行，自 2026-12-01 起"])
def test_a_clean_sentence_passes(text: str) -> None:
    assert unspaced(text) == loose(text) == half_width(text) == []
