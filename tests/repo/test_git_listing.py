"""Files are found in git's listing as parsing it record by record would find them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from changeflow.repo import git_listing
from changeflow.repo.git_listing import different, divided, listed, records_of

NAMES = st.sampled_from(["cmdb", "a", "a\tcmdb", "cmdb\tx", "b", "\tcmdb", "cmdb\udcff", "项"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TAGS = st.sampled_from(
    ["H 100644 aa 0", "S 100644 aa 0", "M 100644 bb 1", "M 100644 cc 2", "100644 aa"]
)
Records = list[tuple[str, str]]
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
def test_the_records_of_a_folder_are_told_from_others(
    records: list[tuple[str, str]], folder: str
) -> None:
    inside = [one for one in records if one[0].startswith(folder)]
    outside = [one for one in records if not one[0].startswith(folder)]
    assert divided(in_bytes(records), folder) == (in_bytes(inside), in_bytes(outside))
    records.sort(key=lambda one: one[0].encode("utf-8", "surrogateescape"))
    assert b"".join(divided(in_bytes(records), folder)) == in_bytes(inside_first(records, folder))


def inside_first(records: list[tuple[str, str]], folder: str) -> list[tuple[str, str]]:
    return sorted(records, key=lambda one: not one[0].startswith(folder))


@given(RECORDS, RECORDS, st.sampled_from(["cmdb/", "a/", "cmdb/cmdb/"]))
@example([("cmdb/a", "H 100644 aa 0")], [("cmdb/b", "H 100644 aa 0")], "cmdb/")
def test_what_is_known_of_a_folder_tells_the_same(
    records: list[tuple[str, str]], before: list[tuple[str, str]], folder: str
) -> None:
    known, _ = divided(in_bytes(before), folder)
    for now in (records, before, [*before, *records], [*records, *before]):
        assert divided(in_bytes(now), folder, known) == divided(in_bytes(now), folder)


@pytest.mark.parametrize("piece", [1, 7, 64])
def test_records_that_only_one_of_two_listings_has_are_different(piece: int) -> None:
    @given(RECORDS, RECORDS, RECORDS, RECORDS)
    def checked(start: Records, one: Records, other: Records, end: Records) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(git_listing, "_PIECE", piece)
            ours, theirs = in_bytes(start + one + end), in_bytes(start + other + end)
            new, old = different(ours, theirs)
        found, expected = listings(new, old), listings(ours, theirs)
        # a record that stands twice may also be among those that are the same
        assert found[0] - found[1] >= expected[0] - expected[1]
        assert found[1] - found[0] >= expected[1] - expected[0]
        assert not new or new.endswith(b"\0")
        assert not old or old.endswith(b"\0")
        assert len(ours) - len(new) == len(theirs) - len(old)

    checked()


def listings(*some: bytes) -> list[set[tuple[str, bytes]]]:
    return [set(listed(one)) for one in some]
