"""The files of a CMDB are compared, and their digests replaced, as if each were looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from changeflow.model.canonical import canonical_json
from changeflow.reading.files_of_cmdb import FilesOfCmdb, with_digests

PATHS = st.sampled_from(["cmdb/a.yaml", "cmdb/a[.yaml", 'cmdb/"a".yaml', "cmdb/a[", "cmdb/项.yaml", "cmdb/a\\.yaml", "cmdb/b/c.yaml"])
STATES = st.dictionaries(PATHS, st.sampled_from(["aa", "bb", "cc"]))
DIGESTS = st.dictionaries(PATHS, st.sampled_from(["sha256:00", "sha256:11", "sha256:22"]))


def files_of(recorded: dict[str, str], edited: dict[str, str]) -> FilesOfCmdb:
    lines = (f"H 100644 {oid} 0\t{path}\0" for path, oid in sorted(recorded.items()))
    return FilesOfCmdb("".join(lines).encode(), edited)


@given(STATES, STATES, STATES, STATES)
def test_changed_files_are_those_that_are_told_otherwise(
    recorded: dict[str, str], edited: dict[str, str], recorded_before: dict[str, str], edited_before: dict[str, str]
) -> None:
    now, before = {}, {}
    for path in recorded.keys() | edited.keys():
        now[path] = (recorded.get(path), edited.get(path))
    for path in recorded_before.keys() | edited_before.keys():
        before[path] = (recorded_before.get(path), edited_before.get(path))
    changed = sorted(path for path, told in now.items() if before.get(path) != told)
    gone = sorted(before.keys() - now.keys())
    after = files_of(recorded, edited)
    assert after.changed_since(files_of(recorded_before, edited_before)) == (changed, gone)


def test_files_that_a_merge_left_in_several_versions_are_not_told() -> None:
    before = files_of({"cmdb/a.yaml": "aa"}, {})
    merging = FilesOfCmdb(b"M 100644 aa 1\tcmdb/a.yaml\0M 100644 bb 2\tcmdb/a.yaml\0", {})
    assert merging.changed_since(before) is None
    assert before.changed_since(merging) is None


@given(DIGESTS, DIGESTS, st.sets(PATHS))
def test_digests_are_replaced_in_the_canonical_text(
    before: dict[str, str], new: dict[str, str], gone: set[str]
) -> None:
    gone -= new.keys()
    expected = {path: told for path, told in (before | new).items() if path not in gone}
    found = with_digests(canonical_json(sorted(before.items())), new, sorted(gone))
    assert found == canonical_json(sorted(expected.items()))
