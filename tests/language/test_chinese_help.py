"""`--help` in the language of the reader: every page, as a terminal of any width shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from changeflow.cli.main import run

CONFIG = "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: shop}\nspec:\n"
CHINESE = "用法：changeflow"
ENGLISH = "Usage: changeflow"


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    """Ask for help in a folder, without a language of the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("CHANGEFLOW_LANG", "CHANGEFLOW_REPO", "LANG", "LC_ALL", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)

    def asked(*arguments: str) -> str:
        capfd.readouterr()
        assert run(arguments) == 0
        return capfd.readouterr().out

    return asked


def write(folder: Path, spec: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "changeflow.yaml").write_text(CONFIG + spec, encoding="utf-8")
    return folder


# -- whose language ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        ("--lang", "zh", "--help"),
        ("--help", "--lang", "zh"),
        ("--lang=zh", "-h"),
        ("check", "--help", "--lang", "zh"),
        ("--lang", "zh", "release", "run", "--help"),
        ("release", "--lang=zh", "--help"),
    ],
    ids=" ".join,
)
def test_the_option_chooses_the_language_of_help_wherever_it_stands(ask, line: tuple[str, ...]) -> None:
    assert ask(*line).startswith(CHINESE)


@pytest.mark.parametrize("line", [("--help",), ("gate", "--help"), ("release", "run", "--help")], ids=" ".join)
def test_the_variable_chooses_it_and_the_option_comes_before_it(ask, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...]) -> None:
    assert ask(*line).startswith(ENGLISH)
    monkeypatch.setenv("CHANGEFLOW_LANG", "zh")
    assert ask(*line).startswith(CHINESE)
    assert ask(*line, "--lang", "en").startswith(ENGLISH)


@pytest.mark.parametrize("line", [("--help",), ("gate", "--help"), ("release", "run", "--help")], ids=" ".join)
def test_the_repository_one_stands_in_chooses_it(ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...]) -> None:
    write(tmp_path, "  language: zh\n")
    below = tmp_path / "changes" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert ask(*line).startswith(CHINESE)
    assert ask(*line, "--lang", "en").startswith(ENGLISH)


def test_the_repository_that_is_named_chooses_it(ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = write(tmp_path / "named", "  language: zh\n")
    write(tmp_path, "  language: en\n")
    assert ask("--help").startswith(ENGLISH)
    assert ask("--help", "--repo", str(named)).startswith(CHINESE)
    assert ask("gate", "--help", "--repo", str(named)).startswith(CHINESE)
    monkeypatch.setenv("CHANGEFLOW_REPO", str(named))
    assert ask("--help").startswith(CHINESE)


@pytest.mark.parametrize(
    "spec",
    [
        "  language: 'zh'\n",
        '  {"language": "zh"}\n',
        "  language:\n    zh\n",
        "  timezone: Asia/Shanghai   # of the team\n  language: zh   # en | zh\n",
    ],
)
def test_however_the_configuration_is_written(ask, tmp_path: Path, spec: str) -> None:
    write(tmp_path, spec)
    assert ask("check", "--help").startswith(CHINESE)


@pytest.mark.parametrize(
    "spec",
    [
        "  language: en   # en | zh\n",
        "  main_branch: main\n# language: zh\n",
        "  main_branch: zh\n",
        "  language: de  # not zh\n",
        "  language: [zh\n",
        "  language: zh\n  timezone: Mars/Olympus\n",
        "  language: zh\n  \x00\n",
    ],
)
def test_help_is_english_where_the_configuration_is_or_cannot_be_read(ask, tmp_path: Path, spec: str) -> None:
    write(tmp_path, spec)
    assert ask("--help").startswith(ENGLISH)
    assert ask("check", "--help").startswith(ENGLISH)


def test_help_is_english_where_the_configuration_is_no_file(ask, tmp_path: Path) -> None:
    (tmp_path / "changeflow.yaml").mkdir()
    assert ask("--help").startswith(ENGLISH)
    assert ask("--help", "--repo", str(tmp_path / "nowhere")).startswith(ENGLISH)


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "zh"])
def test_the_locale_of_the_process_says_nothing(ask, monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    for name in ("LANG", "LC_ALL", "LANGUAGE"):
        monkeypatch.setenv(name, locale)
    assert ask("--help").startswith(ENGLISH)


def test_the_version_is_the_same_in_every_language(ask, tmp_path: Path) -> None:
    plain = ask("--version")
    write(tmp_path, "  language: zh\n")
    assert ask("--version") == ask("--lang", "zh", "--version") == plain
