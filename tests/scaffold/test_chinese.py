"""Templates in Chinese: every text has its translation, every translation its text, and the structure is that of the English one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from changeflow.cli.main import run
from changeflow.documents.localised import localised, page
from changeflow.documents.starter import TEMPLATES, Newcomer, repository_files
from changeflow.hosts.table import HOSTS, host_named
from changeflow.model.languages import LanguageName
from changeflow.resources import folder
from tests.conftest import PROJECT

CHINESE = re.compile(r"[一-鿿]")
TEXTS = TEMPLATES / "chinese/texts"
# What people read, of what a document says.
READ = ("message", "messages", "hints", "role_names", "environment_names", "hint", "name", "title", "reason", "benefit", "description", "trigger", "manual", "clause")
# Comments that are no prose: settings and keys that may be taken in, standards, and what a program reads.
NO_PROSE = re.compile(r"yaml-language-server|^[\w. -]*[a-z_]+: *([\[{\d>.\"'A-Z]|none$|$)|^- |^/|^github: |^remote: |^dtstart|^emails|^trigger: |^$|^!/bin/sh")
PEOPLE = (Newcomer("chen", "陈杰", "chen@example.com"), [Newcomer("li", "李娜")])


def written(language: LanguageName, host: str = "local") -> dict[str, str]:
    me, others = PEOPLE
    made = repository_files(me, others, date(2026, 11, 21), host_named(host).starter(), repository="shop", language=language)
    return {name: text.decode("utf-8") for name, text in made.items() if not name.startswith("schemas/")}


def requests() -> dict[str, str]:
    return {name: (TEMPLATES / name).read_text(encoding="utf-8") for name in ("rfc.yaml",)}


def comments(text: str) -> Iterator[str]:
    for line in text.splitlines():
        found = re.search(r"(?:^|\s)#+ ?(.*)", line)
        if found is not None:
            yield from re.split(r"\s+# ", found[1])


def without_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_texts(inner) for key, inner in value.items() if key not in (*READ, "language", "category")}
    if isinstance(value, list):
        return [without_texts(inner) for inner in value]
    return value


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            # the name of a piece of evidence is no text: CI records it under that name
            evidence = key == "name" and value.get("kind") in ("sarif", "sbom")
            if key in READ and isinstance(inner, str) and not evidence:
                yield inner
            yield from texts_of(inner)
    if isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


@pytest.mark.parametrize("host", [name for name in HOSTS if name != "memory"])
def test_no_comment_of_a_new_repository_is_english(host: str) -> None:
    english = []
    for name, text in {**written("zh", host), **requests()}.items():
        if name.endswith(".md") or "/workflows/" in name:
            continue
        shown = localised(text, name, "zh")
        english += [f"{name}: {said}" for said in comments(shown) if not CHINESE.search(said) and not NO_PROSE.search(said.strip())]
    assert english == []


def test_no_message_hint_or_name_of_a_new_repository_is_english() -> None:
    english = []
    for name, text in written("zh").items():
        if name.endswith(".yaml"):
            for document in yaml.safe_load_all(text):
                english += [f"{name}: {said}" for said in texts_of(document) if not CHINESE.search(said) and not said.startswith("ISO/IEC")]
    assert english == []


def test_pages_are_chinese_and_say_the_same_commands() -> None:
    for host in ("local", "github"):
        english, chinese = written("en", host), written("zh", host)
        for name in ("README.md", ".github/pull_request_template.md"):
            assert CHINESE.search(chinese[name])
            commands = [sorted(re.findall(r"^\$ changeflow (\w+(?: \w+)?)", text, re.MULTILINE)) for text in (english[name], chinese[name])]
            assert commands[0] == commands[1]
            assert english[name].count("\n1. ") == chinese[name].count("\n1. ")
            assert "@@" not in chinese[name]


def test_the_structure_is_the_same_in_both_languages() -> None:
    english, chinese = written("en"), written("zh")
    assert sorted(english) == sorted(chinese)
    for name, text in english.items():
        if name.endswith(".yaml"):
            told = [list(map(without_texts, yaml.safe_load_all(said))) for said in (text, chinese[name])]
            assert told[0] == told[1], name
        assert name.endswith(".md") or text.count("\n  ") == 0 or "@@" not in chinese[name]


def test_every_translation_has_its_text() -> None:
    """A text that was changed in English is found here by its old translation."""
    said = ""
    for path in (PROJECT / "changeflow/documents").glob("*.py"):
        said += "\n".join(_constants(path))
    for path in (PROJECT / "changeflow/hosts").rglob("starter.py"):
        said += "\n".join(_constants(path))
    lost = []
    for path in sorted(TEXTS.rglob("*.yaml")):
        source = one_line(said + template_of(path))
        lost += [f"{path.name}: {text}" for text in yaml.safe_load(path.read_text(encoding="utf-8")) if one_line(text) not in source]
    assert lost == []


def template_of(texts: Path) -> str:
    name = texts.relative_to(TEXTS).with_suffix("")
    near = [*(TEMPLATES / "repository").glob(f"{name}*"), *TEMPLATES.glob(f"{name}.yaml"), *folder("policies").parent.glob(f"{name}.yaml")]
    near += [*(TEMPLATES / "repository").glob(f"dot-{name}*")]
    return "\n".join(path.read_text(encoding="utf-8") for path in near if path.is_file())


def one_line(text: str) -> str:
    return " ".join(re.sub(r"\n *# ", " ", text).split())


def _constants(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_chinese_texts_have_chinese_punctuation() -> None:
    wrong = []
    for path in sorted(TEXTS.rglob("*.yaml")):
        for text in yaml.safe_load(path.read_text(encoding="utf-8")).values():
            plain = re.sub(r"`[^`]*`|\"[^\"]*\"|\b\w+: |https?://\S+", "", text)
            if re.search(r"[一-鿿] ?[,;:()?!.]|[,;:()?!] ?[一-鿿]", plain):
                wrong.append(text)
    assert wrong == []


def test_the_english_page_is_taken_where_there_is_no_other() -> None:
    assert page("next/forge.md", "zh") is None
    assert page("README.md", "en") is None
    assert localised("# Nothing of this is known", "scripts/restart", "zh") == "# Nothing of this is known"
    assert localised("# Usage: scripts/restart ITEM", "scripts/restart", "en") == "# Usage: scripts/restart ITEM"


@pytest.mark.parametrize("action", [(), ("--action", "acme/changeflow@" + "0" * 40)], ids=["no action", "an action"])
@pytest.mark.parametrize("host", [name for name in HOSTS if name != "memory"])
def test_what_init_tells_is_chinese_on_every_host(
    host: str, action: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if action and not host_named(host).starter().without_action:
        pytest.skip("no action can be named on this host")
    assert run(["--lang", "zh", "init", str(tmp_path / "made"), "--host", host, "--as", "chen", "--no-git", *action]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line]
    assert len(told) > 4
    assert [line for line in told if not CHINESE.search(line) or re.search(r"[a-z]+ [a-z]+ [a-z]+", line)] == []
