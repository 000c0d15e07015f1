"""What an approver reads before they decide: the request first, in their language, and what changed since they approved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.register.office import BEFORE, CHANGE, Office
from tests.shop import CONFIG

TITLE = "数据库升级到 16，并修复 `analyze` 的错误"
HOSTILE = "<img src=x onerror=alert(1)> @acme/all [x](https://evil.example) | `"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "shop")
    made.write("changeflow.yaml", CONFIG | {"spec": {**CONFIG["spec"], "timezone": "Asia/Shanghai"}})
    made.commit("A team in Shanghai")
    return made


def assessed(office: Office, *arguments: str) -> str:
    return office.done("assess", CHANGE, "--now", BEFORE, *arguments)


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_it_begins_with_what_why_when_who_steps_and_rollback(office: Office, format_: str) -> None:
    office.ask(title="Upgrade it")
    out = assessed(office, "--format", format_)
    marks = ["Upgrade it", "Why", "08:00", "Requester", "alice", "Implementer", "bob", "Steps", "Rollback", "significant"]
    body = out.partition("<body>")[2] or out
    places = [body.index(mark) for mark in marks]
    assert places == sorted(places)


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_a_reader_of_chinese_finds_no_english_sentence_of_ours(office: Office, format_: str) -> None:
    office.ask(title=TITLE)
    out = assessed(office, "--format", format_, "--lang", "zh")
    assert "数据库升级到 16" in out
    for words in ("risk", "declared", "too little is known", "is hit", "Approvals", "Conflicts", "changes db"):
        assert not re.search(rf"\b{words}\b", out.partition("</style>")[2] or out), words
    assert "风险" in out
    assert "级别" in out


def test_the_language_of_a_reader_changes_no_byte_of_the_answer_for_programs(office: Office) -> None:
    office.ask()
    assert assessed(office, "--format", "json", "--lang", "zh") == assessed(office, "--format", "json", "--lang", "en")


def test_who_approved_another_content_sees_at_once_what_changed(office: Office) -> None:
    office.ask(title="First")
    office.opinion("approve", "carol")
    assert "approved at" not in assessed(office)
    office.ask(title="First", reason="Now for another reason, and with other steps", rollback={
        "trigger": "The check fails twice", "limit": "PT15M", "steps": [{"name": "Back", "manual": "restore the snapshot"}]})
    for format_ in ("text", "markdown", "html"):
        out = assessed(office, "--format", format_)
        assert "carol" in out
        assert re.search(r"spec\.rollback|rollback\.trigger|trigger", out)
        assert "What changed since" in out


@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_nothing_that_a_request_says_is_more_than_text(office: Office, format_: str) -> None:
    office.ask(title=HOSTILE, reason=HOSTILE)
    out = assessed(office, "--format", format_)
    assert "<img" not in out
    if format_ == "markdown":
        assert "](https" not in out
        assert not re.search(r"(?<![`>])@acme", out)


def test_a_page_says_its_language_and_follows_the_reader_to_phone_and_night(office: Office) -> None:
    office.ask()
    page = assessed(office, "--format", "html", "--lang", "zh")
    assert '<html lang="zh-CN">' in page
    assert "prefers-color-scheme: dark" in page
    assert "max-width: 40rem" in page
    # on a phone each cell stands beside its heading
    assert 'data-label="理由"' in page
