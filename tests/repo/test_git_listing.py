"""Files are found in git's listing as parsing it record by record would find them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from changeflow.repo.git_listing import divided, listed, records_of

NAMES = st.sampled_from(["cmdb", "a", "a\tcmdb", "cmdb\tx", "b", "\tcmdb", "cmdb\udcff", "项"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TAGS = st.sampled_from(["H 100644 aa 0", "S 100644 aa 0", "M 100644 bb 1", "M 100644 cc 2", "100644 aa"])
RECORDS = st.lists(st.tuples(PATHS, TAGS), max_size=8)


def in_bytes(records: list[tuple[str, str]]) -> bytes:
    return "".join(f"{tag}\t{path}\0" for path, tag in records).encode("utf-8", "surrogateescape")


@given(RECORDS)
def test_each_record_is_listed_with_its_path(records: list[tuple[str, str]]) -> None:
    found = list(listed(in_bytes(records)))
    assert [path for path, _ in found] == [path for path, _ in records]
    assert b"".join(record + b"\0" for _, record in found) == in_bytes(records)


@given(RECORDS, PATHS)
def test_the_records_of_a_file_are_found(records: list[tuple[str, str]], wanted: str) -> None:
    expected = in_bytes([one for one in records if one[0] == wanted])
    assert records_of(in_bytes(records), wanted) == expected


@given(RECORDS, st.sampled_from(["cmdb/", "a/", "cmdb/cmdb/"]))
def test_the_records_of_a_folder_are_told_from_others(records: list[tuple[str, str]], folder: str) -> None:
    inside = [one for one in records if one[0].startswith(folder)]
    outside = [one for one in records if not one[0].startswith(folder)]
    assert divided(in_bytes(records), folder) == (in_bytes(inside), in_bytes(outside))
    records.sort(key=lambda one: one[0].encode("utf-8", "surrogateescape"))
    assert b"".join(divided(in_bytes(records), folder)) == in_bytes(inside_first(records, folder))


def inside_first(records: list[tuple[str, str]], folder: str) -> list[tuple[str, str]]:
    return sorted(records, key=lambda one: not one[0].startswith(folder))
