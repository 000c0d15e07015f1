"""`changeflow history` as a program: answers, exit codes, folders, languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from changeflow.cli.main import run
from tests import valid_repository as valid
from tests.history.exports import CHANGES, mapping_text

PROJECT = Path(__file__).resolve().parents[2]
TEXT = "Number,Title,Start,End\nC1,one,2026-01-05 10:00,2026-01-05 11:00\nC2,two,soon,\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mapping.yaml").write_text(mapping_text(CHANGES), encoding="utf-8")
    (tmp_path / "export.csv").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _answer(capfd: pytest.CaptureFixture[str], name: str, *arguments: str) -> tuple[int, Any]:
    code = run([*arguments, "--format", "json"])
    answer = json.loads(capfd.readouterr().out)
    schema = json.loads((PROJECT / "schemas" / "answers" / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(answer)
    return code, answer


@pytest.mark.usefixtures("here")
def test_an_import_with_rows_left_out_says_so_and_writes_the_others(capfd: pytest.CaptureFixture[str]) -> None:
    code, answer = _answer(capfd, "history-import", "history", "import", "--mapping", "mapping.yaml", "export.csv")
    assert code == 1
    assert (answer["rows"], answer["left_out"], answer["written"], answer["into"]) == (2, 1, True, "history")
    assert answer["tables"] == [{"table": "changes", "added": 1, "changed": 0, "unchanged": 0, "removed": 0, "rows": 1}]
    (finding,) = answer["findings"]
    assert (finding["path"], finding["line"], finding["rule"], finding["data"]["column"]) == ("export.csv", 3, "history-value", "Start")
    code, answer = _answer(capfd, "history", "history", "show")
    assert code == 0
    (table,) = answer["tables"]
    assert table["sources"] == [{"source": "desk", "records": 1, "rows": 1, "from": "2026-01-05T09:00:00Z", "to": "2026-01-05T09:00:00Z"}]
    assert table["unknown"]["outcome"] == 1
    assert "title" not in table["unknown"]


def test_history_lies_in_the_change_repository_or_here(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "export.csv").write_text(TEXT.replace("soon", ""), encoding="utf-8")
    root = valid.write(here / "shop")
    (root / "deeper").mkdir()
    monkeypatch.chdir(root / "deeper")
    assert run(["history", "import", "--mapping", "../../mapping.yaml", "../../export.csv"]) == 0
    assert (root / "history" / "changes.parquet").is_file()
    monkeypatch.chdir(here)
    assert run(["--repo", "shop", "history", "show"]) == 0
    assert run(["history", "show"]) == 3
    assert run(["history", "show", "shop/history"]) == 0


def test_tables_and_mappings_in_the_repository_pass_its_checks(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "export.csv").write_text(TEXT.replace("soon", ""), encoding="utf-8")
    root = valid.write(here / "shop", **{"history/mappings/desk.yaml": mapping_text(CHANGES)})
    assert run(["--repo", "shop", "history", "import", "--mapping", "shop/history/mappings/desk.yaml", "export.csv"]) == 0
    capfd.readouterr()
    assert run(["--repo", str(root), "check"]) == 0, capfd.readouterr().out


def test_people_read_tables_in_their_language(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["history", "import", "--mapping", "mapping.yaml", "export.csv", "--dry-run"]) == 1
    text = capfd.readouterr().out
    assert "export.csv:3:1: error: row 2: `soon` in `Start` fits no format of `dates` [history-value]" in text
    assert "2 rows read, 1 left out; records are in `history`" in text
    assert "Nothing was written (--dry-run)." in text
    assert not (here / "history").exists()
    assert run(["--lang", "zh", "history", "import", "--mapping", "mapping.yaml", "export.csv"]) == 1
    assert "读取了 2 行，略去 1 行" in capfd.readouterr().out
    assert run(["--lang", "zh", "history", "show"]) == 0
    assert "2026-01-05 周一" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["history", "import", "export.csv"], 2),
        (["history", "import", "--mapping", "mapping.yaml"], 2),
        (["history", "import", "--mapping", "none.yaml", "export.csv"], 3),
        (["history", "import", "--mapping", "mapping.yaml", "none.csv"], 3),
        (["history", "import", "--mapping", "export.csv", "export.csv"], 4),
        (["history", "import", "--mapping", "mapping.yaml", "mapping.yaml"], 4),
        (["history", "import", "--mapping", "mapping.yaml", "export.csv", "--into", "export.csv/deeper"], 2),
        (["history", "show", "none"], 3),
    ],
)
def test_what_cannot_be_done_has_its_exit_code_and_writes_nothing(here: Path, arguments: list[str], code: int) -> None:
    before = sorted(here.iterdir())
    assert run(arguments) == code
    assert sorted(here.iterdir()) == before


@pytest.mark.usefixtures("here")
def test_without_the_extra_the_line_that_installs_it_is_shown() -> None:
    code = "import sys; sys.modules['duckdb'] = None; from changeflow.cli.main import run; sys.exit(run(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "history", "import", "--mapping", "mapping.yaml", "export.csv"],
        env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'changeflow[insight]'" in done.stderr


def test_an_import_does_not_wait_for_numpy_and_reads_the_same_in_any_zone(here: Path) -> None:
    code = (
        "import sys; from changeflow.cli.main import run; run(sys.argv[1:]); "
        "sys.stderr.write('numpy' if 'numpy' in sys.modules else 'light')"
    )
    found = []
    for zone in ("Asia/Shanghai", "America/St_Johns"):
        done = subprocess.run(
            [sys.executable, "-c", code, "history", "import", "--mapping", "mapping.yaml", "export.csv", "--into", zone.replace("/", "-")],
            env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stderr == "light"
        found.append((here / zone.replace("/", "-") / "changes.parquet").read_bytes())
    assert found[0] == found[1]


def test_the_tab_key_names_files_behind_the_command_and_its_option() -> None:
    from click.shell_completion import ShellComplete

    from changeflow.cli.main import cli

    complete = ShellComplete(cli, {}, "changeflow", "_CHANGEFLOW_COMPLETE")
    assert [one.type for one in complete.get_completions(["history", "import"], "ex")] == ["file"]
    assert [one.type for one in complete.get_completions(["history", "import", "--into"], "hi")] == ["dir"]
