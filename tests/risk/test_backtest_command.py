"""`risk backtest` in the terminal, as JSON of the contract, as a page and as a picture; and its exit codes."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from changeflow.cli.main import run
from changeflow.history.tables import write
from changeflow.model.answers.backtest import BackTestAnswer
from changeflow.render.backtest import FORMATS
from changeflow.render.presentation import MACHINE
from changeflow.usecases.risk.backtest import BackTestRequest, back_test
from tests.answers import misfits

BEGIN = datetime(2024, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def records(changes: int = 240) -> dict[str, list[dict[str, Any]]]:
    random = Random(2)  # noqa: S311 - the same records each time
    rows: dict[str, list[dict[str, Any]]] = {"changes": [], "change_items": [], "incidents": []}
    for number in range(changes):
        start = BEGIN + (240 + number * 6) * HOUR
        named = {"source": "itsm", "change": f"C{number}"}
        rows["changes"].append(named | {"type": "normal", "actual_start": start, "actual_end": start + HOUR, "outcome": "implemented"})
        rows["change_items"].append(named | {"item": random.choice(["broken", "sound"])})
    for number in range(changes // 4 + 24):
        item = "broken" if random.random() < 0.9 else "sound"
        opened = BEGIN + (number * 24 + random.randrange(24)) * HOUR
        rows["incidents"].append({"source": "itsm", "incident": f"I{number}", "item": item, "opened_at": opened})
    return rows


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("elsewhere") / "history"
    write(folder, records())
    return folder


@pytest.fixture(scope="module")
def answer(history: Path) -> BackTestAnswer:
    return back_test(BackTestRequest(history), None)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(("risk", "backtest", *arguments)) == code
    captured = capsys.readouterr()
    return captured.err if code else captured.out


def test_json_is_that_of_the_contract(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(said(capsys, "--history", str(history), "--format", "json"))
    assert misfits("backtest", answer) == []
    assert answer["schema"] == "changeflow/backtest/v1"
    assert answer["label"] == "incident-within:P7D"
    assert set(answer["train"]) == set(answer["test"]) == {"from", "to", "changes", "positive"}
    names = [one["name"] for one in answer["models"]]
    assert {"changeflow", "fitted", "declared", "item-incidents", "boosted"} <= set(names)
    ours = answer["models"][0]
    assert 0 <= ours["auc_interval"][0] <= ours["auc"] <= ours["auc_interval"][1] <= 1
    assert set(ours["recall_at"]) == {"0.05", "0.10", "0.20"}
    assert set(ours["calibration"][0]) == {"predicted", "observed", "changes"}
    assert 0 < answer["placebo"]["positive"] < 1
    assert answer["risk_model"] == "built-in"


def test_the_same_records_give_the_same_bytes(history: Path, answer: BackTestAnswer, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--history", str(history), "--format", "json") == FORMATS["json"](answer, MACHINE)


def test_text_fits_eighty_columns_and_warns_of_proximity(answer: BackTestAnswer) -> None:
    text = FORMATS["text"](answer, MACHINE)
    assert max(map(len, text.splitlines())) <= 80
    assert "changeflow      " in text
    assert "Near in time is not caused by" in text
    assert "declared        -" in text
    assert "not recorded" in text


@pytest.mark.parametrize(("language", "title"), [("en", "How far the chances kept their word"), ("zh", "概率是否兑现")])
def test_the_curve_is_a_picture_with_a_title_and_a_point_for_each_band(answer: BackTestAnswer, language: Any, title: str) -> None:
    picture = ET.fromstring(FORMATS["svg"](answer, replace(MACHINE, language=language)))  # noqa: S314 - our own output
    titles = [one.text for one in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[0] == title
    assert len(titles) == 1 + 2 * 10


def test_a_page_shows_the_curve_and_asks_for_nothing(answer: BackTestAnswer) -> None:
    page = FORMATS["html"](answer, MACHINE)
    assert "<svg" in page
    assert "src=" not in page
    assert "https:" not in page


def test_markdown_has_the_scores_as_a_table(answer: BackTestAnswer) -> None:
    assert "| changeflow |" in FORMATS["markdown"](answer, MACHINE)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--label", "trouble"], 2, "no label"),
        (["--label", "failed"], 3, "0 of the"),
        (["--label", "reverted-within:P7D"], 3, "0 of the"),
        (["--from", "2030-01-01T00:00:00Z"], 3, "can be judged"),
        (["--train-until", "2020-01-01T00:00:00Z"], 3, "learned from"),
        (["--train-until", "2030-01-01T00:00:00Z"], 3, "no change to judge"),
    ],
)
def test_where_there_is_nothing_to_test_it_says_so(
    history: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert words in said(capsys, "--history", str(history), *arguments, code=code)


def test_without_a_folder_there_is_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no history" in said(capsys, "--history", str(tmp_path / "nowhere"), code=3)
    assert "not inside a change repository" in said(capsys, code=3)


def test_records_without_incidents_are_no_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "history"
    write(folder, records(40) | {"incidents": []})
    assert "no records of incidents" in said(capsys, "--history", str(folder), code=3)


def test_a_file_that_is_no_table_is_unreadable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "history"
    write(folder, records(8))
    (folder / "changes.parquet").write_bytes(b"no table")
    assert "changes.parquet" in said(capsys, "--history", str(folder), code=4)


def test_without_the_extra_the_line_that_installs_it_is_said(
    history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert "changeflow[insight]" in said(capsys, "--history", str(history), code=2)


def test_without_scikit_learn_the_boosted_model_alone_is_missing(
    history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    answer = json.loads(said(capsys, "--history", str(history), "--format", "json"))
    missing = {one["name"]: one["missing"] for one in answer["models"]}
    assert missing.pop("boosted") == "extra"
    assert missing["changeflow"] is missing["fitted"] is missing["item-incidents"] is None
