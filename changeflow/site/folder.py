"""The folder of a site: each file appears whole, and only files that the tool wrote are touched.

The manifest names every file with its digest. What files were made from lies beside it, in a file that
the manifest names by its digest and that is read when it is asked for. A build that is interrupted leaves
files that are whole, old or new; the next build goes on from there.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from changeflow import errors
from changeflow.lazy_dataclass import dataclass

MANIFEST: Final = ".changeflow-site.json"
KEPT: Final = ".changeflow-kept.json"
_SCHEMA: Final = "changeflow/site/v1"
_TEMPORARY: Final = ".changeflow-site-"
_DIGEST: Final = 16


@dataclass
class SiteFolder:
    """The folder, with what the last build left there.

    Attributes:
        path: of the folder.
        files: digests of the files of the last build, by path.
        kept_digest: of what the last build kept; empty where that is nothing.
    """

    path: Path
    files: Mapping[str, str]
    kept_digest: str
    _made: set[Path] = field(default_factory=set)

    @classmethod
    def open(cls, path: Path) -> SiteFolder:
        """Return the folder, made where there is none.

        Raises:
            errors.Refused: when there is something that no build of a site left.
            errors.UsageError: when it cannot be made, or is no folder.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
            for left in path.glob(f"{_TEMPORARY}*"):
                # by a build that was interrupted
                left.unlink()
            manifest = path / MANIFEST
            if not manifest.is_file() and any(map(_is_foreign, path.iterdir())):
                raise errors.Refused.of("site_folder.foreign", folder=str(path), manifest=MANIFEST)
            known = _read(manifest)
            if known is None:
                known = {"files": {}, "kept": ""}
                # from now on the folder is known as a site, however the build ends
                cls(path, {}, "").list_files({})
        except OSError as error:
            raise errors.UsageError.of(
                "place.unwritten", folder=str(path), why=errors.refusal(error)
            ) from error
        return cls(path, known["files"], known["kept"])

    @cached_property
    def kept(self) -> Mapping[str, Any]:
        """Return what the last build kept to know what it need not make again."""
        try:
            data = (self.path / KEPT).read_bytes() if self.kept_digest else b""
            found = json.loads(data) if _digest(data) == self.kept_digest else None
        except (OSError, ValueError):
            found = None
        return found if isinstance(found, dict) else {}

    def write(self, name: str, data: bytes) -> str:
        """Have a file hold these bytes; return its digest. One that holds them stays untouched.

        Raises:
            errors.UsageError: when the disk fails.
        """
        digest = _digest(data)
        target = self.path / name
        if self.files.get(name) == digest and _has_size(target, len(data)):
            return digest
        self._place(target, data)
        return digest

    def _place(self, target: Path, data: bytes) -> None:
        temporary = self.path / f"{_TEMPORARY}{os.getpid()}"
        try:
            if target.parent not in self._made:
                self._refuse_links(target.parent)
                target.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(target.parent)
            temporary.write_bytes(data)
            temporary.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise errors.UsageError.of(
                "place.unwritten", folder=str(target), why=errors.refusal(error)
            ) from error

    def _refuse_links(self, folder: Path) -> None:
        """Refuse a folder of the site that is a link: nothing outside of the site is touched."""
        while folder != self.path:
            if folder.is_symlink():
                raise errors.Refused.of("site_folder.link", path=str(folder))
            folder = folder.parent

    def has(self, name: str) -> bool:
        """Return whether a file of the last build was still there when this one began to ask."""
        return name in self._there

    def is_whole(self) -> bool:
        """Return whether all files of the last build are still there."""
        return len(self._there) == len(self.files)

    @cached_property
    def _there(self) -> frozenset[str]:
        """Return the files of the last build that are there; folders are asked, not files."""
        folders: dict[str, list[str]] = {}
        for name in self.files:
            folders.setdefault(name.rpartition("/")[0], []).append(name)
        found: list[str] = []
        for folder, names in folders.items():
            with contextlib.suppress(OSError):
                start = f"{folder}/" if folder else ""
                there = map(start.__add__, _files_in(self.path / folder))
                found += {*names}.intersection(there)
        return frozenset(found)

    def remove_others(self, files: Mapping[str, str]) -> int:
        """Remove the files of the last build that a new one has not; return how many there were."""
        gone = [name for name in self.files if name not in files]
        folders = set()
        for name in gone:
            path = self.path / name
            with contextlib.suppress(OSError):
                self._refuse_links(path.parent)
                path.unlink()
                folders.add(path.parent)
        for folder in sorted(folders, key=lambda one: -len(one.parts)):
            # those that are empty now
            with contextlib.suppress(OSError):
                if folder != self.path:
                    folder.rmdir()
        return len(gone)

    def keep(self, files: Mapping[str, str], kept: Mapping[str, Any]) -> None:
        """Keep what a build made, and what it need not make again.

        Raises:
            errors.UsageError: when the disk fails.
        """
        data = _as_json(kept)
        self._place(self.path / KEPT, data)
        self.kept_digest = _digest(data)
        self.list_files(files)

    def list_files(self, files: Mapping[str, str]) -> None:
        """Write the manifest.

        Raises:
            errors.UsageError: when the disk fails.
        """
        told = {"schema": _SCHEMA, "files": files, "kept": self.kept_digest}
        self._place(self.path / MANIFEST, _as_json(told))


def _as_json(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=_DIGEST).hexdigest()


def _files_in(folder: Path) -> set[str]:
    with os.scandir(folder) as found:
        return set(map(attrgetter("name"), filter(os.DirEntry.is_file, found)))


def _read(manifest: Path) -> dict[str, Any] | None:
    """Return the manifest; None where there is none that can be read."""
    try:
        found = json.loads(manifest.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("schema") != _SCHEMA:
        return None
    files = found.get("files")
    if not isinstance(files, dict) or not all(map(_is_inside, files)):
        return None
    # earlier versions kept everything in one file
    kept = found.get("kept")
    return {"files": files, "kept": kept if isinstance(kept, str) else ""}


def _is_inside(name: str) -> bool:
    """Return whether a path of a manifest stays in the folder, and is no hidden file."""
    parts = name.split("/")
    return bool(name) and not any(part in ("", "..") for part in parts) and "\\" not in name


def _is_foreign(path: Path) -> bool:
    return path.name not in (".git", ".DS_Store")


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False
