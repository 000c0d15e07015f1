"""`schema`: the JSON Schemas that ship with changeflow, and a repository's own copy of them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.kinds import NAMES, home_of
from changeflow.model.paths import paths_of
from changeflow.resources import folder


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema of a kind of document (with its home), or of an answer."""

    name: str
    home: str
    path: str


def schemas() -> tuple[Schema, ...]:
    """Return all schemas: documents first, then answers."""
    found = [Schema(kind, home_of(kind), f"{kind}.schema.json") for kind in NAMES]
    for path in sorted((folder("schemas") / "answers").glob("*.schema.json")):
        name = path.name.removesuffix(".schema.json")
        file = f"answers/{name}.schema.json"
        found.append(Schema(f"changeflow/{name}/v1", "JSON answer", file))
    return tuple(found)


def export(target: Path) -> tuple[str, ...]:
    """Copy all schemas into a folder.

    Older copies are replaced, other files stay; each file is whole or not there.

    Returns:
        The paths written, relative to the folder.

    Raises:
        errors.UsageError: when the folder cannot be written; then nothing was.
    """
    names = paths_of(schemas())
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise errors.unwritten(
            "place.unwritten", error, case="to", folder=str(target.parent)
        ) from error
    try:
        _stage(stage, names)
        _move(stage, target, names)
    except OSError as error:
        raise errors.unwritten(
            "place.unwritten", error, case="to", folder=str(target)
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return tuple(names)


def _stage(stage: Path, names: list[str]) -> None:
    """Make a complete copy beside the target, so that a full disk or an interruption shows here."""
    stage.chmod(0o755)
    for name in names:
        (stage / name).parent.mkdir(exist_ok=True)
        (stage / name).write_bytes((folder("schemas") / name).read_bytes())


def _move(stage: Path, target: Path, names: list[str]) -> None:
    if not os.path.lexists(target):
        stage.rename(target)
        return
    for parent in sorted({(target / name).parent for name in names}):
        parent.mkdir(exist_ok=True)
    for name in names:
        (stage / name).replace(target / name)
