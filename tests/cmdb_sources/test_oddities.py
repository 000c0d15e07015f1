"""Each format against each oddity that files of people have: nothing fails, nothing is dropped in silence.

`SAMPLES` writes the same few items in each format. The oddities are written once, for all of them.
"""

from __future__ import annotations

import codecs
import gzip
import json
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from html import escape
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sourced import told

from changeflow.cmdb_sources import plain_bytes
from changeflow.cmdb_sources.collect import MOST, FewOfEach, collect
from changeflow.cmdb_sources.delimited import known_names
from changeflow.cmdb_sources.identifiers import LONGEST
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.rows import Place, SourceFile, SourceRows, found_at
from changeflow.cmdb_sources.table import FORMATS, MEBIBYTE, SourceSpec
from changeflow.model.findings import Finding
from tests.examples import examples

Edges = Sequence[tuple[str, str]]
SECRET = "correct-horse-battery"  # noqa: S105 - the very thing that must not come through


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def table(*rows: Iterable[str]) -> str:
    return "".join(",".join(map(quoted, row)) + "\n" for row in rows)


def of_csv(names: Sequence[str], edges: Edges) -> dict[str, str]:
    return {"nodes.csv": table(("id", "name"), *((name, name) for name in names)), "edges.csv": table(("from", "to"), *edges)}


def of_edges(names: Sequence[str], edges: Edges) -> dict[str, str]:
    lines = [f"{one}\t{other}\n" for one, other in edges] or [f"{name}\tbase\n" for name in names]
    return {"edges.tsv": "".join(lines)}


