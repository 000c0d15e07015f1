"""Notes that changeflow writes in a journal: English in the ledger, and said to a reader in their language."""

from __future__ import annotations

import pytest

from changeflow.language.reader import MACHINE, Reader
from changeflow.language.sentences import in_a_row
from changeflow.model.journal_notes import noted

CHINESE = Reader("zh")
NOTES = {
    "exit code 3": "退出码 3",
    "ordered by zhaomin": "由 zhaomin 下令",
    "ordered by zhaomin: 客户投诉": "由 zhaomin 下令：客户投诉",
    "after 24219a8efc22fdf0": "接续运行 24219a8efc22fdf0",
    "stopped during implementation/1": "在 implementation/1 期间停止",
    "stopped waiting for a person: implementation/1": "停止等待人工处理：implementation/1",
    "implementation/1 通知服务台: exit code 3": "implementation/1 通知服务台：退出码 3",
}


@pytest.mark.parametrize(("note", "said"), NOTES.items())
def test_a_note_is_said_in_the_readers_language(note: str, said: str) -> None:
    assert in_a_row([noted(note)], CHINESE) == said


@pytest.mark.parametrize("note", NOTES)
def test_a_note_stays_byte_for_byte_as_the_ledger_has_it_in_english(note: str) -> None:
    assert in_a_row([noted(note)], MACHINE) == note


@pytest.mark.parametrize(
    "note", ["", "Errors at 4 %", "磁盘空间不足", "after lunch", "exit code 3, twice"]
)
def test_what_a_person_wrote_stays_text(note: str) -> None:
    assert noted(note) == note
