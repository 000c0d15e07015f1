"""A folder is replaced as a whole, also where the system cannot swap names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from repositories import Repo

from changeflow.repo import folder_swap
from changeflow.repo.folder_swap import replace_folder


@pytest.fixture(params=["swapped", "renamed"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param == "renamed":
        monkeypatch.setattr(folder_swap, "_swap", lambda: None)
    return Repo(tmp_path / "shop").path


def below(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def test_a_folder_appears_is_replaced_and_goes(root: Path) -> None:
    folder = root / "cmdb" / "imported" / "csv"
    for files in ({"a.yaml": b"1"}, {"b.yaml": b"2", "c.yaml": b"3"}, {}, {}, {"a.yaml": b"4"}):
        replace_folder(root, folder, files.items())
        assert below(folder) == files
        assert folder.exists() == bool(files)
    assert list((root / ".git" / "changeflow").iterdir()) == []


def test_without_git_the_new_folder_is_made_where_no_document_is_read(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    (root / ".changeflow-import-left").mkdir(parents=True)
    replace_folder(root, root / "cmdb" / "csv", {"a.yaml": b"1"}.items())
    assert [path.name for path in root.iterdir()] == ["cmdb"]


def test_where_the_new_folder_cannot_take_the_place_the_old_one_comes_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = root / "cmdb" / "csv"
    replace_folder(root, folder, {"a.yaml": b"1"}.items())
    monkeypatch.setattr(folder_swap, "_swap", lambda: None)
    rename = Path.rename

    def refuse_new(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse_new)
    with pytest.raises(OSError, match="No space"):
        replace_folder(root, folder, {"a.yaml": b"2"}.items())
    assert below(folder) == {"a.yaml": b"1"}


def test_two_that_write_at_once_do_not_remove_what_the_other_has_not_put_in_place_yet(root: Path) -> None:
    one, other = root / "cmdb" / "one", root / "cmdb" / "other"
    left = root / ".git" / "changeflow" / "import-left"
    left.mkdir(parents=True)

    def meanwhile() -> None:
        assert not left.exists(), "what a writer left that is not there any more"
        replace_folder(root, other, {"b.yaml": b"2"}.items())

    replace_folder(root, one, {"a.yaml": b"1"}.items(), meanwhile)
    assert (below(one), below(other)) == ({"a.yaml": b"1"}, {"b.yaml": b"2"})
    assert list((root / ".git" / "changeflow").iterdir()) == []
