"""Telling a bare repository by its looks, without asking git: most commands never run it."""

from __future__ import annotations

from pathlib import Path


def is_bare(folder: Path) -> bool:
    """Whether a folder is a git repository itself, without a work tree around it."""
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