def of_backstage(names: Sequence[str], edges: Edges) -> dict[str, str]:
    documents = []
    for name in names:
        needed = [f"component:{other}" for one, other in edges if one == name]
        metadata, spec = {"name": name}, {"type": "service", "lifecycle": "production", "dependsOn": needed}
        documents.append(json.dumps({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": metadata, "spec": spec}))
    return {"catalog.yaml": "\n---\n".join(documents) + "\n"}


def of_kubernetes(names: Sequence[str], edges: Edges) -> dict[str, str]:
    documents = []
    for name in names:
        needed = [{"name": other} for one, other in edges if one == name]
        metadata = {"name": name, "namespace": "shop"}
        documents.append(json.dumps({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": metadata, "spec": {"dependsOn": needed}}))
    return {"all.yaml": "\n---\n".join(documents) + "\n"}


def address(name: str) -> str:
    return f'terraform_data.x["{name}"]'


def of_terraform(names: Sequence[str], edges: Edges) -> dict[str, str]:
    resources = []
    for name in names:
        needed = [address(other) for one, other in edges if one == name]
        resources.append({"address": address(name), "mode": "managed", "type": "terraform_data", "values": {"input": SECRET}, "depends_on": needed})
    return {"state.json": json.dumps({"format_version": "1.0", "values": {"root_module": {"resources": resources}}})}


def of_compose(names: Sequence[str], edges: Edges) -> dict[str, str]:
    services: dict[str, Any] = {}
    for name in names:
        services[name] = {"image": "x", "environment": {"PASSWORD": SECRET}, "depends_on": [other for one, other in edges if one == name]}
    return {"compose.yaml": json.dumps({"services": services})}


def of_netbox(names: Sequence[str], _: Edges) -> dict[str, str]:
    rows = [{"model": "dcim.site", "pk": 1, "fields": {"name": "Akron"}}]
    for number, name in enumerate(names):
        rows.append({"model": "dcim.device", "pk": number + 1, "fields": {"name": name, "site": 1, "status": "active"}})
    return {"dump.json": json.dumps(rows)}


def of_servicenow(names: Sequence[str], edges: Edges) -> dict[str, str]:
    relations = [(one, "Depends on::Used by", other) for one, other in edges]
    return {
        "cmdb_ci.csv": table(("name", "sys_class_name"), *((name, "cmdb_ci_server") for name in names)),
        "cmdb_rel_ci.csv": table(("parent", "type", "child"), *relations),
    }


def of_servicenow_json(names: Sequence[str], edges: Edges) -> dict[str, str]:
    items = [{"name": name, "sys_class_name": "cmdb_ci_server"} for name in names]
    relations = [{"parent": one, "type": "Depends on::Used by", "child": other} for one, other in edges]
    return {"cmdb_ci.json": json.dumps({"result": items}), "cmdb_rel_ci.json": json.dumps({"result": relations})}


def of_itop(names: Sequence[str], edges: Edges) -> dict[str, str]:
    return {
        "servers.csv": table(("name", "finalclass"), *((name, "Server") for name in names)),
        "links.csv": table(("applicationsolution_name", "functionalci_name"), *edges),
    }


def of_graphml(names: Sequence[str], edges: Edges) -> dict[str, str]:
    nodes = "".join(f'<node id="{escape(name)}"/>\n' for name in names)
    lines = "".join(f'<edge source="{escape(one)}" target="{escape(other)}"/>\n' for one, other in edges)
    return {"all.graphml": f'<graphml><graph edgedefault="directed">\n{nodes}{lines}</graph></graphml>\n'}


SAMPLES: dict[str, Callable[[Sequence[str], Edges], dict[str, str]]] = {
    "csv": of_csv, "edges": of_edges, "backstage": of_backstage, "kubernetes": of_kubernetes, "terraform": of_terraform, "compose": of_compose,
    "netbox": of_netbox, "servicenow": of_servicenow, "servicenow as json": of_servicenow_json, "itop": of_itop, "graphml": of_graphml,
}  # fmt: skip
EVERY = pytest.mark.parametrize("sample", SAMPLES)
# formats in which a file names what an item depends on by its name
WITH_EDGES = pytest.mark.parametrize("sample", [name for name in SAMPLES if name != "netbox"])
NAMES, EDGES = ("web", "db"), (("web", "db"),)


def format_of(sample: str) -> str:
    return sample.partition(" ")[0]


def read(sample: str, files: dict[str, bytes]) -> tuple[SourceRows, list[Finding]]:
    found = [SourceFile(name, data) for name, data in files.items()]
    rows, findings = collect("s", SourceSpec(format_of(sample)), found)
    return rows, [*findings, *Merged({}, [rows], {}).findings]


def as_bytes(sample: str, names: Sequence[str] = NAMES, edges: Edges = EDGES) -> dict[str, bytes]:
    return {path: text.encode() for path, text in SAMPLES[sample](names, edges).items()}


def placeless(rows: SourceRows) -> tuple[list[Any], list[Any]]:
    items = [item._replace(place=None) for item in rows.items]  # type: ignore[arg-type]
    return items, sorted(edge._replace(place=None) for edge in rows.edges)  # type: ignore[arg-type]


def errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level == "error"]


def test_every_format_has_a_sample() -> None:
    assert {format_of(sample) for sample in SAMPLES} == set(FORMATS)


@EVERY
def test_the_sample_itself_has_no_fault(sample: str) -> None:
    rows, findings = read(sample, as_bytes(sample))
    assert findings == []
    assert len(rows.items) >= 2
    assert sample == "netbox" or len(rows.edges) == 1


def crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


SAVED: dict[str, Callable[[bytes], bytes]] = {
    "with a mark": lambda data: codecs.BOM_UTF8 + data,
    "compressed": lambda data: gzip.compress(data, mtime=0),
    "compressed in two parts": lambda data: gzip.compress(data[:9], mtime=0) + gzip.compress(data[9:], mtime=0),
    "by Windows": crlf,
    "with a mark, by Windows, compressed": lambda data: gzip.compress(codecs.BOM_UTF8 + crlf(data), mtime=0),
    "as UTF-16": lambda data: codecs.BOM_UTF16_LE + data.decode().encode("utf-16-le"),
    "as UTF-16, high bytes first": lambda data: codecs.BOM_UTF16_BE + data.decode().encode("utf-16-be"),
    "with empty lines at the end": lambda data: data + b"\n\n",
}


@EVERY
@pytest.mark.parametrize("saved", SAVED)
def test_a_file_reads_the_same_however_it_was_saved(sample: str, saved: str) -> None:
    plain, _ = read(sample, as_bytes(sample, ("web", "数据库"), (("web", "数据库"),)))
    files = as_bytes(sample, ("web", "数据库"), (("web", "数据库"),))
    rows, findings = read(sample, {path: SAVED[saved](data) for path, data in files.items()})
    assert findings == []
    assert placeless(rows) == placeless(plain)


def latin(data: bytes) -> bytes:
    return data.replace(b"web", "M\xfcller".encode("latin-1"))


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "blank": lambda _: b" \n\n",
    "Latin-1": latin,
    "a NUL": lambda data: data.replace(b"web", b"w\0b"),
    "UTF-16 without a mark": lambda data: data.decode().encode("utf-16-le"),
    "a cut gzip file": lambda data: gzip.compress(data, mtime=0)[:-9],
    "a damaged gzip file": lambda data: gzip.compress(data, mtime=0)[:12] + b"\xff" * 20,
    "a zip file": lambda data: b"PK\x03\x04" + data,
    "bzip2": lambda data: b"BZh" + data,
    "a workbook": lambda data: b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + data,
    "an old workbook": lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data,
}


@EVERY
@pytest.mark.parametrize("broken", BROKEN)
def test_a_file_that_is_none_of_its_format_is_an_error_in_its_place(sample: str, broken: str) -> None:
    if sample == "graphml" and broken == "UTF-16 without a mark":
        pytest.skip("XML needs no mark")
    files = {path: BROKEN[broken](data) for path, data in as_bytes(sample).items()}
    if FORMATS[format_of(sample)].suffixes[0] == ".yaml" and broken in ("empty", "blank"):
        # one empty file beside others is nothing unusual
        files = dict(list(files.items())[:1])
    rows, findings = read(sample, files)
    assert set(files) & {finding.path for finding in errors(findings)} == set(files)
    assert rows.items == ()


@EVERY
@pytest.mark.parametrize("other", SAMPLES)
def test_a_file_of_another_format_is_an_error_where_it_can_be_told(sample: str, other: str) -> None:
    files = as_bytes(other)
    rows, findings = read(sample, files)
    tables = ("csv", "edges", "servicenow", "itop")
    # an entity of Backstage is written like any object of Kubernetes
    alike = (sample, other) == ("kubernetes", "backstage")
    if format_of(sample) != format_of(other) and format_of(sample) not in tables and not alike:
        assert errors(findings)
        assert rows.items == ()


@EVERY
@pytest.mark.parametrize("nested", [b"[", b'{"a":', b"- ", b"<graphml><graph><node>", b"<a>", b"a: {b: ", b"("])
def test_deep_nesting_is_refused_and_breaks_nothing(sample: str, nested: bytes) -> None:
    files = dict.fromkeys(as_bytes(sample), nested * 60_000)
    rows, findings = read(sample, files)
    if sample != "edges":
        # any two words on a line are an edge
        assert errors(findings)
        assert rows.items == ()


@EVERY
@settings(max_examples=examples(60))
@given(data=st.data())
def test_a_damaged_file_never_breaks_the_reader(sample: str, data: st.DataObject) -> None:
    files = as_bytes(sample)
    path = data.draw(st.sampled_from(sorted(files)))
    whole = files[path]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 12)))
    files[path] = whole[:start] + data.draw(st.binary(max_size=6)) + whole[end:]
    rows, findings = read(sample, files)
    assert all(finding.message for finding in findings)
    assert all(len(item.id) <= LONGEST for item in rows.items)


ODD_NAMES = ("g++", "支付 系统", "a/b", "x" * 300, "-dash", "it's", 'a"b', "a,b;c", "../../etc/passwd", "<b>&amp;", "=1+1", "naïve é", "web_uat", "_u2b_")


@WITH_EDGES
@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_id_that_needs_escaping_becomes_one_item_that_its_dependency_finds(sample: str, name: str) -> None:
    if sample == "terraform" and '"' in name:
        pytest.skip("Terraform writes the quotation mark of an address with a backslash")
    if sample == "backstage" and name not in ("web_uat", "x" * 300):
        pytest.skip("names of Backstage have letters, digits, `-`, `_` and `.`")
    rows, findings = read(sample, as_bytes(sample, (name, "db"), ((name, "db"),)))
    assert errors(findings) == []
    (edge,) = rows.edges
    assert {edge.dependent, edge.dependency} == {item.id for item in rows.items}
    assert all(len(item.id) <= LONGEST for item in rows.items)


@EVERY
def test_a_name_of_a_million_characters_is_cut_and_said_so(sample: str) -> None:
    name = "x" * 1_000_000
    started = time.monotonic()
    rows, findings = read(sample, as_bytes(sample, (name, "db"), ((name, "db"),)))
    assert time.monotonic() - started < 20
    if sample == "compose":
        # keys of YAML in one line are not longer than 1,024 characters
        assert [finding.rule for finding in findings] == ["source-format"]
        return
    assert errors(findings) == []
    assert "source-shortened" in {finding.rule for finding in findings}
    assert max(len(item.name or "") for item in rows.items) <= 200
    assert max(len(item.id) for item in rows.items) <= LONGEST


@WITH_EDGES
def test_an_item_that_depends_on_itself_is_told_and_does_not(sample: str) -> None:
    rows, findings = read(sample, as_bytes(sample, NAMES, (*EDGES, ("web", "web"))))
    if sample not in ("terraform", "kubernetes"):
        # in these an object that refers to itself is nothing unusual: a selector finds its own labels
        assert [finding.rule for finding in findings] == ["source-self-dependency"]
    assert len(rows.edges) == 1


@WITH_EDGES
def test_a_dependency_on_nothing_is_told_and_shuts_gates_where_an_export_is_whole(sample: str) -> None:
    rows, findings = read(sample, as_bytes(sample, NAMES, (*EDGES, ("web", "gone"))))
    if sample in ("edges", "terraform"):
        # an edge is all there is of an item; a state may name what was removed with `-target`
        assert errors(findings) == []
        return
    level = "warning" if FORMATS[format_of(sample)].partial else "error"
    assert [found[:2] for found in told(findings)] == [("source-unknown-item", level)]
    assert "gone" in findings[0].message
    assert {item.id for item in rows.items if "gone" in item.id} == set()


@EVERY
def test_an_item_that_stands_there_twice_counts_once(sample: str) -> None:
    rows, findings = read(sample, as_bytes(sample, ("web", "web", "db"), EDGES))
    ids = [item.id for item in rows.items]
    assert len(ids) == len(set(ids))
    told_twice = {"csv", "backstage", "kubernetes", "itop", "graphml"}
    if sample in told_twice:
        level = "warning" if FORMATS[format_of(sample)].partial else "error"
        assert [(finding.rule, finding.level) for finding in findings] == [("source-duplicate-id", level)]


BOMB = gzip.compress(b"\0" * 100 * MEBIBYTE, mtime=0)


@pytest.mark.parametrize("sample", [name for name in SAMPLES if FORMATS[format_of(name)].limit <= 64 * MEBIBYTE])
def test_a_gzip_bomb_is_given_up_at_the_limit(sample: str) -> None:
    assert len(BOMB) < 200_000
    (path, *_) = as_bytes(sample)
    _, findings = read(sample, {path: BOMB})
    assert [(finding.rule, finding.level) for finding in findings] == [("source-size", "error")]
    assert f"{64 * MEBIBYTE:,}" in findings[0].message


def test_json_of_servicenow_may_be_as_large_as_other_json_not_as_large_as_a_table() -> None:
    whole = b'{"result": [' + b" " * (65 * MEBIBYTE) + b"]}"
    _, findings = read("servicenow as json", {"cmdb_ci.json": gzip.compress(whole, mtime=0)})
    assert [(finding.rule, finding.level) for finding in findings] == [("source-size", "error")]
    assert f"{64 * MEBIBYTE:,}" in findings[0].message


def test_what_a_bomb_unpacks_to_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_bytes, "_PIECE", 1_000)
    assert isinstance(plain_bytes.unpacked(SourceFile("a", gzip.compress(b"x" * 5_001)), 5_000), Finding)
    assert plain_bytes.unpacked(SourceFile("a", gzip.compress(b"x" * 5_000)), 5_000) == b"x" * 5_000


