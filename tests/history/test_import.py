"""Exports become rows: what is read, what is a finding, and that nothing is guessed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from changeflow.history import export_text, read_export
from tests.history.exports import (
    CHANGES,
    INCIDENTS,
    mapping_text,
    rows,
    run,
    said,
    utc,
    with_columns,
    with_file,
)

HEAD = "Number,Title,Start,End\n"
ONE = "C1,one,2026-01-05 10:00,2026-01-05 11:00\n"


# -- times and zones


def test_local_times_become_instants_by_the_zone_of_the_mapping(tmp_path: Path) -> None:
    run(tmp_path, CHANGES, HEAD + ONE + "C2,two,2026-07-05 10:00,\n")
    assert rows(tmp_path, "changes", "actual_start") == [
        utc("2026-01-05T09:00"),
        utc("2026-07-05T08:00"),
    ]


@pytest.mark.parametrize(("fold", "hour"), [("earlier", 0), ("later", 1)])
def test_a_time_that_the_clock_shows_twice_is_what_the_mapping_says(
    tmp_path: Path, fold: str, hour: int
) -> None:
    run(tmp_path, with_file(CHANGES, fold=fold), HEAD + "C1,one,2026-10-25 02:30,\n")
    assert rows(tmp_path, "changes", "actual_start") == [utc(f"2026-10-25T0{hour}:30")]


def test_many_rows_with_one_slip_do_not_hide_a_rarer_one(tmp_path: Path) -> None:
    many = "".join(f"C{number},late,tomorrow,\n" for number in range(80))
    told = run(tmp_path, CHANGES, HEAD + many + "C90,other,2026-01-05 10:00,never\n" + many.replace("C", "D"))
    assert told.imported.findings[1].data["value"] == "never"
    assert told.imported.findings[-1].rule == "history-more"
    assert told.imported.findings[-1].data["count"] == 161 - 50


def test_a_time_that_stands_twice_or_not_at_all_is_a_finding_and_its_row_is_left_out(
    tmp_path: Path,
) -> None:
    told = run(
        tmp_path,
        CHANGES,
        HEAD
        + "C1,twice,2026-10-25 02:30,\n"
        + "C2,never,2026-03-29 02:30,\n"
        + ONE.replace("C1", "C3"),
    )
    assert said(told) == [
        ("history-value:fold", 2, "2026-10-25 02:30"),
        ("history-value:gap", 3, "2026-03-29 02:30"),
    ]
    assert rows(tmp_path, "changes", "change") == ["C3"]
    assert (told.imported.rows, told.imported.left_out) == (3, 2)


def test_the_first_format_that_fits_counts_and_others_are_findings(tmp_path: Path) -> None:
    spec = with_file(CHANGES, dates=["%d.%m.%Y %H:%M", "%d.%m.%Y", "epoch", "iso"], zone="UTC")
    text = (
        HEAD
        + "C1,a,05.01.2026 10:00,05.01.2026\nC2,b,1767607200,2026-01-05T10:00:00+02:00\nC3,c,31.02.2026,\nC4,d,yesterday,\nC5,e,9999-12-31,\n"
    )
    told = run(tmp_path, spec, text)
    assert rows(tmp_path, "changes", "actual_start", "actual_end") == [
        (utc("2026-01-05T10:00"), utc("2026-01-05T00:00")), (utc("2026-01-05T10:00"), utc("2026-01-05T08:00")),
    ]  # fmt: skip
    assert said(told) == [
        ("history-value:time", 4, "31.02.2026"), ("history-value:time", 5, "yesterday"), ("history-value:year", 6, "9999-12-31"),
    ]  # fmt: skip


def test_a_time_without_an_offset_needs_a_zone(tmp_path: Path) -> None:
    spec = {**CHANGES, "file": {"format": "csv", "dates": ["iso"]}}
    told = run(
        tmp_path, spec, HEAD + "C1,a,2026-01-05T10:00,\nC2,b,2026-01-05T10:00Z,\nC3,c,2026-01-05,\n"
    )
    assert said(told) == [
        ("history-value:no_zone", 2, "2026-01-05T10:00"),
        ("history-value:no_zone", 4, "2026-01-05"),
    ]
    assert rows(tmp_path, "changes", "change", "actual_start") == [("C2", utc("2026-01-05T10:00"))]


# -- values


def test_a_value_that_is_not_in_the_map_is_a_finding(tmp_path: Path) -> None:
    spec = with_columns(
        CHANGES, declared_risk={"column": "Title", "values": {"1": "high", "2": "low"}}
    )
    told = run(tmp_path, spec, HEAD + "C1,1,,\nC2,3,,\nC3,,,\n")
    assert said(told) == [("history-value:unmapped", 3, "3")]
    assert rows(tmp_path, "changes", "change", "declared_risk") == [("C1", "high"), ("C3", None)]


@pytest.mark.parametrize(
    ("otherwise", "found"), [("nothing", ["low", None]), ("same", ["low", "high"])]
)
def test_what_is_not_in_the_map_may_be_nothing_or_stay(
    tmp_path: Path, otherwise: str, found: list[str]
) -> None:
    spec = with_columns(
        CHANGES, declared_risk={"column": "Title", "values": {"2": "low"}, "otherwise": otherwise}
    )
    run(tmp_path, spec, HEAD + "C1,2,,\nC2,high,,\n")
    assert rows(tmp_path, "changes", "declared_risk") == found


def test_a_word_that_the_column_does_not_know_is_a_finding(tmp_path: Path) -> None:
    told = run(
        tmp_path, with_columns(CHANGES, outcome="Title"), HEAD + "C1,implemented,,\nC2,Success,,\n"
    )
    assert said(told) == [("history-value:word", 3, "Success")]


def test_patterns_may_take_a_part_of_a_text(tmp_path: Path) -> None:
    read = {
        "column": "Title",
        "patterns": [{"match": "^draft", "value": ""}, {"match": r"#(\d+)", "value": r"PR-\1"}],
        "otherwise": "nothing",
    }
    run(
        tmp_path,
        with_columns(CHANGES, model=read),
        HEAD + "C1,merge #12 of x,,\nC2,draft #13,,\nC3,none,,\n",
    )
    assert rows(tmp_path, "changes", "model") == ["PR-12", None, None]


def test_alternatives_are_asked_in_their_order(tmp_path: Path) -> None:
    read = {
        "first": [
            {"column": "End", "values": {"Y": "emergency"}, "nothing": ["N"]},
            {"column": "Title", "values": {"std": "standard"}},
            {"constant": "normal"},
        ]
    }
    spec = {**CHANGES, "columns": {"change": "Number", "type": read}}
    told = run(tmp_path, spec, HEAD + "C1,odd,,Y\nC2,std,,N\nC3,,,N\nC4,odd,,N\nC5,,,maybe\n")
    assert rows(tmp_path, "changes", "type") == ["emergency", "standard", "normal"]
    assert said(told) == [
        ("history-value:unmapped", 5, "odd"),
        ("history-value:unmapped", 6, "maybe"),
    ]


def test_numbers_have_the_separators_of_their_country(tmp_path: Path) -> None:
    spec = with_file(
        with_columns(CHANGES, files="Title", lines_added={"column": "Start", "times": 60}),
        decimal=",",
        thousands=".",
        delimiter=";",
    )
    spec = {
        **spec,
        "columns": {
            one: read
            for one, read in spec["columns"].items()
            if one in ("change", "files", "lines_added")
        },
    }
    told = run(
        tmp_path, spec, "Number;Title;Start\nC1;1.234;0,5\nC2;1,5;1\nC3;12a;1\nC4;-3;\nC5;1e3;\n"
    )
    assert rows(tmp_path, "changes", "change", "files", "lines_added") == [
        ("C1", 1234, 30),
        ("C4", -3, None),
    ]
    assert said(told) == [
        ("history-value:number", line, value)
        for line, value in ((3, "1,5"), (4, "12a"), (6, "1e3"))
    ]


def test_digits_and_marks_in_full_width_are_those_of_ascii(tmp_path: Path) -> None:
    spec = with_file(
        with_columns(CHANGES, files="Title"),
        dates=["%Y/%m/%d %H:%M", "%Y年%m月%d日", "%Y.%m.%d %H：%M"],
        zone="Asia/Shanghai",
        thousands="，",
    )
    text = (
        "Number,Title,Start,End\nC1,１０３,２０２６／３／５　１４：０５,２０２６年３月５日\n"
        "C2,－２，０００,2026/3/5 14:05,2026.3.5 14：05\nC3,三十,2026/3/5 14:05,\n"
    )
    told = run(tmp_path, spec, text)
    start, day = utc("2026-03-05T06:05"), utc("2026-03-04T16:00")
    assert rows(tmp_path, "changes", "files", "actual_start", "actual_end") == [
        (103, start, day),
        (-2000, start, start),
    ]
    assert said(told) == [("history-value:number", 4, "三十")]


def test_flags_are_read_in_words_and_others_are_findings(tmp_path: Path) -> None:
    told = run(
        tmp_path,
        with_columns(CHANGES, cab_required="Title"),
        HEAD + "C1,Yes,,\nC2,0,,\nC3,,,\nC4,perhaps,,\n",
    )
    assert rows(tmp_path, "changes", "cab_required") == [True, False, None]
    assert said(told) == [("history-value:flag", 5, "perhaps")]


def test_placeholders_stand_for_nothing(tmp_path: Path) -> None:
    run(
        tmp_path,
        with_file(CHANGES, nothing=["#N/B", "-"]),
        HEAD + "C1, #N/B ,-,\nC2,\u00a0two\t,,\n",
    )
    assert rows(tmp_path, "changes", "title", "actual_start") == [(None, None), ("two", None)]


def test_traits_come_from_columns_words_and_lists(tmp_path: Path) -> None:
    traits = [
        {"trait": "names-ticket", "column": "Start", "values": ["True"]},
        {"trait": "disables", "column": "Title", "match": "(?i)disable"},
        {"column": "End", "split": "|"},
    ]
    spec = {**CHANGES, "columns": {"change": "Number"}, "traits": traits}
    run(tmp_path, spec, HEAD + "C1,Disable it,True,b| a|b\nC2,other,False,\n")
    assert rows(tmp_path, "changes", "traits") == [("a", "b", "disables", "names-ticket"), ()]


# -- several rows, items


ITEMS: Any = {
    **CHANGES,
    "columns": {"change": "Number", "title": "Title"},
    "items": {"item": "CI", "item_type": "Type"},
}


def test_several_rows_of_a_change_are_one_change_with_its_items(tmp_path: Path) -> None:
    run(
        tmp_path,
        ITEMS,
        "Number,Title,CI,Type\nC1,one,db,database\nC1,one,web,server\nC1,one,db,database\nC2,two,,\n",
    )
    assert rows(tmp_path, "changes", "change", "title") == [("C1", "one"), ("C2", "two")]
    assert rows(tmp_path, "change_items", "change", "item", "item_type") == [
        ("C1", "db", "database"),
        ("C1", "web", "server"),
    ]


def test_what_rows_of_a_change_say_differently_is_a_finding_and_unknown_or_the_first(
    tmp_path: Path,
) -> None:
    text = "Number,Title,CI,Type\nC1,one,db,\nC1,other,web,\nC2,,db,\nC2,two,web,\n"
    told = run(tmp_path, ITEMS, text)
    assert rows(tmp_path, "changes", "title") == [None, "two"]
    assert said(told) == [("history-differs:unknown", 2, "C1")]
    assert told.imported.left_out == 0
    told = run(tmp_path, {**ITEMS, "several_rows": "first"}, text)
    assert rows(tmp_path, "changes", "title") == ["one", None]
    assert said(told) == [("history-differs:first", 2, "C1")]


def test_rows_of_a_change_may_lie_in_several_files(tmp_path: Path) -> None:
    told = run(
        tmp_path, ITEMS, "Number,Title,CI,Type\nC1,one,db,\n", "Number,Title,CI,Type\nC1,two,web,\n"
    )
    assert said(told) == [("history-differs:unknown", 2, "C1")]
    assert told.imported.findings[0].path == "0.csv"
    assert rows(tmp_path, "change_items", "item") == ["db", "web"]


def test_items_in_one_cell_are_split(tmp_path: Path) -> None:
    spec = {**ITEMS, "items": {"item": {"column": "CI", "split": ","}}}
    run(tmp_path, spec, 'Number,Title,CI\nC1,one,"db, web,,db"\n')
    assert rows(tmp_path, "change_items", "item") == ["db", "web"]


def test_items_may_come_from_a_file_of_their_own_and_stay_when_changes_come_again(
    tmp_path: Path,
) -> None:
    run(tmp_path, CHANGES, HEAD + ONE)
    items = {
        "table": "change_items",
        "source": "desk",
        "file": {"format": "csv"},
        "columns": {
            "change": "Task",
            "item": "CI",
            "outage_seconds": {"column": "Min", "times": 60},
        },
    }
    told = run(tmp_path, items, "Task,CI,Min\nC1,db,5\nC1,,5\n")
    assert said(told) == [("history-row:record", 3, "")]
    run(tmp_path, CHANGES, HEAD + ONE)
    assert rows(tmp_path, "change_items", "change", "item", "outage_seconds") == [("C1", "db", 300)]


def test_columns_of_one_name_are_a_list_or_must_agree(tmp_path: Path) -> None:
    spec = {
        **CHANGES,
        "columns": {"change": "Number", "title": "Name", "traits": "x"},
        "traits": [{"column": "Label"}],
    }
    spec["columns"].pop("traits")
    told = run(tmp_path, spec, "Number,Label,Name,Label,Name\nC1,a,n,b,n\nC2,,n,,m\nC3,,,c,z\n")
    assert rows(tmp_path, "changes", "change", "title", "traits") == [
        ("C1", "n", ("a", "b")),
        ("C3", "z", ("c",)),
    ]
    assert said(told) == [("history-value:several", 3, "")]


# -- records again


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_importing_again_changes_nothing_not_even_bytes(tmp_path: Path) -> None:
    first = run(tmp_path, ITEMS, "Number,Title,CI,Type\nC1,one,db,\nC2,two,web,\n")
    before = {path.name: path.read_bytes() for path in (tmp_path / "history").iterdir()}
    again = run(tmp_path, ITEMS, "Number,Title,CI,Type\nC1,one,db,\nC2,two,web,\n")
    assert (first.written, again.written) == (True, False)
    assert [change.unchanged for change in again.imported.tables.values()] == [2, 2]
    assert {path.name: path.read_bytes() for path in (tmp_path / "history").iterdir()} == before


def test_a_change_that_comes_again_replaces_its_rows_and_loses_items_that_are_gone(
    tmp_path: Path,
) -> None:
    run(tmp_path, ITEMS, "Number,Title,CI,Type\nC1,one,db,\nC1,one,web,\nC2,two,db,\n")
    told = run(tmp_path, ITEMS, "Number,Title,CI,Type\nC1,new,,\nC3,three,db,\n")
    assert rows(tmp_path, "changes", "change", "title") == [
        ("C1", "new"),
        ("C2", "two"),
        ("C3", "three"),
    ]
    assert rows(tmp_path, "change_items", "change") == ["C2", "C3"]
    assert told.imported.tables["changes"][:4] == (1, 1, 0, 0)
    assert told.imported.tables["change_items"][:4] == (1, 0, 0, 1)


def test_a_dry_run_says_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    run(tmp_path, CHANGES, HEAD + ONE)
    before = _files(tmp_path / "history")
    told = run(tmp_path, CHANGES, HEAD + ONE.replace("one", "other") + "C2,two,,\n", write=False)
    assert told.imported.tables["changes"][:4] == (1, 1, 0, 0)
    assert not told.written
    assert _files(tmp_path / "history") == before
    told = run(tmp_path, CHANGES, HEAD + ONE, write=False, into="elsewhere")
    assert told.imported.tables["changes"].added == 1
    assert not (tmp_path / "elsewhere").exists()


# -- links and reverts


def test_a_link_that_times_contradict_is_a_finding_and_becomes_related_in_either_order(
    tmp_path: Path,
) -> None:
    changes = HEAD + "C1,a,2026-01-05 10:00,2026-01-05 11:00\n"
    incidents = (
        "Number,Opened,CI,Caused by,Fixed by\n"
        "I1,2026-01-05T09:30:00Z,db,C1,\n"  # during: may be
        "I2,2026-01-05T08:59:59Z,db,C1,\n"  # before it began
        "I3,2026-01-05T09:30:00Z,db,,C1\n"  # during: may be
        "I4,2026-01-05T10:00:01Z,db,,C1\n"  # after it had ended
        "I5,2026-01-05T10:00:01Z,db,C9,\n"  # a change that is not known
    )
    links = [
        ("I1", "caused_by"),
        ("I2", "related"),
        ("I3", "fixes"),
        ("I4", "related"),
        ("I5", "caused_by"),
    ]
    findings = [("history-link:caused_by", 0, "I2"), ("history-link:fixes", 0, "I4")]
    run(tmp_path / "a", CHANGES, changes)
    assert said(run(tmp_path / "a", INCIDENTS, incidents)) == findings
    run(tmp_path / "b", INCIDENTS, incidents)
    assert said(run(tmp_path / "b", CHANGES, changes)) == findings
    for folder in (tmp_path / "a", tmp_path / "b"):
        assert rows(folder, "incidents", "incident", "link") == links
    again = run(tmp_path / "a", INCIDENTS, incidents)
    assert not again.written


def test_an_incident_has_each_of_its_items_with_each_of_its_changes(tmp_path: Path) -> None:
    spec = {
        **INCIDENTS,
        "columns": {
            **INCIDENTS["columns"],
            "item": {"column": "CI", "split": " "},
            "cause_item": "Cause",
        },
    }
    run(
        tmp_path,
        spec,
        "Number,Opened,CI,Caused by,Fixed by,Cause\nI1,,db web,C1,C2,lb\nI2,,,,,lb\n",
    )
    assert rows(tmp_path, "incidents", "incident", "item", "cause_item", "change", "link") == [
        ("I1", "db", "lb", "C1", "caused_by"), ("I1", "db", "lb", "C2", "fixes"),
        ("I1", "web", "lb", "C1", "caused_by"), ("I1", "web", "lb", "C2", "fixes"), ("I2", None, "lb", None, None),
    ]  # fmt: skip


def test_a_revert_is_noted_at_the_change_that_it_undoes_in_either_order(tmp_path: Path) -> None:
    spec = {
        **CHANGES,
        "reverts": {
            "column": "Title",
            "patterns": [{"match": r"Revert (C\d+)", "value": r"\1"}],
            "otherwise": "nothing",
        },
    }
    undone, revert = (
        "C1,a,2026-01-05 10:00,2026-01-05 11:00\n",
        "C2,Revert C1,2026-01-06 10:00,2026-01-06 11:00\n",
    )
    run(tmp_path / "a", spec, HEAD + undone + revert)
    run(tmp_path / "b", spec, HEAD + undone)
    run(tmp_path / "b", spec, HEAD + revert)
    run(tmp_path / "c", spec, HEAD + revert)
    run(tmp_path / "c", spec, HEAD + undone + revert)
    for folder in (tmp_path / "a", tmp_path / "b", tmp_path / "c"):
        assert rows(folder, "changes", "change", "reverted_by", "reverted_at") == [
            ("C1", "C2", utc("2026-01-06T10:00")), ("C2", None, None),
        ]  # fmt: skip
    assert not run(tmp_path / "b", spec, HEAD + undone).written


# -- files


def test_rows_that_cannot_be_read_are_findings_with_their_lines_and_the_others_are_imported(
    tmp_path: Path,
) -> None:
    text = (
        HEAD.encode()
        + b"C1,one,,\n"
        + b"\n"
        + b'C2,"two\nlines",,\n'
        + b"C3,three\n"
        + b"C4,four,,,,\n"
        + b"C5,f\xfcnf,,\n"
        + b"C6,s\0x,,\n"
        + b",no number,,\n"
        + b'C8,"never closed,,\n'
        + b"C9,nine,,\n"
    )
    told = run(tmp_path, CHANGES, text)
    assert rows(tmp_path, "changes", "change", "title") == [
        ("C1", "one"),
        ("C2", "two\nlines"),
        ("C9", "nine"),
    ]
    assert [finding[:2] for finding in said(told)] == [
        ("history-row:cells", 6), ("history-row:cells", 7), ("history-row:encoding", 8), ("history-row:nul", 9),
        ("history-row:quote", 11), ("history-row:record", 10),
    ]  # fmt: skip
    assert (told.imported.rows, told.imported.left_out) == (9, 6)


def test_the_lines_of_findings_are_those_of_the_file(tmp_path: Path) -> None:
    told = run(
        tmp_path,
        with_file(CHANGES, skip_lines=2),
        "Export of today\n,,,\n" + HEAD + '\nC1,"a\nb\nc",,\nC2,two,soon,\n',
    )
    assert said(told) == [("history-value:time", 8, "soon")]


@pytest.mark.parametrize(
    "encoding", ["cp1252", "utf-16", "utf-8-sig", "iso8859-15", "shift_jis", "gb18030"]
)
def test_encodings_are_read_also_those_that_the_database_does_not_know(
    tmp_path: Path, encoding: str
) -> None:
    title = "日本" if encoding in ("shift_jis", "gb18030") else "Größe"
    run(
        tmp_path, with_file(CHANGES, encoding=encoding), (HEAD + f"C1,{title},,\n").encode(encoding)
    )
    assert rows(tmp_path, "changes", "title") == [title]


def test_a_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreadable, match="encoding `utf-16-le`"):
        run(tmp_path, with_file(CHANGES, encoding="utf-16"), b"\xff\xfe\x00\xd8\x00\xd8")


def test_a_byte_order_mark_counts_more_than_the_mapping(tmp_path: Path) -> None:
    run(tmp_path, CHANGES, (HEAD + "C1,ü,,\n").encode("utf-16"))
    assert rows(tmp_path, "changes", "title") == ["ü"]


def test_line_ends_of_any_system_and_other_quotes_are_read(tmp_path: Path) -> None:
    spec = with_file(CHANGES, delimiter="|", quote="'")
    run(tmp_path, spec, "Number|Title|Start|End\r\nC1|'it''s | one'||\r\nC2|two||")
    assert rows(tmp_path, "changes", "title") == ["it's | one", "two"]


def test_gzip_is_read_and_damage_is_said(tmp_path: Path) -> None:
    whole = gzip.compress((HEAD + ONE).encode())
    run(tmp_path, CHANGES, whole)
    assert rows(tmp_path, "changes", "change") == ["C1"]
    for broken in (whole[:-10], whole[:20] + b"xxxx" + whole[24:]):
        with pytest.raises(errors.Unreadable, match="damaged"):
            run(tmp_path, CHANGES, broken)
    with pytest.raises(errors.Unreadable, match="workbook"):
        run(tmp_path, CHANGES, b"PK\x03\x04" + b"[Content_Types].xml")


def test_a_file_that_is_too_large_is_refused_also_when_it_is_compressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_text, "MOST_BYTES", 3_000_000)
    large = (HEAD + ONE * 100_000).encode()
    for export in (large, gzip.compress(large)):
        with pytest.raises(errors.Unreadable, match="more than 3000000 bytes"):
            run(tmp_path, CHANGES, export)
    assert not (tmp_path / "history").exists()


@pytest.mark.parametrize(
    ("text", "said_"),
    [
        ("", "names of the columns"),
        ("\n\n", "names of the columns"),
        ('"never', "names of the columns"),
        ("Nr,Title,Start,End\n", "no column `Number`"),
    ],
)
def test_an_export_that_does_not_fit_the_mapping_is_refused_as_a_whole(
    tmp_path: Path, text: str, said_: str
) -> None:
    with pytest.raises(errors.Unreadable, match=said_):
        run(tmp_path, CHANGES, HEAD + ONE, text)
    assert not (tmp_path / "history").exists()


def test_a_column_may_be_missing_where_the_mapping_says_so(tmp_path: Path) -> None:
    spec = {
        **CHANGES,
        "columns": {"change": "Number", "title": {"column": "Title", "optional": True}},
        "items": {"item": {"column": "CI", "optional": True}},
    }
    run(tmp_path, spec, "Number\nC1\n")
    assert rows(tmp_path, "changes", "change", "title") == [("C1", None)]


def test_an_export_that_is_not_there_or_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(errors.NothingToDo, match="does not exist"):
        run(tmp_path, CHANGES, tmp_path / "none.csv")
    with pytest.raises(errors.UsageError, match="cannot be read"):
        run(tmp_path, CHANGES, tmp_path)


def test_names_and_values_that_look_like_sql_are_names_and_values(tmp_path: Path) -> None:
    column = "x\"); DROP TABLE export_rows; --'"
    value = "'); COPY (SELECT 1) TO '/tmp/owned'; --"
    spec = {
        **CHANGES, "source": "it's \"so\"; --", "columns": {"change": column, "title": {"column": "T'", "values": {value: "'ok\""}, "otherwise": "same"}},
        "traits": [{"trait": "a", "column": "T'", "match": "['\"]"}], "items": {"item": {"column": column, "split": "'"}},
    }  # fmt: skip
    named = tmp_path / "*'; x?.csv"
    named.write_text(
        '"x""); DROP TABLE export_rows; --\'","T\'"\nC1,"' + value + '"\n', encoding="utf-8"
    )
    run(tmp_path, spec, named)
    assert rows(tmp_path, "changes", "source", "change", "title", "traits") == [
        ('it\'s "so"; --', "C1", "'ok\"", ("a",))
    ]


def test_many_findings_are_counted_and_the_first_are_told(tmp_path: Path) -> None:
    told = run(tmp_path, CHANGES, HEAD + "".join(f"C{number},x,soon,\n" for number in range(200)))
    assert told.imported.left_out == 200
    assert len(told.imported.findings) == 51
    assert dict(told.imported.findings[-1].data or {}) == {"count": 150, "of": "history-value"}


# -- JSON


PULLS: Any = {
    "table": "changes", "source": "github", "file": {"format": "json"},
    "columns": {"change": "/number", "title": "/title", "team": "/user/login", "actual_end": "/merged_at", "files": "/changed_files"},
    "items": {"item": "/labels/*/name"},
}  # fmt: skip
PULL = {
    "number": 7,
    "title": "x",
    "user": {"login": "ann"},
    "merged_at": "2026-01-05T10:00:00Z",
    "changed_files": 3,
    "labels": [{"name": "db"}, {"name": "web"}],
}


@pytest.mark.parametrize("shape", ["list", "pages", "documents", "each", "each of pages"])
def test_json_is_read_in_the_shapes_in_which_programs_write_it(tmp_path: Path, shape: str) -> None:
    other = {**PULL, "number": 8, "labels": []}
    text = {
        "list": json.dumps([PULL, other]), "pages": json.dumps([[PULL], [other]]), "documents": json.dumps([PULL]) + "\n" + json.dumps([other]),
        "each": json.dumps({"items": [PULL, other]}), "each of pages": json.dumps([{"items": [PULL]}, {"items": [other]}]),
    }[shape]  # fmt: skip
    spec = with_file(PULLS, each="/items") if shape.startswith("each") else PULLS
    run(tmp_path, spec, text)
    assert rows(tmp_path, "changes", "change", "team", "actual_end", "files") == [
        ("7", "ann", utc("2026-01-05T10:00"), 3), ("8", "ann", utc("2026-01-05T10:00"), 3),
    ]  # fmt: skip
    assert rows(tmp_path, "change_items", "change", "item") == [("7", "db"), ("7", "web")]


def test_json_lines_with_faults_are_findings_and_the_others_are_imported(tmp_path: Path) -> None:
    lines = [
        json.dumps(PULL),
        "{",
        json.dumps({**PULL, "number": 9, "title": "a\0b"}),
        "",
        json.dumps({**PULL, "number": None}),
        "[" * 100_000,
        json.dumps({**PULL, "number": 8}),
    ]
    told = run(tmp_path, with_file(PULLS, format="jsonl"), "\n".join(lines))
    assert rows(tmp_path, "changes", "change") == ["7", "8"]
    assert [finding[:2] for finding in said(told)] == [
        ("history-row:json", 2),
        ("history-row:nul", 3),
        ("history-row:json", 6),
        ("history-row:record", 5),
    ]


@pytest.mark.parametrize(
    ("text", "said_"),
    [
        ("{", "not JSON"),
        ("", ""),
        ("[NaN]", "not JSON"),
        ('[{"number": 1}]', "no record has `/title`"),
    ],
)
def test_json_that_does_not_fit_is_refused(tmp_path: Path, text: str, said_: str) -> None:
    if not said_:
        assert run(tmp_path, PULLS, text).imported.rows == 0
        return
    with pytest.raises(errors.Unreadable, match=said_):
        run(tmp_path, PULLS, text)


def test_json_that_is_too_large_for_one_piece_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_export, "MOST_JSON", 100)
    with pytest.raises(errors.Unreadable, match="more than 100 bytes"):
        run(tmp_path, PULLS, json.dumps([PULL, PULL]))


# -- the mapping


def test_a_mapping_that_is_not_there_or_has_faults_is_refused(tmp_path: Path) -> None:
    for spec, problem in (
        (with_columns(CHANGES, colour="Title"), "colour"),
        (with_columns(CHANGES, outcome={"constant": "fine"}), "fine"),
        ({**CHANGES, "columns": {"title": "Title"}}, "`change` is missing"),
        (with_file(CHANGES, zone="CET/Amsterdam"), "time zone"),
    ):
        with pytest.raises(errors.Unreadable, match=problem):
            run(tmp_path, spec, HEAD + ONE)


def test_a_pattern_that_only_other_programs_know_is_refused(tmp_path: Path) -> None:
    spec = with_columns(
        CHANGES,
        model={
            "column": "Title",
            "patterns": [{"match": r"(a)\1", "value": "x"}],
            "otherwise": "nothing",
        },
    )
    with pytest.raises(errors.Unreadable, match="cannot be used"):
        run(tmp_path, spec, HEAD + ONE)


def test_the_mapping_of_the_tests_is_what_check_accepts() -> None:
    assert "HistoryMapping" in mapping_text(CHANGES)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
@pytest.mark.parametrize("day", ["0000-01-01", "0001-01-01", "9999-12-31T24:00", "9999-12-31"])
def test_a_day_that_no_calendar_has_is_a_finding(tmp_path: Path, zone: str, day: str) -> None:
    spec = with_file(CHANGES, zone=zone, dates=["iso"])
    told = run(tmp_path, spec, HEAD + f"C1,a,{day},\nC2,b,2026-01-05,\n")
    assert [one[1:] for one in said(told)] == [(2, day)]
    assert rows(tmp_path, "changes", "change") == ["C2"]


@pytest.mark.parametrize("encoding", ["idna", "punycode", "undefined"])
def test_an_encoding_in_which_no_file_is_written_is_refused(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(errors.Unreadable, match=encoding):
        run(tmp_path, with_file(CHANGES, encoding=encoding), (HEAD + "C1,ü,,\n").encode())


@pytest.mark.parametrize("value", [r"\9", r"x\1", r"\q", "\\"])
def test_a_value_that_names_brackets_which_its_pattern_has_not_is_refused(
    tmp_path: Path, value: str
) -> None:
    pattern = {"match": "a", "value": value}
    read = {"column": "Title", "patterns": [pattern], "otherwise": "nothing"}
    with pytest.raises(errors.Unreadable, match="cannot be used"):
        run(tmp_path, with_columns(CHANGES, model=read), HEAD + "C1,a,,\n")


def test_a_long_cell_is_read_whether_or_not_other_rows_have_faults(tmp_path: Path) -> None:
    long = "x" * 3_000_000
    told = run(tmp_path, CHANGES, HEAD + f"C1,{long},,\nC2,two,,,,,\n")
    assert [one[:2] for one in said(told)] == [("history-row:cells", 3)]
    assert rows(tmp_path, "changes", "title") == [long]


def test_an_export_with_very_many_columns_is_read(tmp_path: Path) -> None:
    more = 200_000
    head = HEAD.strip() + "".join(f",c{number}" for number in range(more))
    run(tmp_path, CHANGES, f"{head}\nC1,one,,{',' * more}\n")
    assert rows(tmp_path, "changes", "title") == ["one"]
