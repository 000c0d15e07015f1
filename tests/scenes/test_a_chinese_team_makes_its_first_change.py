"""陈杰 starts a change repository for a team that reads Chinese, and its first change goes from request to review."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from changeflow.cli.main import run
from tests.dates import now
from tests.scaffold.calls import Said, git, key_file

CHINESE = re.compile(r"[一-鿿]")
# An English word: what is left of a line without codes, paths and ids.
ENGLISH = re.compile(r"\b(the|is|are|was|of|and|not|has|have|by|to|for)\b")
# a blank beside punctuation as wide as a character; between columns there are two, or a bar
ASTRAY = re.compile(r"\S [，。；：、！？）”]|[，。；：、！？）“] (?=[^ |])")
PARTS = ("assessment", "effects", "implementation", "verification", "rollback")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository of three people with keys."""
    for name in (
        "GIT_AUTHOR_NAME",
        "GIT_AUTHOR_EMAIL",
        "EMAIL",
        "CHANGEFLOW_LANG",
        "CHANGEFLOW_KEY",
        "XDG_CONFIG_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
    (tmp_path / ".gitconfig").write_text(
        '[user]\n\tname = "陈杰"\n\temail = "chen@example.cn"\n', encoding="utf-8"
    )
    keys = {person: key_file(tmp_path, person) for person in ("chen", "li", "wang")}
    monkeypatch.chdir(tmp_path)
    members = [
        word
        for person in ("li", "wang")
        for word in ("--member", f"{person}:{person}@example.cn={keys[person]}")
    ]
    assert (
        run(
            [
                "init",
                "变更",
                "--lang",
                "zh",
                "--timezone",
                "Asia/Shanghai",
                "--as",
                "chen",
                "--key",
                str(keys["chen"]),
                *members,
            ]
        )
        == 0
    )
    monkeypatch.chdir(tmp_path / "变更")
    return tmp_path / "变更"


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def call(*arguments: str) -> Said:
        capfd.readouterr()
        code = run(arguments)
        out, err = capfd.readouterr()
        assert [line for line in (out + err).splitlines() if ASTRAY.search(line)] == [], arguments
        return Said(code, out, err)

    return call


def key_of(team: Path, person: str) -> str:
    return str(team.parent / person)


def commit(team: Path, message: str) -> None:
    git(team, "add", "--all")
    git(team, "commit", "--quiet", "--message", message)


def fill_in(text: str) -> str:
    """Take the `#` of the examples away, as an engineer does who follows the comments."""
    for part in PARTS:
        found = re.search(rf"(?m)^  # {part}:\n(?:  #   .*\n)+", text)
        assert found is not None, part
        text = text.replace(found[0], re.sub(r"(?m)^  # ", "  ", found[0]))
    text = text.replace("website,", "website-preview,").replace(", website]", ", website-preview]")
    # nobody has to be called for this one
    text = re.sub(r" +- name: 通知服务台\n +manual: .*\n", "", text)
    return re.sub(r"(?m)^  draft: .*\n", "", text)


def look_at_it(say: Callable[..., Said], change: str) -> None:
    """Ask for the change in every way; `say` looks at how the answers are spaced."""
    for everyday in (
        ("todo",),
        ("show", change),
        ("assess", change),
        ("assess", change, "--format", "markdown"),
        ("assess", change, "--format", "html"),
        ("list", "--format", "markdown"),
        ("list", "--format", "html"),
        ("todo", "--format", "html"),
        ("show", change, "--format", "markdown"),
        ("show", change, "--format", "html"),
        ("gate", "submit", change),
        ("gate", "approve", change),
        ("gate", "approve", change, "--format", "markdown"),
        ("gate", "deploy", change, "--as", "chen"),
        ("gate", "close", change, "-v"),
        ("check",),
        ("policy", "test"),
        ("cmdb", "show"),
        ("impact", "website", "--format", "html"),
        ("schedule",),
        ("when", change),
        ("impact", "website"),
        ("risk", "explain", change),
        ("policy", "list"),
        ("ledger", "log"),
        ("ledger", "verify"),
        ("release", "status", change),
    ):
        assert say(*everyday).code in (0, 1), everyday


def test_what_init_writes_passes_check_and_its_own_policy_tests(
    team: Path, say: Callable[..., Said]
) -> None:
    config = yaml.safe_load((team / "changeflow.yaml").read_text("utf-8"))["spec"]
    assert (config["language"], config["timezone"]) == ("zh", "Asia/Shanghai")
    assert say("check", "--strict").code == 0
    tested = say("policy", "test")
    assert tested.code == 0
    assert "高风险变更需要两名成员" in tested.out


def test_the_first_change_goes_from_request_to_review(team: Path, say: Callable[..., Said]) -> None:
    # -- 变更请求
    start = (now() - timedelta(minutes=5)).replace(microsecond=0).isoformat()
    asked = (
        "new",
        "preview-2-0",
        "--ci",
        "website-preview",
        "--title",
        "网站预览环境升级到 2.0",
        "--start",
        start,
    )
    path = team / say(*asked).out.strip()
    change = path.parent.name
    assert "reason: 待填写" in path.read_text("utf-8")
    path.write_text(fill_in(path.read_text("utf-8")), "utf-8")
    told = say("check").out
    assert "`待填写` 是占位符，并未说明任何内容" in told
    assert "请用一句话说明" in told
    assert "is a placeholder" in say("check", "--lang", "en").out
    assert "is a placeholder" in say("check", "--format", "sarif").out
    unfinished = say("check", "--format", "json")
    assert unfinished.code == 1
    assert re.findall(r'"rule": "([^"]+)"', unfinished.out) == ["rfc-placeholder"]
    path.write_text(
        path.read_text("utf-8").replace("reason: 待填写", "reason: 预览环境须与生产环境保持一致"),
        "utf-8",
    )
    checked = say("check", "--strict")
    assert checked.code == 0, checked.out
    commit(team, "申请网站预览环境升级")

    # -- 审批
    shut = say("gate", "approve", change)
    assert (shut.code, shut.err) == (1, "")
    assert "需要一名 CAB 成员批准" in shut.out
    assert "li" in shut.out
    assert say("approve", change, "--as", "chen", "--key", key_of(team, "chen")).code == 0
    assert say("gate", "approve", change).code == 1, "nobody approves their own change"
    assert (
        say(
            "approve",
            change,
            "--as",
            "li",
            "--key",
            key_of(team, "li"),
            "--comment",
            "同意，预览环境不影响客户",
        ).code
        == 0
    )
    assert say("gate", "approve", change).code == 0

    # -- 发布
    released = say("release", "run", change, "--as", "chen", "--key", key_of(team, "chen"))
    assert released.code == 0, released.out + released.err
    assert (team / ".state/website-preview").read_text("utf-8").strip() == "2.0"

    # -- 实施后评审
    assert say("review", change).code == 0
    review = path.parent / "review.yaml"
    text = review.read_text("utf-8")
    assert "# 实施后评审：网站预览环境升级到 2.0" in text
    assert "在窗口开始 0:0" in text
    asked_in = [
        line for line in text.splitlines() if "# " in line and "yaml-language-server" not in line
    ]
    prose = [line for line in asked_in if not re.search(r"# (?: *- \{|[a-z_]+:)", line)]
    assert [line for line in prose if not CHINESE.search(line) or ENGLISH.search(line)] == []
    answers = {
        "reviewer": "wang",
        "reviewed": (now() + timedelta(hours=8)).date().isoformat(),
        "outcome": "successful",
        "objectives_met": "预览环境运行 2.0，与生产环境一致",
        "effects_observed": "预览环境中断 20 秒，客户没有察觉",
        "deviations": "无",
        "incidents": "[]",
        "lessons": "升级前先通知使用预览环境的同事",
    }
    for name, said in answers.items():
        text, count = re.subn(rf"(?m)^  # {name}:$", f"  {name}: {said}", text)
        assert count == 1, name
    review.write_text(text, "utf-8")
    done = say("review", change, "--as", "wang", "--key", key_of(team, "wang"))
    assert done.code == 0, done.out + done.err
    commit(team, "评审网站预览环境升级")
    closed = say("gate", "close", change)
    assert closed.code == 0, closed.out
    listed = say("list")
    assert "网站预览环境升级到 2.0" in listed.out
    assert "已关闭" in listed.out
    look_at_it(say, change)


def test_a_colleague_who_reads_english_asks_for_english_comments(
    team: Path, say: Callable[..., Said]
) -> None:
    for language, begins in (((), "# 变更请求。"), (("--lang", "en"), "# A request for change.")):
        made = say("new", f"something-{len(language)}", "--ci", "website", *language)
        assert begins in (team / made.out.strip()).read_text("utf-8")


def test_what_init_and_new_tell_is_chinese(capsys: pytest.CaptureFixture[str], team: Path) -> None:
    assert (team / "changeflow.yaml").exists()
    made = capsys.readouterr().out
    assert "接下来：cd '变更' && changeflow check" in made
    assert "你在 policies/roster.yaml 中是 `chen`，并已登记你的 SSH 公钥。" in made
    assert not ENGLISH.search(made.partition("\n")[2])
    assert run(["new", "website-2-0", "--ci", "website"]) == 0
    told = capsys.readouterr().err
    assert told.startswith("草稿，尚待填写：")
    assert not ENGLISH.search(told)
