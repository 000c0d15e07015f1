"""`cmdb export`: what is written comes back when it is read, and what cannot is said."""

from __future__ import annotations

import json
import os
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import valid_repository as valid
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from killed import killed
from repositories import Repo

from changeflow.cli.main import run
from changeflow.cmdb.graph import FACTS, Graph
from changeflow.cmdb.words import Words
from changeflow.cmdb_sources.carried import FURTHER, edges_of, labels_of, not_carried
from changeflow.cmdb_sources.collect import as_read, collect
from changeflow.cmdb_sources.export_table import CARRIED, EXPORTS, Exported, write_with
from changeflow.cmdb_sources.identifiers import written_name
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.rows import SourceFile
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.model.cmdb import ConfigurationItem
from changeflow.reading.view import state_at
from tests.examples import examples, steps

PROJECT = Path(__file__).resolve().parents[2]
READ_BACK = tuple(name for name in EXPORTS if name in FORMATS)
ATTRIBUTES = ("type", "status", "criticality", "owner", "environment", "description")

# signs that formats use themselves, Chinese, and what names of packages have
SIGNS = "ab1-_.:/u2<>&\"',;\t\n|#=+@ 支付é\u2028"
IDS = st.text(alphabet="ab1-_.:/u2e", min_size=1, max_size=8).map(lambda text: f"x{text}")
TEXTS = st.text(alphabet=SIGNS, min_size=1, max_size=12).filter(str.strip)
# ids of names that files cannot have as they are, and what looks like such ids
ODD_IDS = st.lists(st.sampled_from(("x", "_u", "1", "_", "5f", ".", "0", "9", "d", "20", "ffff", "d800", "id.")), min_size=1, max_size=6).map(lambda parts: f"a{''.join(parts)}")
KEYS = st.sampled_from(("rack", "Rack", "cost-center", "name", "from", "to", "label", "id", "x.y", "b-"))


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def estates(draw: st.DrawFn) -> list[ConfigurationItem]:
    ids = draw(st.lists(IDS, min_size=1, max_size=6, unique=True))
    return [draw(items_of(ci, [other for other in ids if other != ci])) for ci in ids]


@st.composite
def items_of(draw: st.DrawFn, ci: str, others: list[str]) -> ConfigurationItem:
    spec: dict[str, Any] = {
        "type": draw(optional(st.sampled_from(("database", "service", "other", "own type")) | TEXTS)),
        "criticality": draw(optional(st.sampled_from(("tier1", "tier4")))),
        "owner": draw(optional(st.sampled_from(("team-a", "o.b_c")))),
        "environment": draw(optional(st.sampled_from(("production", "test")))),
        "description": draw(optional(TEXTS)),
    }
    if draw(st.booleans()):
        spec["status"] = draw(st.sampled_from(("planned", "live", "retired")))
    if others:
        needs = [{"ci": other, "strength": draw(st.sampled_from(("hard", "soft")))} for other in draw(st.lists(st.sampled_from(others), max_size=4))]
        for members in draw(st.lists(st.lists(st.sampled_from(others), min_size=1, max_size=3, unique=True), max_size=2)):
            needs.append({"any_of": members, "min": draw(st.integers(1, len(members)))})
        spec["depends_on"] = needs
    metadata = {"id": ci, "name": draw(optional(TEXTS)), "labels": draw(st.dictionaries(KEYS, TEXTS, max_size=3))}
    known = {name: value for name, value in spec.items() if value is not None}
    return item({name: value for name, value in metadata.items() if value}, known)