class CountedUnpacker:
    """Unpacks, and counts the bytes that it was handed."""

    handed = 0

    def __init__(self, bits: int) -> None:
        self._inner = zlib.decompressobj(bits)

    def decompress(self, data: bytes, most: int) -> bytes:
        CountedUnpacker.handed += len(data)
        return self._inner.decompress(data, most)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_many_parts_of_a_compressed_file_are_unpacked_without_copying_the_rest_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [gzip.compress(b"row %d\n" % number, mtime=0) + b"\0" * (number % 3) for number in range(20_000)]
    whole = b"".join(parts)
    CountedUnpacker.handed = 0
    monkeypatch.setattr(plain_bytes, "zlib", SimpleNamespace(decompressobj=CountedUnpacker, error=zlib.error, MAX_WBITS=zlib.MAX_WBITS))
    found = plain_bytes.unpacked(SourceFile("a", whole), MEBIBYTE)
    assert found == b"".join(b"row %d\n" % number for number in range(20_000))
    assert CountedUnpacker.handed < len(parts) * 5_000


def test_millions_of_bad_rows_are_counted_and_not_kept() -> None:
    few = FewOfEach()
    bad = found_at("source-row", Place("a.csv", 2), case="cells", cells=1, columns=2)
    for _ in range(100_000):
        few.add(bad)
    assert len(list(few)) == MOST + 1
    assert max(len(kept) for kept in vars(few).values()) == MOST


