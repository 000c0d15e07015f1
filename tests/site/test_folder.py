"""The folder of a site: whole files, nothing foreign touched, an interrupted build goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.site.folder import KEPT, MANIFEST, SiteFolder


def built(path: Path, **files: str) -> SiteFolder:
    folder = SiteFolder.open(path)
    digests = {name: folder.write(name, text.encode()) for name, text in files.items()}
    folder.remove_others(digests)
    folder.keep(digests, {})
    return folder


def test_a_folder_with_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(errors.Refused, match="no site that changeflow built"):
        SiteFolder.open(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_is_gone_is_removed_and_what_others_put_there_stays(tmp_path: Path) -> None:
    built(tmp_path, **{"a.html": "a", "sub/b.html": "b"})
    (tmp_path / "CNAME").write_text("changes.example.com", encoding="utf-8")
    built(tmp_path, **{"a.html": "a"})
    assert sorted(one.name for one in tmp_path.iterdir()) == [KEPT, MANIFEST, "CNAME", "a.html"]


def test_a_file_that_is_as_before_is_not_written_again(tmp_path: Path) -> None:
    built(tmp_path, **{"a.html": "a", "b.html": "b"})
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in ("a.html", "b.html")}
    built(tmp_path, **{"a.html": "a", "b.html": "other"})
    assert (tmp_path / "a.html").stat().st_mtime_ns == before["a.html"]
    assert (tmp_path / "b.html").read_text(encoding="utf-8") == "other"


def test_a_file_that_somebody_removed_or_cut_is_written_again(tmp_path: Path) -> None:
    built(tmp_path, **{"a.html": "aaa", "b.html": "bbb"})
    (tmp_path / "a.html").unlink()
    (tmp_path / "b.html").write_text("b", encoding="utf-8")
    built(tmp_path, **{"a.html": "aaa", "b.html": "bbb"})
    assert (tmp_path / "a.html").read_text(encoding="utf-8") + (tmp_path / "b.html").read_text(encoding="utf-8") == "aaabbb"


def test_a_build_that_was_interrupted_goes_on(tmp_path: Path) -> None:
    folder = SiteFolder.open(tmp_path)
    folder.write("a.html", b"a")
    (tmp_path / ".changeflow-site-4711").write_bytes(b"half a pa")
    again = built(tmp_path, **{"a.html": "a", "b.html": "b"})
    assert again.path == tmp_path
    assert (tmp_path / "b.html").read_text(encoding="utf-8") == "b"
    assert not list(tmp_path.glob(".changeflow-site-*"))


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    site, outside = tmp_path / "site", tmp_path / "outside"
    outside.mkdir()
    SiteFolder.open(site)
    (site / "changes").symlink_to(outside)
    with pytest.raises(errors.Refused, match="is a link"):
        SiteFolder.open(site).write("changes/a.html", b"a")
    assert not list(outside.iterdir())


@pytest.mark.parametrize("name", ["../thesis.txt", "/etc/passwd", "a/../../b", ""])
def test_a_manifest_that_points_outside_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    site = tmp_path / "site"
    built(site, **{"a.html": "a"})
    known = json.loads((site / MANIFEST).read_text(encoding="utf-8"))
    known["files"][name] = "0" * 32
    (site / MANIFEST).write_text(json.dumps(known), encoding="utf-8")
    assert SiteFolder.open(site).files == {}
    assert (tmp_path / "thesis.txt").exists()


def test_a_file_in_place_of_the_folder_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("x", encoding="utf-8")
    with pytest.raises(errors.UsageError):
        SiteFolder.open(tmp_path / "site")
