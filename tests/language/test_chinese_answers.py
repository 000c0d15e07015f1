"""What every command tells a team that reads Chinese has no English sentence in it: text, Markdown and pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.dates import now
from tests.scaffold.calls import Said
from tests.scenes import test_a_chinese_team_makes_its_first_change as first_change
from tests.scenes.test_a_chinese_team_makes_its_first_change import commit, fill_in, key_of

# the fixtures of that scene
say, team = first_change.say, first_change.team

# Three English words in a row are a sentence, or the better part of one.
ENGLISH = re.compile(r"[A-Za-z][A-Za-z'’]+(?:[ ,;:]+[A-Za-z'’]+){2,}")
# What is no sentence of ours: code in backticks, the markup of a page, and what stands between quotation marks of a program.
NO_SENTENCE = re.compile(r"`[^`]*`|<style>.*?</style>|<code>.*?</code>|<[^>]*>", re.DOTALL)
# Sentences that stay: conditions of rules, in CEL, and what programs of the repository print.
STAYS = (
    r"^  适用   当 .*",
    r"^  要求 .*",
    r"^  \| .*",
    r"\S*classDef .*",
    # the command that comes next
    r"changeflow (approve|review|release run) \S+ --as \w+",
)

READ = (
    ("check",),
    ("list",),
    ("list", "--owed"),
    ("list", "--format", "markdown"),
    ("list", "--format", "html"),
    ("todo", "--as", "li"),
    ("todo", "--as", "li", "--format", "html"),
    ("schedule",),
    ("impact", "website-preview"),
    ("impact", "website", "--format", "markdown"),
    ("impact", "website", "--format", "html"),
    ("impact", "website", "--format", "svg"),
    ("impact", "website", "--format", "mermaid"),
    ("cmdb", "show"),
    ("cmdb", "show", "website"),
    ("cmdb", "check"),
    ("policy", "list"),
    ("policy", "explain", "approvals"),
    ("policy", "explain", "close"),
    ("policy", "test"),
    ("ledger", "log"),
    ("ledger", "verify"),
    ("ledger", "replay"),
    ("ledger", "show", "1"),
)
OF_A_CHANGE = (
    ("assess",),
    ("assess", "--format", "markdown"),
    ("assess", "--format", "html"),
    ("show",),
    ("show", "--format", "markdown"),
    ("show", "--format", "html"),
    ("risk", "explain"),
    ("risk", "explain", "--format", "markdown"),
    ("when",),
    ("gate", "submit"),
    ("gate", "approve"),
    ("gate", "approve", "--format", "markdown"),
    ("gate", "deploy"),
    ("gate", "close"),
    ("policy", "simulate", "--approve", "wang"),
    ("release", "plan"),
    ("release", "status"),
    ("ledger", "log"),
)


class Reader:
    """Reads what commands say, and keeps each line with English in it."""

    def __init__(self, say: Callable[..., Said]) -> None:
        self._say = say
        self.english: list[str] = []

    def __call__(self, *line: str) -> Said:
        said = self._say(*line)
        for text in (said.out, said.err):
            for one in sentences(text):
                self.english.append(f"{' '.join(line)}: {one}")
        return said

    def everything(self, change: str) -> None:
        for line in READ:
            if line[0] != "ledger" or self._say("ledger", "log").code == 0:
                self(*line)
        for line in OF_A_CHANGE:
            words = 2 if line[0] in ("gate", "policy", "release", "risk", "ledger") else 1
            self(*line[:words], change, *line[words:])


def sentences(text: str) -> list[str]:
    """The lines of a text in which English is left, without the JSON of an entry."""
    plain = NO_SENTENCE.sub(" ", re.sub(r"(?ms)^\{$.*?^\}$", "", text))
    for stays in STAYS:
        plain = re.sub(stays, "", plain, flags=re.MULTILINE)
    return [line.strip() for line in plain.splitlines() if ENGLISH.search(line)]


def test_the_whole_life_of_a_change_is_told_in_chinese(team: Path, say: Callable[..., Said]) -> None:
    read = Reader(say)
    start = (now() - timedelta(minutes=5)).replace(microsecond=0).isoformat()
    made = read("new", "preview-2-0", "--ci", "website-preview", "--title", "网站预览环境升级到 2.0", "--start", start)
    path = team / made.out.strip()
    change = path.parent.name
    path.write_text(fill_in(path.read_text("utf-8")).replace("reason: 待填写", "reason: 预览环境须与生产环境保持一致"), "utf-8")
    chen, li = key_of(team, "chen"), key_of(team, "li")
    uncommitted = read("approve", change, "--as", "chen", "--key", chen, "--role", "ecab").err
    assert f"警告：`changes/{change}/rfc.yaml`" in uncommitted
    assert "警告：该意见不计入：" in uncommitted
    commit(team, "申请网站预览环境升级")
    read.everything(change)

    shut = read("release", "run", change, "--as", "chen", "--key", chen)
    assert (shut.code, "该内容尚未通过审批门禁 [changeflow.approval]" in shut.out) == (1, True)
    assert read("reject", change, "--as", "li", "--key", li, "--comment", "请先通知同事").code == 0
    assert read("withdraw", change, "--as", "li", "--key", li).code == 0
    assert read("approve", change, "--as", "li", "--key", li, "--comment", "同意").code == 0
    assert read("gate", "approve", change, "--record").code == 0
    assert read("assess", change, "--record").code == 0
    read.everything(change)

    assert read("release", "run", change, "--as", "chen", "--key", chen).code == 0
    assert read("release", "run", change, "--as", "chen", "--key", chen).code == 0
    read.everything(change)

    assert read("review", change).code == 0
    assert read("review", change).code == 1
    read.everything(change)
    assert read.english == []
