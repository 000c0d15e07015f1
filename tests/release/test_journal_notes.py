"""Notes that changeflow writes in a journal: English in the ledger, and said to a reader in their language."""

from __future__ import annotations

from datetime import UTC

import pytest

from changeflow.language.reader import MACHINE, Reader
from changeflow.language.sentences import in_a_row
from changeflow.model.journal_notes import noted

CHINESE = Reader("zh", UTC)
NOTES = {
    "exit code 3": "退出码 3",
    "ordered by zhaomin": "由 zhaomin 下令",
    "ordered by zhaomin: 客户投诉": "由 zhaomin 下令：客户投诉",
    "after 24219a8efc22fdf0": "接续运行 24219a8efc22fdf0",
    "stopped during implementation/1": "在实施第 2 步期间停止",
    "stopped waiting for a person: implementation/1": "停止等待人工处理：实施第 2 步",
    "stopped before implementation/0: 磁盘满": "在实施第 1 步之前停下：磁盘满",
    "left: undo/1 Stop": "尚未撤销：撤销第 2 步 Stop",
    "left: rollback/0 Start, rollback/1 see rollback/7": "尚未撤销：回退第 1 步 Start, 回退第 2 步 see rollback/7",
    "implementation/1 通知服务台: exit code 3": "实施第 2 步 “通知服务台”：退出码 3",
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


@pytest.mark.parametrize(
    ("note", "english", "chinese"),
    [
        ("0.01, wanted below 0.02", "0.01, wanted below 0.02", "0.01，要求低于 0.02"),
        ("3, wanted at most 2 (before the release 1.5)", "3, wanted at most 2 (before the release 1.5)", "3，要求不高于 2（发布前为 1.5）"),
        (
            "not known: HTTP status 400: no reason given; 2 probes, 2 failed",
            "not known: HTTP status 400: no reason given; 2 probes, 2 failed",
            "未知：HTTP status 400: no reason given；探测 2 次，失败 2 次",
        ),
        (
            "3 probes, 1 failed, lowest 0.1, highest 0.3, last not known",
            "3 probes, 1 failed, lowest 0.1, highest 0.3, last not known",
            "探测 3 次，失败 1 次，最低 0.1，最高 0.3，最后一次 not known",
        ),
    ],
)
def test_what_probes_came_to_is_told_in_the_reader_s_language(note: str, english: str, chinese: str) -> None:
    assert in_a_row([noted(note)], MACHINE) == english
    assert in_a_row([noted(note)], Reader("zh", UTC)) == chinese
