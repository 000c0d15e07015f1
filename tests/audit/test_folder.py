"""The folder of an audit is written whole or not at all, and overwrites nothing but an audit that was not changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.usecases.audit.write import write_audit

FILES = [("audit.json", b"{}\n"), ("samples/one/index.html", b"<p>one</p>")]
AGAIN = [("audit.json", b"{ }\n")]


def there(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_new_and_an_empty_folder_are_written_with_a_list_of_digests(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("new/below", "empty"):
        write_audit(tmp_path / name, FILES)
        assert there(tmp_path / name) == ["audit.json", "manifest.sha256", "samples/one/index.html"]


def test_an_earlier_audit_is_replaced_whole(tmp_path: Path) -> None:
    write_audit(tmp_path / "audit", FILES)
    write_audit(tmp_path / "audit", AGAIN)
    assert there(tmp_path / "audit") == ["audit.json", "manifest.sha256"]
    assert [path.name for path in tmp_path.iterdir()] == ["audit"]


@pytest.mark.parametrize("change", ["edited", "added", "removed", "link"])
def test_an_audit_that_was_changed_since_is_left_alone(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "audit"
    write_audit(folder, FILES)
    page = folder / "samples/one/index.html"
    if change == "edited":
        page.write_bytes(b"<p>one, and my notes</p>")
    elif change == "added":
        (folder / "notes.txt").write_text("mine", encoding="utf-8")
    elif change == "removed":
        page.unlink()
    else:
        page.unlink()
        page.symlink_to(tmp_path / "elsewhere")
    before = there(folder)
    with pytest.raises(errors.Refused) as refused:
        write_audit(folder, AGAIN)
    assert refused.value.code == "audit_out.changed"
    assert there(folder) == before


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(errors.Refused) as refused:
        write_audit(tmp_path, FILES)
    assert refused.value.code == "audit_out.taken"
    assert there(tmp_path) == ["mine.txt"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(errors.UsageError):
        write_audit(tmp_path / "file", FILES)
    with pytest.raises(errors.UsageError):
        write_audit(tmp_path / "file/below", FILES)


def test_a_failure_on_the_way_leaves_nothing_and_keeps_the_earlier_audit(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[str, bytes]]:
        yield "audit.json", b"half"
        raise errors.HostFailed.of("git.failed", said="gone")

    write_audit(tmp_path / "audit", FILES)
    for folder in ("audit", "new"):
        with pytest.raises(errors.HostFailed):
            write_audit(tmp_path / folder, failing())
    assert [path.name for path in tmp_path.iterdir()] == ["audit"]
    assert (tmp_path / "audit/audit.json").read_bytes() == b"{}\n"
