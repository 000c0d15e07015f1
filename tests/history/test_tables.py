"""The tables of the past on disk: merged by record, equal bytes for equal rows, all files at once or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from changeflow import errors
from changeflow.history import staged_files, tables
from changeflow.history.engine import connected
from changeflow.history.sql_text import TYPES
from changeflow.history.survey import survey
from changeflow.history.tables import NewRows, TableChange
from changeflow.insight.instants import UNKNOWN
from changeflow.insight.records import TABLES, ColumnType
from tests.examples import steps

pytestmark = pytest.mark.once

START = datetime(2026, 3, 29, 0, 59, 59, 123456, UTC)


def _change(number: int, **values: object) -> dict[str, object]:
    return {
        "source": "shop",
        "change": f"C{number:03}",
        "recorded_at": START + timedelta(hours=number),
        **values,
    }


def _bytes(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _touched(folder: Path) -> Mapping[str, tuple[int, int, int]]:
    """What writing a file changes; reading it changes the time of the last look."""
    found = {}
    for path in folder.iterdir():
        facts = path.stat()
        found[path.name] = (facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns)
    return found


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    row = _change(
        1,
        title='it\'s "so"; DROP TABLE changes --',
        traits=("names-ticket", "", "多"),
        files=0,
        cab_required=False,
    )
    tables.write(tmp_path, {"changes": [row]})
    (found,) = tables.read_rows(tmp_path, "changes")
    assert {column: value for column, value in found.items() if value is not None} == row


def test_times_are_instants_whatever_zone_they_come_in(tmp_path: Path) -> None:
    elsewhere = START.astimezone(timezone(timedelta(hours=-3, minutes=-30)))
    tables.write(tmp_path, {"changes": [_change(1, planned_start=elsewhere)]})
    assert tables.read_rows(tmp_path, "changes", ["planned_start"]) == [{"planned_start": START}]
    with pytest.raises(ValueError, match="no zone"):
        tables.write(tmp_path, {"changes": [_change(1, planned_start=START.replace(tzinfo=None))]})


def test_a_record_that_comes_again_replaces_all_of_its_rows_and_no_others(tmp_path: Path) -> None:
    def item(change: int, name: str) -> dict[str, object]:
        return {"source": "shop", "change": f"C{change:03}", "item": name}

    tables.write(tmp_path, {"change_items": [item(1, "db"), item(1, "web"), item(2, "db")]})
    told = tables.write(tmp_path, {"change_items": [item(1, "cache"), item(3, "db")]})
    found = [(row["change"], row["item"]) for row in tables.read_rows(tmp_path, "change_items")]
    assert found == [("C001", "cache"), ("C002", "db"), ("C003", "db")]
    assert told == {"change_items": TableChange(added=1, changed=1, unchanged=0, removed=0, rows=3)}


def test_the_same_id_of_another_source_is_another_record(tmp_path: Path) -> None:
    tables.write(tmp_path, {"changes": [_change(1)]})
    tables.write(tmp_path, {"changes": [{**_change(1), "source": "bank"}]})
    assert len(tables.read_rows(tmp_path, "changes")) == 2


def test_equal_rows_give_equal_bytes_in_any_order_and_any_zone(tmp_path: Path) -> None:
    rows = [_change(number, traits=["a"] if number % 2 else None) for number in range(3_000)]
    tables.write(tmp_path / "one", {"changes": rows})
    code = (
        "import sys; from pathlib import Path; from changeflow.history import tables\n"
        "rows = tables.read_rows(Path(sys.argv[1]), 'changes')\n"
        "tables.write(Path(sys.argv[2]), {'changes': rows[1500:]}); tables.write(Path(sys.argv[2]), {'changes': rows[:1500]})\n"
    )
    for zone in ("Asia/Shanghai", "America/St_Johns"):
        folders = [str(tmp_path / "one"), str(tmp_path / zone.replace("/", "-"))]
        subprocess.run(
            [sys.executable, "-c", code, *folders], env={**os.environ, "TZ": zone}, check=True
        )
        assert _bytes(Path(folders[1])) == _bytes(tmp_path / "one")


def _every_column(number: int, *, known: bool) -> dict[str, object]:
    """Return a change with a value in each column, or in its id alone."""
    values: dict[ColumnType, object] = {
        ColumnType.TEXT: f"text {number % 7}",
        ColumnType.TEXTS: ["a"] * (number % 3),
        ColumnType.NUMBER: number,
        ColumnType.FLAG: number % 2 == 0,
        ColumnType.INSTANT: START + timedelta(hours=number),
    }
    told = {column.name: values[column.type] for column in TABLES["changes"].columns}
    record = {"source": "shop", "change": f"C{number:07}"}
    return (told if known else {}) | record


@pytest.mark.parametrize("number", [1, 3, 500])
def test_equal_rows_give_equal_bytes_whatever_was_there_before(tmp_path: Path, number: int) -> None:
    rows = [_every_column(one, known=True) for one in range(number)]
    tables.write(tmp_path / "once", {"changes": rows})
    tables.write(tmp_path / "replaced", {"changes": [_every_column(0, known=False)]})
    tables.write(tmp_path / "replaced", {"changes": rows[::-1]})
    for row in rows[:20]:
        tables.write(tmp_path / "one by one", {"changes": [row]})
    tables.write(tmp_path / "one by one", {"changes": rows[20:]})
    once = _bytes(tmp_path / "once")
    assert _bytes(tmp_path / "replaced") == once
    assert _bytes(tmp_path / "one by one") == once
    before = _touched(tmp_path / "once")
    tables.write(tmp_path / "once", {"changes": rows[: number // 2 + 1]})
    assert _touched(tmp_path / "once") == before


def test_equal_rows_give_equal_bytes_in_many_threads_and_several_row_groups(tmp_path: Path) -> None:
    for threads, order in ((1, "change"), (2, "hash(change)"), (7, "files, change DESC")):
        with duckdb.connect() as connection:
            connection.execute(f"SET threads = {threads}; SET TimeZone = 'UTC'")
            have = {
                "source": "'shop'",
                "change": "'C' || lpad(i::VARCHAR, 7, '0')",
                "team": "'team ' || hash(i) % 400",
                "traits": "CASE WHEN i % 3 > 0 THEN ['a', 'b'][: i % 3] END",
                "files": "hash(i * 3) % 100",
                "recorded_at": "make_timestamptz((hash(i) % 1000000000000000)::BIGINT)",
            }
            columns = []
            for column in TABLES["changes"].columns:
                said = have.get(column.name, "NULL")
                columns.append(f'({said})::{TYPES[column.type]} AS "{column.name}"')
            connection.execute(
                f"CREATE TABLE rows AS SELECT {', '.join(columns)} FROM range(150000) r(i) ORDER BY {order}"
            )
            connection.execute("CREATE VIEW records AS SELECT source, change FROM rows")
            folder = tmp_path / str(threads)
            tables.merge(connection, folder, lambda: {"changes": NewRows("rows", "records")})
    assert _bytes(tmp_path / "1") == _bytes(tmp_path / "2") == _bytes(tmp_path / "7")


def test_a_file_whose_rows_stay_the_same_is_not_touched(tmp_path: Path) -> None:
    rows = {"changes": [_change(1)], "incidents": [{"source": "shop", "incident": "I1"}]}
    tables.write(tmp_path, rows)
    before = _touched(tmp_path)
    assert tables.write(tmp_path, rows)["changes"] == TableChange(
        added=0, changed=0, unchanged=1, removed=0, rows=1
    )
    assert _touched(tmp_path) == before


def test_times_in_the_file_are_marked_as_utc(tmp_path: Path) -> None:
    tables.write(tmp_path, {"changes": [_change(1)]})
    with duckdb.connect() as plain:
        plain.execute("SET TimeZone = 'Asia/Shanghai'")
        found = plain.execute(
            "SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet(?))",
            [str(tmp_path / "changes.parquet")],
        ).fetchall()
    assert [name for name, _ in found] == [column.name for column in TABLES["changes"].columns]
    assert dict(found)["recorded_at"] == "TIMESTAMP WITH TIME ZONE"


def test_columns_are_arrays_in_which_the_unknown_has_its_own_value(tmp_path: Path) -> None:
    tables.write(
        tmp_path,
        {
            "changes": [
                _change(1, title="one", files=3, cab_required=True, traits=["a"]),
                {"source": "shop", "change": "C002"},
            ]
        },
    )
    found = tables.read_columns(
        tmp_path, "changes", ["recorded_at", "title", "files", "cab_required", "traits"]
    )
    micros = 1_774_745_999_123_456 + 3_600_000_000
    assert {name: array.tolist() for name, array in found.items() if name != "traits"} == {
        "recorded_at": [micros, UNKNOWN], "title": ["one", None], "files": [3, UNKNOWN], "cab_required": [1, -1],
    }  # fmt: skip
    assert [array.dtype.str for array in found.values()] == ["<i8", "|O", "<i8", "|i1", "|O"]
    assert [list(one) if one is not None else None for one in found["traits"]] == [["a"], None]


def test_a_table_without_a_file_has_no_rows_and_a_column_that_is_new_is_unknown(
    tmp_path: Path,
) -> None:
    with duckdb.connect() as plain:
        plain.execute(
            f"COPY (SELECT 'shop' AS source, 'C001' AS change) TO '{tmp_path}/changes.parquet'"
        )
    assert tables.read_rows(tmp_path, "changes", ["change", "title"]) == [
        {"change": "C001", "title": None}
    ]
    assert tables.read_rows(tmp_path, "incidents") == []
    assert tables.read_columns(tmp_path, "incidents", ["opened_at"])["opened_at"].tolist() == []


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"source,change\na,b\n", b"PAR1" + bytes(100) + b"PAR1"]
)
def test_a_file_that_is_no_table_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "changes.parquet").write_bytes(content)
    for attempt in (
        lambda: tables.read_rows(tmp_path, "changes"),
        lambda: tables.write(tmp_path, {"changes": [_change(1)]}),
    ):
        with pytest.raises(errors.Unreadable, match=r"changes\.parquet"):
            attempt()
    assert _bytes(tmp_path) == {"changes.parquet": content}


def test_a_column_of_another_type_is_refused_and_not_converted(tmp_path: Path) -> None:
    with duckdb.connect() as plain:
        plain.execute(
            f"COPY (SELECT 'shop' AS source, 1 AS change) TO '{tmp_path}/changes.parquet'"
        )
    with pytest.raises(errors.Unreadable, match="`change` is `INTEGER`"):
        tables.read_rows(tmp_path, "changes")


def test_a_folder_that_is_not_there_or_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(errors.NothingToDo, match="no history"):
        tables.read_rows(tmp_path / "none", "changes")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(errors.UsageError, match="cannot be written"):
        tables.write(tmp_path / "file" / "deeper", {"changes": [_change(1)]})


def test_a_row_needs_its_record_and_known_columns(tmp_path: Path) -> None:
    for row in ({"source": "shop"}, {**_change(1), "colour": "red"}):
        with pytest.raises(ValueError, match=r"needs source, change|no column colour"):
            tables.write(tmp_path, {"changes": [row]})
    assert not list(tmp_path.iterdir())


def test_the_database_reaches_nothing_but_the_named_places(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    with connected(folders=[tmp_path / "in"]) as connection:
        for statement in (
            f"SELECT * FROM read_csv('{tmp_path}/secret.csv')",
            f"SELECT * FROM read_csv('{tmp_path}/in/../secret.csv')",
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            f"ATTACH '{tmp_path}/other.db'",
            "INSTALL httpfs", "LOAD httpfs", "SET enable_external_access = true", "SET TimeZone = 'Asia/Shanghai'",
            "SELECT * FROM read_csv('https://example.com/a.csv')",
        ):  # fmt: skip
            with pytest.raises(duckdb.Error):
                connection.execute(statement)


def test_names_and_texts_never_become_statements(tmp_path: Path) -> None:
    hostile = tmp_path / "it's; DROP TABLE changes; --"
    tables.write(hostile, {"changes": [_change(1, title="'); DROP VIEW changes; --")]})
    assert tables.read_rows(hostile, "changes", ["title"]) == [
        {"title": "'); DROP VIEW changes; --"}
    ]


# The process is killed just before the step of this number: a file is opened or removed, a folder is made or renamed.
_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from changeflow.history import tables
left = int(sys.argv[1])
def hook(event, arguments):
    global left
    if event in ("open", "os.mkdir", "os.rename", "os.rmdir", "shutil.rmtree", "tempfile.mkdtemp", "os.chmod"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
rows = {
    "changes": [{"source": "shop", "change": "C001", "title": "new"}],
    "change_items": [{"source": "shop", "change": "C001", "item": "new"}],
}
import duckdb, encodings.idna
sys.addaudithook(hook)
tables.write(Path(sys.argv[2]), rows)
"""


