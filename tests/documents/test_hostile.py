"""Real and hostile data that nobody here wrote: it is read as what it says, or refused in words, and never crashes."""

from __future__ import annotations

import copy
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
import valid_repository as valid

from changeflow.checks.apply_rules import findings
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.documents.schema import schema_problems

# Cases that must fail and that libyaml reads all the same. In each, only the layout of lines is at fault: what is read is what
# anybody sees, and no other reading exists.
LENIENT = {
    "9C9N": "lines of a flow list are not indented",
    "QB6E": "lines of a quoted text are not indented",
    "DK95:01": "a line of a quoted text is indented with a tab",
    "S98Z": "blank lines before an empty block text are indented too far",
}


def errors(text: bytes) -> list[str]:
    return [finding.rule for finding in load(text, "x.yaml", many=True).findings if finding.level == "error"]


def test_every_case_of_the_yaml_test_suite_is_data_or_findings_and_what_must_fail_fails(shared_data: Path) -> None:
    cases = json.loads((shared_data / "yaml" / "yaml_test_suite_cases.json").read_text(encoding="utf-8"))
    accepted = set()
    for case in cases:
        text = (case["yaml"] or "").encode("utf-8", "surrogatepass")
        loaded = load(text, "x.yaml", many=True)
        assert loaded.documents or loaded.findings, case["id"]
        for document in loaded.documents:
            assert schema_problems(document), "none of them is a document of ours"
        if case["fail"] and not errors(text):
            accepted.add(case["id"])
    assert accepted == set(LENIENT)


def _texts(node: Any, route: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return ([route] if isinstance(node, str) else []) + [place for key, value in inner for place in _texts(value, (*route, key))]


def _with(data: dict[str, Any], route: tuple[Any, ...], value: str) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    holder: Any = changed
    for part in route[:-1]:
        holder = holder[part]
    holder[route[-1]] = value
    return changed


def _at(data: Any, route: tuple[Any, ...]) -> Any:
    for part in route:
        data = data[part]
    return data


def test_every_naughty_string_in_every_text_field_is_kept_or_refused(shared_data: Path) -> None:
    strings = json.loads((shared_data / "blns.json").read_text(encoding="utf-8"))
    (document,) = load(valid.RFC.encode(), "x.yaml").documents
    kept = refused = 0
    routes = _texts(document.data)
    assert len(routes) == 44
    # Every string is a title, a reason and an id; over all other fields the strings take turns.
    for number, string in enumerate(strings):
        for route in (*routes[number % 22 :: 22], ("metadata", "title"), ("spec", "reason"), ("metadata", "id")):
            text = json.dumps(_with(document.data, route, string)).encode()
            loaded = load(text, "x.yaml")
            found = [*loaded.findings, *(problem for one in loaded.documents for problem in schema_problems(one))]
            if any(finding.level == "error" for finding in found):
                refused += 1
                continue
            (read,) = loaded.documents
            assert _at(read.data, route) == string
            record(read)
            findings(read, RepositoryFacts())
            kept += 1
    assert kept > 1_000
    assert refused > 1_000


def test_every_naughty_string_as_a_plain_value_is_read_or_refused(shared_data: Path) -> None:
    for string in json.loads((shared_data / "blns.json").read_text(encoding="utf-8")):
        text = valid.RFC.replace("Upgrade payments-db to PostgreSQL 17", string).encode("utf-8", "surrogatepass")
        loaded = load(text, "x.yaml")
        assert loaded.documents or loaded.findings
        for document in loaded.documents:
            schema_problems(document)


def test_every_real_enhancement_proposal_is_read_and_explained(shared_data: Path) -> None:
    files = 0
    with tarfile.open(shared_data / "keps_yaml.tar.gz") as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is None:
                continue
            files += 1
            loaded = load(stream.read(), member.name)
            assert loaded.documents or loaded.findings
            for document in loaded.documents:
                assert {finding.rule for finding in schema_problems(document)} <= {"schema-api-version", "schema-kind"}
    assert files > 1_000


@pytest.mark.parametrize("text", [
    b'{"a": 1, "a": 2}', b'{"a": 1e999}', b"[" * 5_000, b'{"a":' * 5_000, b'{"a": NaN}', b'{"a": "\\ud800"}', b"\x00", b"{" * 100_000,
    b'{"a": ' + b"9" * 100_000 + b"}", b"a: " + b"&a " * 10_000, b"? " * 1_000, b"- " * 100_000, b"'" * 9_999, b'"\\x', b"%" * 1_000, b"--- " * 1_000,
    b"k: v\n" * 40_000, b"a#b " * 60_000, b"!!" * 1_000, b"*a" * 1_000, b"\xf4\x90\x80\x80", b"a: \xef\xbf\xbf",
], ids=lambda text: repr(text[:20]))  # fmt: skip
def test_bombs_are_refused_quickly(text: bytes) -> None:
    import time

    begin = time.process_time()
    loaded = load(text, "x.yaml")
    assert [finding for finding in loaded.findings if finding.level == "error"] or text == b'{"a": NaN}'
    assert time.process_time() - begin < 5, "this must not take longer on a longer text"


def test_a_key_named_like_a_part_of_javascript_is_only_unknown() -> None:
    (document,) = load(valid.RFC.replace("metadata:", "__proto__: {x: 1}\nmetadata:").encode(), "x.yaml").documents
    assert [finding.rule for finding in schema_problems(document)] == ["schema-unknown-key"]
