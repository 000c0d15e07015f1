"""Tables of items and dependencies, with everything that spreadsheets do to them."""

from __future__ import annotations

import codecs
import gzip

import pytest
from sourced import merged, needs, rows, told

from changeflow.cmdb_sources.plain_bytes import unpacked
from changeflow.cmdb_sources.rows import SourceFile
from changeflow.model.findings import Finding

NODES = "id,name,type,status,criticality,owner,environment,rack\ndb,Database,database,live,tier1,dba,production,r1\napi,,service,,,,,\n"
EDGES = "from,to,strength,group,min\napi,db,,,\n"


def test_columns_are_attributes_and_the_others_are_labels() -> None:
    (said, findings) = rows("csv", NODES)
    assert findings == ()
    api, db = said.items
    assert db[2:9] == ("Database", "database", "live", "tier1", "dba", "production", None)
    assert db.labels == {"rack": "r1"}
    assert api[2:] == (None, "service", None, None, None, None, None, None)
    assert db.place == ("a", 2)


def test_a_table_with_from_and_to_holds_dependencies() -> None:
    items, findings = merged("csv", NODES, EDGES)
    assert findings == []
    assert needs(items, "api") == ["db"]
    assert items["db"]["status"] == "live"


def test_strength_and_groups_are_read() -> None:
    nodes = "id\n" + "\n".join("abcdef")
    edges = 'from,to,strength,group,min\na,b,soft,,\na,c,Hard,,\na,d,,cache,"2,0"\na,e,,cache,2\na,f,,cache,\n'
    items, findings = merged("csv", nodes, edges)
    assert findings == []
    assert needs(items, "a") == ["~b", "c", "2 of d e f"]


@pytest.mark.parametrize("encode", [
    lambda text: codecs.BOM_UTF8 + text.encode(), lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"), lambda text: gzip.compress(text.encode()),
    lambda text: text.replace(",", ";").replace("\n", "\r\n").encode(), lambda text: text.replace(",", "\t").encode(),
    lambda text: ("\n" + text + "\n,,,,,,,\n").encode(),
])  # fmt: skip
def test_a_table_reads_the_same_however_it_was_saved(encode: object) -> None:
    plain, _ = rows("csv", NODES)
    said, findings = rows("csv", encode(NODES))  # type: ignore[operator]
    assert findings == ()
    assert [item._replace(place=plain.items[0].place) for item in said.items] == [
        item._replace(place=plain.items[0].place) for item in plain.items
    ]


@pytest.mark.parametrize(("word", "tier"), [("1,0", "tier1"), ("2.0", "tier2"), ("1 - most critical", "tier1"), ("Tier 3", "tier3"), ("LOW", "tier4")])
def test_the_words_of_spreadsheets_for_importance_are_understood(word: str, tier: str) -> None:
    items, findings = merged("csv", f'id;criticality\na;"{word}"\n')
    assert (items["a"]["criticality"], findings) == (tier, [])


@pytest.mark.parametrize(("word", "need"), [("强依赖", "db"), ("强", "db"), ("硬", "db"), ("弱依赖", "~db"), ("弱", "~db"), ("软", "~db")])
def test_strengths_are_read_in_the_words_that_answers_use_in_chinese(word: str, need: str) -> None:
    items, findings = merged("csv", "编号\nweb\ndb\n", f"依赖方,被依赖方,强度\nweb,db,{word}\n")
    assert (findings, needs(items, "web")) == ([], [need])


def test_a_chinese_column_that_stands_twice_is_an_error_that_names_it() -> None:
    _, findings = rows("csv", "编号,编号\nweb,db\n")
    assert ("source-row", "two columns are called `编号`") in [(one.rule, one.message) for one in findings]


def test_the_mapping_of_a_source_names_columns_and_translates_values() -> None:
    items, findings = merged(
        "csv",
        "CI Name,State,Team\nweb,In Betrieb,Team A\n",
        columns={"id": "ci name", "status": "STATE", "owner": "Team"},
        values={"status": {"in betrieb": "live"}, "owner": {"Team A": "team-a"}},
    )
    assert findings == []
    assert (items["web"]["status"], items["web"]["owner"]) == ("live", "team-a")