def _of_both(folder: Path) -> tuple[object, object]:
    (change,), (item,) = (
        tables.read_rows(folder, "changes"),
        tables.read_rows(folder, "change_items"),
    )
    return change["title"], item["item"]


def test_killed_at_any_moment_either_all_tables_are_new_or_none(tmp_path: Path) -> None:
    seen = set()
    for step in steps(200):
        folder = tmp_path / str(step)
        tables.write(
            folder,
            {
                "changes": [_change(1, title="old")],
                "change_items": [{"source": "shop", "change": "C001", "item": "old"}],
            },
        )
        ended = subprocess.run(
            [sys.executable, "-c", _KILLED, str(step), str(folder)], check=False
        ).returncode
        found = _of_both(folder)
        assert found in (("old", "old"), ("new", "new"))
        seen.add(found)
        # The next writer clears up.
        tables.write(folder, {"changes": [_change(2)]})
        assert _of_both_first(folder) == found
        assert sorted(path.name for path in folder.iterdir()) == [
            "change_items.parquet",
            "changes.parquet",
        ]
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    else:
        pytest.fail("it takes more steps than were tried")
    assert len(seen) == 2
    assert step > 10


def _of_both_first(folder: Path) -> tuple[object, object]:
    return tables.read_rows(folder, "changes")[0]["title"], tables.read_rows(
        folder, "change_items"
    )[0]["item"]


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from changeflow.history import tables\n"
        "for n in range(4): tables.write(Path(sys.argv[1]), {'changes': [{'source': sys.argv[2], 'change': str(n)}]})\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(number)])
        for number in range(4)
    ]
    assert [one.wait() for one in writers] == [0, 0, 0, 0]
    assert len(tables.read_rows(tmp_path, "changes")) == 16