def item(metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> ConfigurationItem:
    return ConfigurationItem.model_validate({"apiVersion": "changeflow/v1", "kind": "ConfigurationItem", "metadata": metadata, "spec": spec})


def written(target: str, items: Iterable[ConfigurationItem]) -> dict[str, bytes]:
    ordered = sorted(items, key=lambda one: one.metadata.id)
    keys = sorted({key for one in ordered for key, _ in labels_of(one)})
    exported = Exported(lambda: iter(ordered), tuple(keys), Graph.of(ordered))
    files: dict[str, bytes] = {}
    for name, data in write_with(EXPORTS[target], exported):
        files[name] = files.get(name, b"") + data
    return files


def read_back(target: str, files: Mapping[str, bytes]) -> dict[str, ConfigurationItem]:
    sources = [SourceFile(name, data) for name, data in sorted(files.items())]
    rows, findings = collect("s", SourceSpec(target), sources)
    merged = Merged({}, [rows], {})
    levels = {finding.level for finding in (*findings, *merged.findings)}
    assert "error" not in levels, [*findings, *merged.findings]
    return merged.items


def needs(one: ConfigurationItem) -> tuple[dict[str, str], list[tuple[list[str], int]]]:
    plain: dict[str, str] = {}
    groups: dict[str | None, tuple[list[str], int]] = {}
    for other, strength, group, least in edges_of(one):
        if group is not None:
            groups.setdefault(group, ([], least))[0].append(other)
        elif plain.get(other) != "hard":
            plain[other] = strength
    return plain, sorted(groups.values())


def plain(text: str | None) -> str | None:
    return text.strip() if text is not None else None


def alone(*ids: str) -> list[ConfigurationItem]:
    return [item({"id": ci}, {}) for ci in ids]


def names_of(one: ConfigurationItem) -> tuple[str | None, ...]:
    """What an item may be called when it is read again: without a name, by what its id was made from."""
    if one.metadata.name is not None:
        return (plain(one.metadata.name),)
    return None, as_read("name", written_name(one.metadata.id))


@pytest.mark.parametrize("target", READ_BACK)
@settings(max_examples=examples(150))
@given(items=estates())
@example(items=alone("x_u1_"))
@example(items=alone("x_u1_", "x_u5f_u1_"))
def test_whatever_is_not_said_to_be_lost_comes_back(target: str, items: list[ConfigurationItem]) -> None:
    lost = {one.metadata.id: set(not_carried(one, EXPORTS[target])) for one in items}
    files = written(target, items)
    assert set(files) == set(EXPORTS[target].files)
    nothing = all("alone" in of_item for of_item in lost.values())
    if nothing or any("id" in of_item for of_item in lost.values()):
        return
    found = read_back(target, files)
    named = {other for one in items for other, _, _, _ in edges_of(one)}
    for one in items:
        ci, gone = one.metadata.id, lost[one.metadata.id]
        if "alone" in gone and ci not in named:
            assert ci not in found
            continue
        back = found[ci]
        if "name" not in gone:
            assert target == "servicenow" or back.metadata.name in names_of(one)
        for attribute in ATTRIBUTES:
            value = getattr(one.spec, attribute)
            if attribute not in gone and value is not None:
                assert getattr(back.spec, attribute) == (value.strip() if isinstance(value, str) and attribute in ("type", "description") else value)
        if "labels" not in gone and target != "servicenow":
            assert back.metadata.labels == {key: value.strip() for key, value in one.metadata.labels.items()}
        if "groups" not in gone:
            assert needs(back) == needs(one)
        else:
            assert set(needs(back)[0]) == {other for other, _, _, _ in edges_of(one)}


@settings(max_examples=examples(300))
@given(ids=st.lists(ODD_IDS, min_size=1, max_size=6, unique=True))
@example(ids=["ax_u1_", "ax_u5f_u1_", "ax_u5f_u5f_u1_"])
@example(ids=["id.", "id_u2e_"])
def test_graphml_has_a_text_of_its_own_for_every_id(ids: list[str]) -> None:
    items = [item({"id": ci}, {"depends_on": [{"ci": other} for other in ids if other != ci]}) for ci in ids]
    files = written("graphml", items)
    nodes = ET.fromstring(files["cmdb.graphml"]).iterfind(".//{*}node")  # noqa: S314 - our own
    assert len({node.get("id") for node in nodes}) == len(ids)
    back = read_back("graphml", files)
    assert {ci: set(needs(one)[0]) for ci, one in back.items()} == {ci: set(ids) - {ci} for ci in ids}


@pytest.mark.parametrize("target", READ_BACK)
@pytest.mark.parametrize("ci", ["x_u0_", "x_ud_", "a_ud_b", "x_ufffe_", "x_u9_"])
@pytest.mark.parametrize("sign", ["\0", "\x01", "\r", "\uffff"])
def test_a_file_with_odd_signs_can_be_read_and_what_is_lost_was_said(target: str, ci: str, sign: str) -> None:
    odd = item({"id": ci, "labels": {"rack": f"r{sign}7"}}, {"description": f"All{sign}orders", "depends_on": [{"ci": "b"}]})
    back = read_back(target, written(target, [odd, item({"id": "b"}, {})]))
    assert len(back) == 2
    lost = set(not_carried(odd, EXPORTS[target]))
    assert (ci in back) is ("id" not in lost)
    assert "description" in lost


@pytest.mark.parametrize("target", READ_BACK)
def test_what_a_format_carries_is_never_lost_of_plain_items(target: str) -> None:
    spec = {
        "type": "database", "status": "planned", "criticality": "tier1", "owner": "dba", "environment": "production", "description": 'All\n orders, "paid" & <not>',
        "depends_on": [{"ci": "b"}, {"ci": "c", "strength": "soft"}, {"any_of": ["b", "c"], "min": 1}],
    }  # fmt: skip
    whole = item({"id": "g_u2b.2b_", "name": "支付 <db>", "labels": {"rack": "r7"}}, spec)
    lost = set(not_carried(whole, EXPORTS[target]))
    assert lost == (set(CARRIED) - {"alone"}) - EXPORTS[target].carries
    items = [whole, item({"id": "b"}, {}), item({"id": "c"}, {})]
    again = read_back(target, written(target, items))
    assert written(target, again.values()) == written(target, read_back(target, written(target, again.values())).values())


@pytest.mark.parametrize("target", EXPORTS)
def test_fields_that_only_our_own_yaml_has_are_named_as_lost(target: str) -> None:
    spec = {"maps": {"paths": ["web/**"]}, "service_level": {"target": 99.9, "period": "month"}}
    assert set(spec) <= set(FURTHER)
    lost = list(not_carried(item({"id": "web"}, spec), EXPORTS[target]))
    assert [what for what in lost if what in FURTHER] == list(spec)


@pytest.mark.parametrize(("ci", "targets"), [
    ("a_u9_b", {"edges"}), ("a_u0_b", {"csv", "servicenow", "edges"}), ("a_u0062_", {"csv", "servicenow", "edges"}), ("web_uat", set()), ("id.x", set()),
    ("x_u1_", set()), ("a_ud_b", {"edges"}), ("x_ud_", {"csv", "servicenow", "edges"}), ("x_u5f_u1_", set()),
])  # fmt: skip
def test_an_id_that_would_come_back_as_another_is_told(ci: str, targets: set[str]) -> None:
    assert {name for name in EXPORTS if "id" in set(not_carried(item({"id": ci}, {}), EXPORTS[name]))} == targets


def test_columns_are_the_graph_in_the_layout_of_arrow() -> None:
    spec = {"type": "service", "depends_on": [{"ci": "b"}, {"ci": "支".encode().hex(), "strength": "soft"}, {"any_of": ["b", "c"], "min": 1}]}
    items = [item({"id": "a", "name": "支付"}, spec), item({"id": "b"}, {}), item({"id": "c"}, {})]
    files = written("columns", items)
    listed = json.loads(files["columns.json"])

    def ints(name: str) -> array[int]:
        numbers = array("i", files[f"{name}.i32"])
        if sys.byteorder != "little":
            numbers.byteswap()
        return numbers

    graph = Graph.of(items)
    read = Graph(
        ids=Words(files["ids.utf8"], ints("id_ends")), words=Words(files["words.utf8"], ints("word_ends")),
        facts={fact: ints(f"fact_{fact}") for fact in FACTS},
        first=ints("first"), dependents=ints("dependents"), codes=ints("codes"), tipping=ints("tipping"),
    )  # fmt: skip
    assert (listed["nodes"], listed["edges"], listed["facts"]) == (len(graph.ids), graph.edges, list(FACTS))
    assert [list(graph.ids), list(graph.words)] == [list(read.ids), list(read.words)]
    for ci in graph.ids:
        assert (read.node(ci), read.needed_by(ci)) == (graph.node(ci), graph.needed_by(ci))


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    repo = Repo(tmp_path / "shop")
    for path, text in valid.FILES.items():
        repo.write(path, text)
    monkeypatch.chdir(repo.path)
    repo.commit()
    return repo


def exported(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run(("cmdb", "export", *arguments, "--format", "json"))
    captured = capsys.readouterr()
    answer: dict[str, Any] = json.loads(captured.out) if captured.out else {"said": captured.err}
    return code, answer


def below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


@pytest.mark.parametrize("target", EXPORTS)
def test_a_repository_is_exported_and_the_answer_has_its_schema(repo: Repo, capsys: pytest.CaptureFixture[str], target: str) -> None:
    code, answer = exported(capsys, "--target", target, "--out", "../out/x")
    assert code == 0
    schema = json.loads((PROJECT / "schemas" / "answers" / "cmdb-export.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(answer)
    out = repo.path.parent / "out"
    first = dict(below(out))
    assert {f"x/{file['name']}" for file in answer["files"]} == set(first)
    assert answer["items"] == len(state_at(repo.path).rulebook.items)
    assert exported(capsys, "--target", target, "--out", "../out/x") == (0, answer)
    assert dict(below(out)) == first
    assert [path.name for path in out.iterdir()] == ["x"], "nothing is left behind"


def test_an_export_becomes_a_live_source_in_another_repository(repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    _, answer = exported(capsys, "--target", "csv", "--out", "../out")
    items = state_at(repo.path).rulebook.items
    digests = {file["name"].removesuffix(".csv"): file["sha256"] for file in answer["files"]}
    other = Repo(repo.path.parent / "other")
    for path, text in valid.FILES.items():
        if not path.startswith("cmdb/"):
            other.write(path, text)
    spec = {"format": "csv", "nodes": "../out/nodes.csv", "edges": "../out/edges.csv", "sha256": digests}
    other.write("cmdb/sources/all.yaml", json.dumps({"apiVersion": "changeflow/v1", "kind": "ConfigurationSource", "metadata": {"id": "all"}, "spec": spec}))
    monkeypatch.chdir(other.path)
    found = state_at(other.path).rulebook.items
    assert {ci: needs(found[ci]) for ci in found} == {ci: needs(items[ci]) for ci in items}
    assert {ci: found[ci].spec.owner for ci in found} == {ci: items[ci].spec.owner for ci in items}


def test_a_folder_with_other_files_is_not_replaced(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("notes.txt", "nodes.csv/x"):
        folder = repo.path.parent / name.partition(".")[0]
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("mine", encoding="utf-8")
        code, answer = exported(capsys, "--target", "csv", "--out", str(folder))
        assert code == 1
        assert name.partition("/")[0] in answer["said"]
        assert [path for path, _ in below(folder)] == [name]
    (repo.path.parent / "link").symlink_to(repo.path.parent / "elsewhere")
    assert exported(capsys, "--target", "csv", "--out", "../link")[0] == 1
    assert exported(capsys, "--target", "excel", "--out", "../new")[0] == 2


def test_an_export_that_is_killed_leaves_the_old_files_or_the_new_ones(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("cmdb", "export", "--target", "csv", "--out", "../out/csv")
    assert exported(capsys, *arguments[2:])[0] == 0
    out = repo.path.parent / "out" / "csv"
    old = dict(below(out))
    repo.write("cmdb/more.yaml", next(iter(valid.ITEMS.split("---"))).replace("id: payments", "id: more-payments"))
    seen = []
    for step in steps(60):
        code = killed(repo.path, step, *arguments)
        found = dict(below(out))
        assert set(found) == set(old), "both files, always"
        if code == 0:
            break
        assert code == -9
        seen.append(found)
    else:
        pytest.fail("it takes more steps than were tried")
    assert step > 4
    assert found != old
    assert all(files in (old, found) for files in seen)
    assert exported(capsys, *arguments[2:])[0] == 0
    assert [path.name for path in out.parent.iterdir()] == ["csv"], "what killed exports left behind"


def test_what_a_format_leaves_behind_is_told_in_text(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("cmdb/more.yaml", valid.ITEMS.split("---")[0].replace("id: payments", "id: more-payments"))
    for language, wanted in (("en", "without dependencies of their own"), ("zh", "自身没有依赖")):
        assert run(("--lang", language, "cmdb", "export", "--target", "edges", "--out", "../out")) == 0
        assert wanted in capsys.readouterr().out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said_so(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    shut = repo.path.parent / "shut"
    shut.mkdir(mode=0o500)
    code, answer = exported(capsys, "--target", "csv", "--out", "../shut/out")
    assert code == 2
    assert "out" in answer["said"]