def test_a_chinese_spreadsheet_is_read_by_its_own_headers_and_words() -> None:
    text = "编号;名称;类型;状态;重要性;负责人;环境;机柜\n支付;支付系统;service;在用;关键;team-a;production;七\nold;旧库;;已下线;低;;;\n"
    items, findings = merged("csv", text, "依赖方,被依赖方,强度\n支付,old,软\n")
    assert findings == []
    said = items["id._u652f.4ed8_"]
    assert (said["type"], said["status"], said["criticality"], said["owner"], said["environment"]) == ("service", "live", "tier1", "team-a", "production")
    assert needs(items, "id._u652f.4ed8_") == ["~old"]
    assert (items["old"]["status"], items["old"]["criticality"]) == ("retired", "tier4")


def test_a_chinese_spreadsheet_may_name_its_columns_as_changeflow_does() -> None:
    items, findings = merged("csv", "编号,重要等级,责任人\nshop,一级,team-a\n")
    assert findings == []
    assert (items["shop"]["criticality"], items["shop"]["owner"]) == ("tier1", "team-a")


def test_types_and_environments_are_read_in_chinese_words_unless_the_source_says_otherwise() -> None:
    text = "编号,类型,环境\na,数据库,生产\nb,应用,测试环境\nc,中台,灰度\n"
    items, findings = merged("csv", text)
    assert [(items[ci].get("type"), items[ci].get("environment")) for ci in "abc"] == [("database", "production"), ("application", "test"), ("中台", None)]
    assert told(findings) == [("source-value", "warning", "a", 4)]
    items, _ = merged("csv", text, values={"type": {"数据库": "数据库"}, "environment": {"生产": "prod"}})
    assert (items["a"]["type"], items["a"]["environment"], items["b"]["type"]) == ("数据库", "prod", "application")


