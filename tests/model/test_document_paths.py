"""Paths of documents are made and read back in one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from changeflow.model.document_paths import (
    CONFIG,
    change_folder,
    change_of,
    change_of_review,
    change_of_rfc,
    release_path,
    review_path,
    rfc_path,
)
from changeflow.model.kinds import area_of

PACKAGE = Path(__file__).resolve().parents[2] / "changeflow"
CHANGE = "CHG-20261121-x"
# A path with an id in it, the beginning or the end of one, and a second name for the file of the configuration.
BY_HAND = re.compile(r'''"(changes|releases)/["{]|[^>]/(rfc|review)\.yaml"\)?|= "changeflow\.yaml"''')


def test_a_path_that_is_made_is_where_its_kind_of_document_lives() -> None:
    made = {
        CONFIG: "Config",
        rfc_path(CHANGE): "ChangeRequest",
        review_path(CHANGE): "PostImplementationReview",
        release_path("r1"): "Release",
    }
    found = {path: area.kinds for path in made if (area := area_of(path))}
    assert found == {path: (kind,) for path, kind in made.items()}


def test_a_path_that_is_made_is_read_back_as_the_same_change() -> None:
    assert change_of_rfc(rfc_path(CHANGE)) == change_of_review(review_path(CHANGE)) == change_of(rfc_path(CHANGE)) == CHANGE


@pytest.mark.parametrize("make", [change_folder, rfc_path, review_path, release_path])
@pytest.mark.parametrize("wrong", ["", ".", "..", "../x", "x/..", "/", "a/b", "a\0b"])
def test_what_is_no_name_of_a_folder_makes_no_path(make: object, wrong: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match="not the name of a folder"):
        make(wrong)


@pytest.mark.parametrize(
    "path",
    [
        "changes/rfc.yaml", "changes//rfc.yaml", "changes/a/b/rfc.yaml", "changes/a/rfc.yml", "changes/a/xrfc.yaml",
        "Changes/a/rfc.yaml", "x/changes/a/rfc.yaml", "changes/a/rfc.yaml/x", "changes/a/rfc.yaml\n",
    ],
)  # fmt: skip
def test_a_file_that_only_looks_like_a_request_is_none(path: str) -> None:
    assert change_of_rfc(path) is None


@pytest.mark.parametrize("path", ["changes/", "changes/a", "changes/a/", "changes//x", "cmdb/a/b"])
def test_what_lies_in_no_change_belongs_to_none(path: str) -> None:
    assert change_of(path) is None


def test_no_other_module_spells_these_paths() -> None:
    """`changes/<id>/...` in a sentence for people is fine; a path that is put together or taken apart by hand is not."""
    found = {
        f"{path.name}: {line.strip()}"
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if path.name != "document_paths.py" and BY_HAND.search(line)
    }
    assert sorted(found) == []
