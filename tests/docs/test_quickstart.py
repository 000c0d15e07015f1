"""The quick start, typed as it stands, ends with a released and reviewed change."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.typed import blocks, gates, type_in


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("newcomer")
    return folder / "quickstart/shop", type_in(folder, blocks("docs/quickstart.md"))


def test_the_change_is_released(typed: tuple[Path, str]) -> None:
    shop, said = typed
    assert (shop / ".state/website-preview").read_text(encoding="utf-8") == "2.0\n"
    assert "-website-2-0: implemented" in said


def test_the_gates_answer_as_the_text_says(typed: tuple[Path, str]) -> None:
    assert gates(typed[1]) == [("approve", "SHUT"), ("approve", "OPEN"), ("deploy", "OPEN"), ("close", "OPEN")]
    assert "Class: minor" in typed[1]
    assert "could act: carol" in typed[1]


def test_all_evidence_is_signed_and_verifies(typed: tuple[Path, str]) -> None:
    found = re.search(r"ok: (\d+) entries in an unbroken chain, (\d+) signed", typed[1])
    assert found is not None
    assert found[1] == found[2]


def test_nothing_is_left_uncommitted(typed: tuple[Path, str]) -> None:
    done = subprocess.run(["git", "-C", str(typed[0]), "status", "--porcelain"], capture_output=True, text=True, check=True)
    assert done.stdout == ""
