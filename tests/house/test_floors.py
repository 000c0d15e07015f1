"""Rooms of more than ten files have floors inside, and every file has its place on one."""

from __future__ import annotations

import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
FEW = 10


def contracts() -> list[dict[str, object]]:
    text = (PROJECT / "pyproject.toml").read_text("utf-8")
    return list(tomllib.loads(text)["tool"]["importlinter"]["contracts"])


def floors() -> dict[str, set[str]]:
    """Files by room, as the contracts with floors name them."""
    found = {}
    for contract in contracts():
        for room in contract.get("containers", ()):  # type: ignore[union-attr]
            names = " ".join(contract["layers"]).replace("|", " ").replace(":", " ")  # type: ignore[arg-type]
            found[room] = set(names.split())
    return found


def test_a_room_of_many_files_has_floors_and_each_file_is_on_one() -> None:
    known = floors()
    missing = {}
    for folder in {path.parent for path in (PROJECT / "changeflow").rglob("*.py")}:
        files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
        room = ".".join(folder.relative_to(PROJECT).parts)
        if len(files) > FEW and files - known.get(room, set()):
            missing[room] = sorted(files - known.get(room, set()))
    assert missing == {}, "give the file a floor in pyproject.toml: above what it imports, below what imports it"


def test_no_floor_names_a_file_that_is_gone() -> None:
    gone = {
        f"{room}.{name}"
        for room, names in floors().items()
        for name in names
        if not (PROJECT / room.replace(".", "/") / f"{name}.py").exists()
        and not (PROJECT / room.replace(".", "/") / name).is_dir()
    }
    assert gone == set()