def test_a_value_that_is_no_id_comes_with_the_line_that_translates_it() -> None:
    (finding,) = rows("csv", 'id,owner\na,Team "A"\n')[1]
    assert 'such as `owner: {column: ..., values: {"Team \\"A\\"": ...}}`' in finding.hint
    (finding,) = rows("backstage", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {type: service, owner: Team A}\n")[1]
    assert (finding.rule, finding.hint) == ("source-value", "correct it in the export, or say it in YAML")


def test_a_table_that_cannot_be_read_is_one_problem_and_not_one_for_each_dependency() -> None:
    nodes, edges = "id,name\na,数据\nb,x\n".encode("gb18030"), "from,to\na,b\nb,c\n"
    items, findings = merged("csv", nodes, edges)
    assert (items, told(findings)) == ({}, [("source-encoding", "error", "a", 2)])
    # where all files are read, each dependency on nothing is a problem of its own
    assert len(merged("csv", "id\na\n", edges)[1]) == 2


def test_an_english_header_and_a_mapping_count_before_a_chinese_header() -> None:
    (said, findings) = rows("csv", "id,name,名称\na,Web,网站\n")
    assert (said.items[0].name, findings) == ("Web", ())
    (said, findings) = rows("csv", "名称,环境,负责人\nweb,生产,小李\n", columns={"id": "名称"}, values={"environment": {"生产": "production"}, "owner": {"小李": "li"}})
    assert findings == ()
    assert (said.items[0].id, said.items[0].environment, said.items[0].owner) == ("web", "production", "li")


@pytest.mark.parametrize("data", [
    b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
], ids=["xlsx", "ods", "xls"])  # fmt: skip
def test_a_workbook_is_refused_with_the_way_to_csv(data: bytes) -> None:
    (finding,) = rows("csv", data)[1]
    assert finding.rule == "source-archive"
    assert "workbook" in finding.message
    assert "CSV UTF-8" in finding.hint


@pytest.mark.parametrize(("text", "wanted"), [
    ("id,name\na,b,c\n", ("source-row", "error", "a", 2)),
    ("id,name\n\na\n", ("source-row", "error", "a", 3)),
    ('id,name\na,"b\n', ("source-row", "error", "a", 2)),
    ("id,id\na,b\n", ("source-row", "error", "a", 1)),
    ("name\na\n", ("source-column", "error", "a", 2)),
    ("id,name\n,b\n", ("source-column", "error", "a", 2)),
    ("id\na\nb\na\n", ("source-duplicate-id", "error", "a", 4)),
    ("", ("source-empty", "error", "a", 0)),
    ("id,owner\na,Team A\n", ("source-value", "warning", "a", 2)),
    ("id,status\na,wobbly\n", ("source-value", "warning", "a", 2)),
    ("from,to\na,a\n", ("source-self-dependency", "warning", "a", 2)),
    ("from,to,strength\na,b,strong\n", ("source-row", "error", "a", 2)),
    ("from,to,min\na,b,many\n", ("source-row", "error", "a", 2)),
    ("from,to,min\na,b,0\n", ("source-row", "error", "a", 2)),
])  # fmt: skip
def test_what_cannot_be_used_is_a_finding_that_points_at_the_row(text: str, wanted: tuple[str, str, str, int]) -> None:
    assert told(rows("csv", text)[1]) == [wanted]


@pytest.mark.parametrize("line", ["sep=;\n", "SEP=;\r\n", "sep=;;;\n"])
def test_a_first_line_that_says_what_separates_the_columns_is_no_header(line: str) -> None:
    said, findings = rows("csv", f"{line}id;name,all\na;A\nb;B\nb;C\n")
    assert [one.id for one in said.items] == ["a", "b"]
    assert told(findings) == [("source-duplicate-id", "error", "a", 5)], "lines are those of the file"
    assert [one.place.line for one in said.items] == [3, 4]


def test_an_edge_to_nowhere_is_an_error_at_its_row_and_is_left_out() -> None:
    items, findings = merged("csv", "id\na\n", "from,to\na,b\nc,a\n")
    assert told(findings) == [("source-unknown-item", "error", "b", 2), ("source-unknown-item", "error", "b", 3)]
    assert needs(items, "a") == []


def test_a_group_that_needs_more_members_than_it_has_is_an_error_and_needs_them_all() -> None:
    items, findings = merged("csv", "id\na\nb\n", "from,to,group,min\na,b,g,3\n")
    assert told(findings) == [("source-group-min", "error", "b", 2)]
    assert needs(items, "a") == ["1 of b"]


@pytest.mark.parametrize(("data", "wanted"), [
    (b"id,name\na,M\xfcller\n", ("source-encoding", "error", "a", 2)),
    (b"id\na\x00b\n", ("source-encoding", "error", "a", 2)),
    (b"PK\x03\x04rest", ("source-archive", "error", "a", 0)),
    (gzip.compress(b"id\na\n", mtime=0)[:-9], ("source-archive", "error", "a", 0)),
], ids=["latin-1", "nul", "zip", "cut"])  # fmt: skip
def test_a_wrong_encoding_or_an_archive_is_said_so(data: bytes, wanted: tuple[str, str, str, int]) -> None:
    assert told(rows("csv", data)[1]) == [wanted]


def test_a_gzip_bomb_is_given_up_at_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    assert len(bomb) < 50_000
    found = unpacked(SourceFile("a", bomb), 1_000_000)
    assert isinstance(found, Finding)
    assert told([found]) == [("source-size", "error", "a", 0)]
    assert unpacked(SourceFile("a", bomb), 20_000_000) == b"\0" * 20_000_000


def test_a_name_of_a_million_characters_is_shortened_and_said_so() -> None:
    said, findings = rows("csv", f"id,name\na,{'x' * 1_000_000}\n")
    assert told(findings) == [("source-shortened", "warning", "a", 2)]
    assert said.items[0].name == "x" * 199 + "…"


def test_hidden_characters_of_an_export_do_not_come_through() -> None:
    said, _ = rows("csv", "id,name\na,pay\u202eload\u200b\n")
    assert said.items[0].name == "pay\ufffdload\ufffd"


def test_of_many_findings_the_first_are_told_and_the_others_counted() -> None:
    _, findings = rows("csv", "id,name\n" + "x\n" * 500)
    assert len(findings) == 101
    assert findings[-1].rule == "source-more"
    assert findings[-1].level == "error"
    assert "400 more" in findings[-1].message
