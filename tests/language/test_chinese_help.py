"""`--help` in the language of the reader: every page, as a terminal of any width shows it."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
import wcwidth

from changeflow.cli.help_language import HelpContext
from changeflow.cli.help_page import name_of
from changeflow.cli.list import STATES
from changeflow.cli.main import COMMANDS, cli, run
from changeflow.language.catalogue import sentences
from changeflow.language.chinese import help as chinese_help
from changeflow.language.chinese.help import shared
from changeflow.language.chinese.help.words import WORDS

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
        "  timezone: Mars/Olympus\n  language: zh\n",
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
        "  language: zh\n  \x00\n",
        "  - language: zh\n",
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


def test_a_wrong_call_shows_the_usage_of_the_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(("--lang", "zh", "gate")) == 2
    usage = capfd.readouterr().err.splitlines()[0]
    run(("gate", "--help", "--lang", "zh"))
    assert usage == capfd.readouterr().out.splitlines()[0]


@pytest.mark.parametrize(("call", "least"), [(("impact", "db", "--depth"), 0), (("doctor", "--app-id"), 1)])
@pytest.mark.parametrize("value", ["-1", "many"])
def test_a_number_that_is_wrong_is_told_in_words(
    capfd: pytest.CaptureFixture[str], call: tuple[str, ...], least: int, value: str
) -> None:
    said = {}
    for language in ("en", "zh"):
        assert run(("--lang", language, *call, value)) == 2
        said[language] = capfd.readouterr().err
        run((call[0], "--help", "--lang", language))
        assert ">=" not in said[language] + capfd.readouterr().out
    assert value == "many" or f"-1 is less than {least}" in said["en"]
    assert f"应为不小于 {least} 的整数" in said["zh"]


# -- every page --------------------------------------------------------------------------------


def contexts(command: click.Command, context: click.Context) -> Iterator[HelpContext]:
    """Every command of the tree, as it is called."""
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            sub = command.get_command(context, name)
            assert sub is not None
            yield from contexts(sub, HelpContext(sub, info_name=name, parent=context))


def every_command() -> dict[str, HelpContext]:
    program = HelpContext(cli, info_name="changeflow", **cli.context_settings)
    return {context.command_path.partition(" ")[2]: context for context in contexts(cli, program)}


COMMANDS_BY_PATH = every_command()
SHARED = shared.PARAMETERS
PLACES = sorted(found.name for found in pkgutil.iter_modules(chinese_help.__path__))


def own(path: str) -> dict[str, str]:
    """The texts that a command has of its own."""
    file = path.partition(" ")[0] or "program"
    return import_module(f"{chinese_help.__name__}.{file}").HELP.get(path, {})


def parameters(context: click.Context) -> dict[str, click.Parameter]:
    return {name_of(parameter): parameter for parameter in context.command.get_params(context)}


def comments(context: click.Context) -> list[str]:
    """The explanations of examples, in English."""
    return re.findall(r"^ *(# .*)$", (context.command.help or "").rpartition("Example")[2], re.MULTILINE)


def wanted(path: str, context: click.Context) -> set[str]:
    """What has to have a text on the page of a command."""
    names = {"", *parameters(context), *comments(context)}
    if context.command.epilog:
        names.add("epilog")
    return names | set(COMMANDS) if not path else names


def page(path: str, width: int, monkeypatch: pytest.MonkeyPatch, language: str = "zh") -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("CHANGEFLOW_LANG", language)
    return COMMANDS_BY_PATH[path].get_help()


def test_the_tree_of_commands_is_walked_whole() -> None:
    assert len(COMMANDS_BY_PATH) > 40
    assert {"", "gate", "release run", "policy simulate"} <= set(COMMANDS_BY_PATH)


@pytest.mark.parametrize("path", COMMANDS_BY_PATH)
def test_every_command_argument_option_and_explanation_has_a_chinese_text(path: str) -> None:
    texts = {**SHARED, **own(path)}
    assert sorted(name for name in wanted(path, COMMANDS_BY_PATH[path]) if not texts.get(name)) == []
    assert all(re.search("[㐀-鿿]", texts[name]) for name in wanted(path, COMMANDS_BY_PATH[path]))


@pytest.mark.parametrize("path", COMMANDS_BY_PATH)
def test_every_argument_and_option_has_an_english_text(path: str) -> None:
    assert sorted(name for name, parameter in parameters(COMMANDS_BY_PATH[path]).items() if not parameter.help) == []


@pytest.mark.parametrize("path", COMMANDS_BY_PATH)
def test_no_chinese_text_is_left_of_what_is_gone(path: str) -> None:
    assert sorted(set(own(path)) - wanted(path, COMMANDS_BY_PATH[path])) == []


def test_no_page_is_left_of_a_command_that_is_gone() -> None:
    assert set(PLACES) == {*(path.partition(" ")[0] or "program" for path in COMMANDS_BY_PATH), "shared", "words"}
    for place in set(PLACES) - {"shared", "words"}:
        assert sorted(set(import_module(f"{chinese_help.__name__}.{place}").HELP) - set(COMMANDS_BY_PATH)) == []


@pytest.mark.parametrize("name", SHARED)
def test_a_text_that_commands_share_says_the_same_thing_in_english(name: str) -> None:
    english = set()
    for path, context in COMMANDS_BY_PATH.items():
        if name in parameters(context) and name not in own(path):
            english.add(parameters(context)[name].help)
    assert len(english) == 1, "no command has it, or they mean different things"


def test_every_word_round_a_page_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = "\n".join(page(path, 80, monkeypatch) for path in COMMANDS_BY_PATH)
    for english, word in WORDS.items():
        assert word.partition("{}")[0] in pages, english


# -- as English says it ------------------------------------------------------------------------


def options_of(text: str) -> list[str]:
    """The names of options that a page lists, in order."""
    return re.findall(r"(?<![\w-])--?[a-z][a-z-]*", "\n".join(re.findall(r"^  (-.*?)(?:  .*)?$", text, re.MULTILINE)))


def examples_of(text: str) -> list[str]:
    """The lines of a page's examples, without explanations."""
    block = re.search(r"^  (?:Examples?:|示例：)\n(.*?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return [line for line in block[1].splitlines() if not line.startswith("    #")] if block else []


@pytest.mark.parametrize("path", COMMANDS_BY_PATH)
def test_chinese_help_has_the_options_and_examples_of_english_help(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    chinese, english = (page(path, 120, monkeypatch, language) for language in ("zh", "en"))
    assert options_of(chinese) == options_of(english) != []
    assert examples_of(chinese) == examples_of(english) != []


@pytest.mark.parametrize("path", COMMANDS_BY_PATH)
def test_chinese_help_speaks_no_english(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    below = page(path, 120, monkeypatch).partition("\n\n")[2]
    text = re.sub(r"^  示例：.*?(\n\n|\Z)", "", below, flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"[A-Za-z]{2,}(?: [a-z]+){2,}", text) == []


def test_states_are_said_in_the_words_of_answers() -> None:
    said = own("list")["--state"]
    for state in STATES:
        assert f"{state}（{sentences('zh', 'words')[f'word.{state}']}）" in said


# -- at every width ----------------------------------------------------------------------------


def too_long(text: str, width: int) -> list[str]:
    """Lines that do not fit, without examples and code, which are copied."""
    examples = examples_of(text)
    found = []
    for line in text.splitlines():
        if wcwidth.wcswidth(line) > width and line not in examples and not line.isascii():
            found.append(line)
    return found


@pytest.mark.parametrize("width", [40, 80, 139])
@pytest.mark.parametrize("path", COMMANDS_BY_PATH)
def test_lines_fit_the_terminal(monkeypatch: pytest.MonkeyPatch, path: str, width: int) -> None:
    assert too_long(page(path, width, monkeypatch), width) == []


@pytest.mark.parametrize("path", COMMANDS_BY_PATH)
def test_english_fits_a_narrow_terminal_and_says_the_same_there(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    narrow, wide = (page(path, width, monkeypatch, "en") for width in (40, 1000))
    examples = examples_of(narrow)
    assert [line for line in narrow.splitlines() if len(line) > 40 and line not in examples and "$schema" not in line] == []
    assert re.findall(r"[!-{}~]+", narrow) == re.findall(r"[!-{}~]+", wide)


@pytest.mark.parametrize("width", [40, 80, 139])
@pytest.mark.parametrize("path", COMMANDS_BY_PATH)
def test_no_word_is_broken_and_no_mark_stands_at_the_wrong_end_of_a_line(monkeypatch: pytest.MonkeyPatch, path: str, width: int) -> None:
    text = page(path, width, monkeypatch)
    assert re.findall(r"[!-{}~]+", text) == re.findall(r"[!-{}~]+", page(path, 1000, monkeypatch))
    for line in text.splitlines():
        assert not line.strip().startswith(tuple("，。、；：！？）》”")), line
        assert not line.endswith(tuple("（《“")), line


def test_a_page_as_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert page("policy explain", 40, monkeypatch) == """\
用法：changeflow policy explain
    [选项] RULE-or-POLICY

  解释一条规则，或一个策略的所有规则。

  示例：
    changeflow policy explain cab-quorum
    changeflow policy explain approvals

参数：
  RULE-or-POLICY
        规则的编号；或策略的编号，解释
        其所有规则

选项：
  --rev REV   从此版本读取（默认：工作
              区）
  -f, --format [text|json]
        输出格式（默认：text）
  -h, --help  显示本帮助并退出"""