class CountedName(str):
    """Counts how often it is compared."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        CountedName.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_a_header_of_many_columns_is_read_without_comparing_each_with_each() -> None:
    header: list[str] = [CountedName(f"column {number}") for number in range(2_000)]
    CountedName.compared = 0
    assert known_names(header, {"column 7": "id"})[7] == "id"
    assert CountedName.compared < 20_000


def chained(lines: int) -> bytes:
    """A compose file in which each extension merges the one before, and adds a key."""
    rows = ["x-0: &a0 {k0: 1}"]
    rows += [f"x-{number}: &a{number} {{<<: *a{number - 1}, k{number}: 1}}" for number in range(1, lines)]
    return "\n".join([*rows, "services: {web: {image: x}}", ""]).encode()


def test_merge_keys_that_copy_without_end_are_refused_in_their_line() -> None:
    rows, findings = read("compose", {"compose.yaml": chained(3_000)})
    assert not rows.items
    assert told(findings) == [("source-format", "error", "compose.yaml", 1_001)]
    assert "merge keys" in findings[0].message
    assert [item.id for item in read("compose", {"compose.yaml": chained(300)})[0].items] == ["web"]


@pytest.mark.parametrize("sample", ["terraform", "compose"])
def test_a_secret_is_neither_kept_nor_shown_not_even_where_the_file_is_broken(sample: str) -> None:
    for data in as_bytes(sample).values():
        at = data.index(SECRET.encode())
        for cut in range(at - 3, at + len(SECRET) + 3):
            for broken in (data[:cut], data[:cut] + b"\xff" + data[cut:], data[:cut] + b"\x01" + data[cut:], data):
                rows, findings = read(sample, {"a": broken})
                shown = repr((rows, findings, [finding.message for finding in findings]))
                assert SECRET not in shown
                assert SECRET[:9] not in shown
