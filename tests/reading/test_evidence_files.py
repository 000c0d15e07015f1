"""Files of a pack have names that every system takes, and no two of them are one file on Windows."""

from __future__ import annotations

import pytest

from changeflow.reading.evidence_files import ChangeEvidence, safe_name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("rfc.yaml", "rfc.yaml"),
        ("notes/计划.md", "notes/计划.md"),
        ("a:b?.md", "a%3Ab%3F.md"),
        ("back\\slash", "back%5Cslash"),
        ("100%.md", "100%25.md"),
        ("aux.txt", "_aux.txt"),
        ("NUL", "_NUL"),
        ("com1/x", "_com1/x"),
        ("ends.", "ends._"),
        ("line\nbreak", "line%0Abreak"),
        ("no\udcffutf8", "no%FFutf8"),
    ],
)
def test_what_windows_refuses_is_written_otherwise(path: str, name: str) -> None:
    assert safe_name(path) == name
    assert name.encode("utf-8")


def test_a_long_name_is_cut_and_stays_its_own() -> None:
    one, other = (safe_name("n" * 300 + end) for end in "ab")
    assert max(len(one), len(other)) < 120
    assert one != other


def test_names_that_differ_in_case_alone_are_two_files() -> None:
    found = ChangeEvidence()
    names = [found.add("request/", path, path.encode()) for path in ("Plan.md", "plan.md", "PLAN.md")]
    assert len({name.casefold() for name in names}) == 3
    assert [found.files[name] for name in names] == [b"Plan.md", b"plan.md", b"PLAN.md"]