def test_a_reader_that_only_may_read_finds_what_a_killed_writer_had_made_ready(
    tmp_path: Path,
) -> None:
    tables.write(tmp_path, {"changes": [_change(1, title="old")]})
    tables.write(tmp_path / "other", {"changes": [_change(1, title="new")]})
    (tmp_path / "other").rename(tmp_path / staged_files._READY)
    assert tables.read_rows(tmp_path, "changes", ["title"]) == [{"title": "new"}]


def _table_of(folder: Path, select: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "changes.parquet"
    with duckdb.connect() as plain:
        plain.execute("SET TimeZone = 'UTC'")
        plain.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, COMPRESSION uncompressed)")
    return path


def _refused(folder: Path) -> None:
    before = _bytes(folder)
    for attempt in (
        lambda: tables.read_rows(folder, "changes"),
        lambda: tables.read_columns(folder, "changes", ["source", "change", "actual_start"]),
        lambda: survey(folder),
        lambda: tables.write(folder, {"changes": [_change(1)]}),
    ):
        with pytest.raises(errors.Unreadable, match=r"no table of the past|should be"):
            attempt()
    assert _bytes(folder) == before


@pytest.mark.parametrize(
    "select",
    [
        "SELECT 'C1' AS change",
        "SELECT 'shop' AS SOURCE, 'C1' AS change",
        "SELECT NULL::VARCHAR AS source, 'C1' AS change",
        "SELECT 'shop' AS source, unnest(['C1', NULL]) AS change",
        "SELECT 'shop' AS source, 'C1' AS change, TIMESTAMPTZ '290000-01-01' AS actual_start",
        "SELECT 'shop' AS source, 'C1' AS change, TIMESTAMPTZ 'infinity' AS actual_start",
        "SELECT 'shop' AS source, 'C1' AS change, TIMESTAMPTZ '-infinity' AS actual_start",
    ],
)
def test_a_table_of_others_is_refused_where_a_row_is_no_record_or_has_a_time_that_cannot_be(
    tmp_path: Path, select: str
) -> None:
    _table_of(tmp_path, select)
    _refused(tmp_path)


