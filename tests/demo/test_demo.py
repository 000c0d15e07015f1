"""The demonstration goes as told, says the same every time, and notices when it does not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from changeflow.cli.demo import _run
from changeflow.cli.main import run
from changeflow.demo.beats import Beat, ClockMoves, CommandAnswer, CommandRun, Para, Title
from changeflow.demo.stage import DemoFailed
from changeflow.demo.story import perform
from changeflow.language.chinese.demo_story import SENTENCES as CHINESE
from changeflow.language.english.demo_story import SENTENCES
from changeflow.model.phrases import told as told_of
from changeflow.render.story import LONGEST, text
from changeflow.render.table import cells
from tests.demonstration import copied, performance

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """One performance, kept, as a process of its own in an environment that tries to interfere."""
    return performance(tmp_path_factory)


def test_every_act_is_told(told: tuple[Path, str]) -> None:
    titles = re.findall(r"^(.+)\n=+$", told[1], re.MULTILINE)
    assert [title[:2] for title in titles] == ["Th", "1.", "2.", "3.", "4.", "Th"]


def test_the_shop_is_down_in_the_emergency_and_up_at_the_end(told: tuple[Path, str]) -> None:
    states = re.findall(r"^ +(UP|DOWN) ", told[1], re.MULTILINE)
    assert states == ["UP", "UP", "DOWN", "UP"]
    assert (told[0] / "webshop/.state/shipping").read_text(encoding="utf-8") == "2.3.1\n"


def test_a_killed_runner_is_resumed_behind_the_point_of_no_return_with_one_effect(told: tuple[Path, str]) -> None:
    story = re.sub(r"\s+", " ", told[1])
    assert "point of no return: step 1" in story
    assert "1 UNKNOWN" in story
    assert "its outcome is unknown, asking its verify" in story
    assert (told[0] / "webshop/.state/mails").read_text(encoding="utf-8") == "mail to 41 customers\n"
    assert not (told[0] / "webshop/.state/battery-is-empty").exists(), "the process was killed"


def test_a_plan_that_changed_after_approval_is_refused_with_its_lines(told: tuple[Path, str]) -> None:
    story = re.sub(r"\s+", " ", told[1])
    assert "-shipping: 2.3.1 becomes 2.4.0 | +shipping: 2.3.2 becomes 2.4.0" in story
    assert "what would happen now is not what was approved" in story


def test_the_tampering_is_found_and_the_ledger_left_behind_holds(
    told: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    story = re.sub(r"\s+", " ", told[1])
    assert "edits an entry" in story
    assert "forged or edited" in story or "has a signature" in story
    assert run(["ledger", "verify", "--repo", str(copied(tmp_path_factory))]) == 0
    assert "unbroken chain" in capsys.readouterr().out


def test_the_story_is_the_same_every_time(told: tuple[Path, str], tmp_path: Path) -> None:
    again = "".join(text(beat) for beat in perform(tmp_path / "again", _run))
    assert _timeless(again, tmp_path / "again") == _timeless(told[1], told[0])


def test_the_story_is_told_in_chinese_to_who_asks_for_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    beats = [Title(told_of("story.title_opening")), Para(told_of("story.opening")), ClockMoves("2026-11-17T14:00:00Z")]
    title, para, clock = (text(beat, "zh") for beat in beats)
    assert title == "\n网店的变更\n==========\n"
    assert max(cells(line) for line in para.splitlines()) <= 78
    assert clock == "\n-- 2026-11-17 周二 14:00 --\n"

    monkeypatch.setattr("changeflow.demo.story.perform", lambda *_: beats)
    assert run(["demo", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == title + para + clock
    monkeypatch.setenv("CHANGEFLOW_LANG", "zh")
    assert run(["demo"]) == 0
    assert capsys.readouterr().out == title + para + clock


def test_every_paragraph_is_a_sentence_of_both_languages() -> None:
    told = [code for path in (PROJECT / "changeflow/demo").glob("*.py") for code in re.findall(r'told\(\s*"(story\.\w+)"', path.read_text("utf-8"))]
    assert sorted(told) == sorted(SENTENCES)
    assert CHINESE.keys() == SENTENCES.keys()


def _timeless(story: str, folder: Path) -> str:
    """Without the names of commits and keys, which are new every time, and the folder."""
    for pattern in (r"commit [0-9a-f]{12}", r"SHA256:\S+"):
        story = re.sub(pattern, "...", story)
    return re.sub(r"\s+", " ", story.replace(str(folder), "DIR"))


def test_the_standard_change_of_the_example_is_what_new_writes(told: tuple[Path, str]) -> None:
    path = "changes/CHG-20261117-restart-recommendation/rfc.yaml"
    assert (told[0] / "webshop" / path).read_text(encoding="utf-8") == (PROJECT / "examples/webshop" / path).read_text(encoding="utf-8")


def test_lines_fit_and_nothing_is_coloured_where_it_is_not_a_terminal(told: tuple[Path, str]) -> None:
    lines = [line for line in told[1].splitlines() if not line.startswith(("Open /", "The repository is in", str(told[0])))]
    assert max(map(len, lines)) <= LONGEST + len("    ") <= 80
    assert "\x1b" not in told[1]


def test_colour_is_only_decoration() -> None:
    beat = CommandRun("changeflow check", ("56 documents",), cut=True)
    assert re.sub(r"\x1b\[\d+m", "", text(beat, colour=True)) == text(beat)


def test_the_demo_fails_when_something_does_not_go_as_told(tmp_path: Path) -> None:
    def sabotaged(arguments: Sequence[str], environment: Mapping[str, str]) -> CommandAnswer:
        said = _run(arguments, environment)
        return CommandAnswer(0, said.out, said.err) if "gate" in arguments else said

    def opened(arguments: Sequence[str], environment: Mapping[str, str]) -> CommandAnswer:
        said = _run(arguments, environment)
        return CommandAnswer(said.code, said.out.replace("OPEN", "AJAR"), said.err)

    for runner in (sabotaged, opened):
        with pytest.raises(DemoFailed, match="the story went wrong"):
            _play(tmp_path / runner.__name__, runner)


def _play(folder: Path, runner: object) -> list[Beat]:
    return list(perform(folder, runner))  # type: ignore[arg-type]  # the runners above are plain functions


def test_a_folder_that_holds_something_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    assert run(["demo", "--keep", str(tmp_path)]) == 1
    assert "holds something already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
