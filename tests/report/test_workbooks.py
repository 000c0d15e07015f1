"""Lists as workbooks, opened again with another library than the one that wrote them."""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from changeflow import errors
from changeflow.cli.main import run
from changeflow.insight.period import Period
from changeflow.model.answers.report import Paper
from changeflow.reading.paper_head import paper_head
from changeflow.render.list_table import Cell, ListTable
from changeflow.render.presentation import Presentation
from changeflow.render.workbook import LONGEST_CELL, MOST_ROWS, sheet_name, workbook
from tests.register.office import CHANGE, Office
from tests.report.papers import DUTIES, busy_office

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 5, 10, tzinfo=UTC)
LISTS = ("register", "emergencies", "improvements", "kpi")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return busy_office(tmp_path_factory.mktemp("workbooks") / "shop")


def shown(*parts: int) -> datetime:
    """What a cell holds: a time by some clock, without its zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[arg-type,misc]


def head() -> Paper:
    return Paper.model_validate({**paper_head("Bank 示例", Period(None, None, SHANGHAI), NOW), "kind": "any"})


def written(*rows: tuple[Cell, ...], title: str = "List", times: frozenset[int] = frozenset(), language: str = "en") -> Any:
    headings = tuple(f"column {number}" for number in range(len(rows[0]) if rows else 1))
    to = Presentation(language, SHANGHAI)  # type: ignore[arg-type]
    data = workbook("Paper", head(), [ListTable(title, headings, tuple(rows), times)], to)
    return openpyxl.load_workbook(io.BytesIO(data))


def test_every_list_is_a_workbook_with_its_head_in_both_languages(office: Office) -> None:
    for language in ("en", "zh"):
        for paper in LISTS:
            file = office.root.parent / f"{paper}.{language}.xlsx"
            office.done("--lang", language, "report", paper, "--now", DUTIES, "--format", "xlsx", "--out", str(file))
            first, *lists = openpyxl.load_workbook(file)
            told = [cell for row in first.iter_rows(values_only=True) for cell in row if cell]
            assert "Example Bank 示例银行" in told
            assert office.git("rev-parse", "main") in told
            for sheet in lists:
                assert sheet.freeze_panes == "B2"
                assert sheet.max_row > 1


def test_times_are_times_of_the_zone_that_the_heading_names(office: Office) -> None:
    file = office.root.parent / "times.xlsx"
    office.done("--lang", "zh", "report", "register", "--now", DUTIES, "--format", "xlsx", "--out", str(file))
    sheet = openpyxl.load_workbook(file).worksheets[1]
    headings, *rows = sheet.iter_rows(values_only=True)
    row = dict(zip(headings, next(row for row in rows if row[0] == CHANGE), strict=True))
    assert row["计划开始（Asia/Shanghai）"] == shown(2026, 11, 25, 22, 0)
    assert row["风险分"] == 31
    assert row["评审日期"] == shown(2026, 11, 26)
    assert row["是否补录"] == "否"


def test_equal_papers_are_equal_bytes(office: Office) -> None:
    files = [office.root.parent / name for name in ("one.xlsx", "two.xlsx")]
    for file in files:
        office.done("report", "register", "--now", DUTIES, "--format", "xlsx", "--out", str(file))
    assert files[0].read_bytes() == files[1].read_bytes()
    with zipfile.ZipFile(files[0]) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(1980, 1, 1)}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "=cmd|' /C calc'!A0", "https://example.org", "12", "\t=1"])
def test_no_text_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    cell = written((text,)).worksheets[1]["A2"]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\t", " ")
    assert cell.hyperlink is None


def test_a_text_that_begins_like_a_formula_stays_text_when_it_is_edited() -> None:
    sheet = written(("=1+1",), ("plain",)).worksheets[1]
    assert sheet["A2"].quotePrefix
    assert not sheet["A3"].quotePrefix


def test_numbers_days_and_flags_have_their_types() -> None:
    row = (7, 2.5, True, date(2026, 2, 28), None, -3, datetime(2026, 10, 1, 20, tzinfo=UTC), date(1899, 1, 1))
    cells = [cell.value for cell in written(row).worksheets[1][2]]
    assert cells == [7, 2.5, "yes", shown(2026, 2, 28), None, -3, shown(2026, 10, 2, 4), "1899-01-01"]


@pytest.mark.parametrize(("title", "name"), [
    ("a/b\\c?*[d]:e", "a b c   d  e"),
    ("'quoted'", "quoted"),
    ("", "-"),
    ("History", "History 2"),
    ("x" * 40, "x" * 31),
    ("变更" * 20, ("变更" * 20)[:31]),
    ("🚀" * 20, "🚀" * 15),
])
def test_a_sheet_is_named_as_the_format_allows_it(title: str, name: str) -> None:
    assert sheet_name(title, ()) == name
    assert written(("x",), title=title).worksheets[1].title == name


def test_sheets_of_one_title_have_names_of_their_own() -> None:
    assert sheet_name("list", ("List",)) == "list 2"
    assert sheet_name("y" * 31, ("y" * 31,)) == "y" * 29 + " 2"


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    for text in ("a" * 40_000, "变" * 40_000, "🚀" * 20_000):
        value = written((text,)).worksheets[1]["A2"].value
        assert len(value.encode("utf-16-le")) // 2 <= LONGEST_CELL
        assert value.endswith(f"[cut here: {len(text)} characters in all]")
    assert written(("a" * LONGEST_CELL,)).worksheets[1]["A2"].value == "a" * LONGEST_CELL


def test_control_characters_are_spelt_out_and_harm_no_file() -> None:
    value = written(("a\x00b\x1bc\u202ed\ufffee_x0041_",)).worksheets[1]["A2"].value
    assert value.startswith("a\\u0000b\\u001bc\\u202ed")
    assert value.endswith("_x0041_")
    assert written(("one\ntwo",)).worksheets[1]["A2"].value == "one\ntwo"


def test_a_list_that_no_sheet_holds_is_refused_and_the_way_out_is_told() -> None:
    table = ListTable("List", ("a",), (("x",),) * MOST_ROWS)
    with pytest.raises(errors.UsageError, match="1048575") as raised:
        workbook("Paper", head(), [table], Presentation())
    assert "csv" in (raised.value.hint or "")


def test_columns_are_as_wide_as_chinese_needs() -> None:
    wide = written(("变更管理数据库升级",), title="x").worksheets[1].column_dimensions["A"].width
    narrow = written(("database u",), title="x").worksheets[1].column_dimensions["A"].width
    assert wide > narrow + 6


def test_a_file_is_replaced_whole_or_not_at_all(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text("before", encoding="utf-8")
    office.done("report", "register", "--now", DUTIES, "--format", "csv", "--bom", "--out", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbfChange,")
    assert [path.name for path in tmp_path.iterdir()] == ["register.csv"]
    said = office.say("report", "register", "--now", DUTIES, "--out", str(tmp_path / "none" / "x.txt"))
    assert said.code == errors.HOST_FAILED
    assert "none" in said.err


def test_a_byte_order_mark_belongs_to_csv_alone(office: Office, tmp_path: Path) -> None:
    said = office.say("report", "register", "--now", DUTIES, "--format", "xlsx", "--bom", "--out", str(tmp_path / "x.xlsx"))
    assert said.code == errors.USAGE
    assert not (tmp_path / "x.xlsx").exists()


def test_a_terminal_is_shown_no_workbook(office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.root)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(("report", "register", "--now", DUTIES, "--format", "xlsx")) == errors.USAGE
    told = capsys.readouterr()
    assert "--out FILE" in told.err
    assert not told.out
