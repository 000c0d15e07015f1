"""What stands on stderr when a call goes wrong, for a reader of Chinese: the same exit code, and no English sentence of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from changeflow.cli.main import run

WRONG = {
    ("lst",): (2, "错误：没有 `lst` 这个命令\n提示：是否应为 `list`？\n"),
    ("list", "--bogus"): (2, "错误：没有 `--bogus` 这个选项\n"),
    ("list", "--format"): (2, "错误：选项 `--format` 需要一个值\n"),
    ("list", "--owed=yes"): (2, "错误：选项 `--owed` 不带值\n"),
    ("list", "--format", "nope"): (2, "的值无效\n提示：可选值：text、json"),
    ("list", "a", "b"): (2, "错误：多余的参数：a、b\n"),
    ("gate",): (2, "错误：缺少参数 `GATE`\n提示：可选值：submit、approve、deploy、close\n"),
    ("gate", "close"): (3, "错误：不在变更仓库中：此处及上级目录都没有 changeflow.yaml\n"),
    ("release", "nope"): (2, "错误：没有 `nope` 这个命令\n"),
    ("--repo", "nowhere", "list"): (2, "错误：`nowhere` 不是文件夹\n"),
}


@pytest.mark.parametrize("line", WRONG, ids=" ".join)
def test_a_wrong_call_is_said_in_chinese(
    line: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHANGEFLOW_LANG", raising=False)
    code, said = WRONG[line]
    assert run((*line, "--lang", "zh")) == code
    assert said in capfd.readouterr().err
    assert run(line) == code
    assert "错误" not in capfd.readouterr().err


def test_a_configuration_that_cannot_be_read_is_told_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHANGEFLOW_LANG", raising=False)
    (tmp_path / "changeflow.yaml").write_text("spec: {language: zh", encoding="utf-8")
    assert run(("list", "--from", "someday")) != 0
    assert "error: " in capfd.readouterr().err