def test_damage_that_only_shows_while_rows_are_read_is_told(tmp_path: Path) -> None:
    path = _table_of(tmp_path, "SELECT 'shop' AS source, 'C-title' AS change")
    path.write_bytes(path.read_bytes().replace(b"C-title", b"C\xff\xfe\xed\xa0le"))
    _refused(tmp_path)


def test_a_file_that_is_a_folder_or_leads_nowhere_is_no_empty_table(tmp_path: Path) -> None:
    (tmp_path / "one" / "changes.parquet").mkdir(parents=True)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "changes.parquet").symlink_to("changes.parquet")
    for folder in ("one", "two"):
        with pytest.raises(errors.Unreadable):
            tables.read_rows(tmp_path / folder, "changes")
        with pytest.raises(errors.Unreadable):
            tables.write(tmp_path / folder, {"changes": [_change(1)]})


@pytest.mark.parametrize("called", ["a*", "a?", "[ab]b", "**"])
def test_a_folder_whose_name_looks_like_a_pattern_is_that_folder_alone(
    tmp_path: Path, called: str
) -> None:
    tables.write(tmp_path / "ab", {"changes": [_change(1)]})
    tables.write(tmp_path / called, {"changes": [_change(2)]})
    tables.write(tmp_path / called, {"changes": [_change(3)]})
    found = tables.read_rows(tmp_path / called, "changes", ["change"])
    assert [row["change"] for row in found] == ["C002", "C003"]
    assert len(tables.read_rows(tmp_path / "ab", "changes")) == 1


def test_a_link_in_the_place_of_what_a_writer_left_moves_no_files_of_others(tmp_path: Path) -> None:
    tables.write(tmp_path / "history", {"changes": [_change(1)]})
    tables.write(tmp_path / "others", {"changes": [_change(2)]})
    (tmp_path / "history" / ".ready").symlink_to(tmp_path / "others")
    (row,) = tables.read_rows(tmp_path / "history", "changes", ["change"])
    assert row["change"] == "C001"
    with pytest.raises(errors.UsageError, match="cannot be written"):
        tables.write(tmp_path / "history", {"changes": [_change(3)]})
    assert len(tables.read_rows(tmp_path / "others", "changes")) == 1


def test_a_disk_that_fails_while_tables_are_written_is_no_damage_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables.write(tmp_path, {"changes": [_change(1)]})
    before = _bytes(tmp_path)
    monkeypatch.setattr(tables, "file_name", lambda table: f"{table.name}/no/such.parquet")
    with pytest.raises(errors.UsageError, match="cannot be written"):
        tables.write(tmp_path, {"changes": [_change(2)]})
    assert _bytes(tmp_path) == before
