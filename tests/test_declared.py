"""What is imported is declared: a library that comes along with another one today may be gone tomorrow."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from tests.literals import our_files

PROJECT = Path(__file__).resolve().parents[1]
DECLARED: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
OURS = {"changeflow", "tests", "benchmarks", "docs"}
# Data that the standard library finds by itself.
NOT_IMPORTED = {"tzdata"}


def distributions(requirements: list[str]) -> set[str]:
    return {canonical(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]) for line in requirements}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


RUN = distributions(DECLARED["project"]["dependencies"])
EXTRAS = {name for lines in DECLARED["project"]["optional-dependencies"].values() for name in distributions(lines)}
DEV = distributions(DECLARED["dependency-groups"]["dev"])


@cache
def imported(folder: str) -> dict[str, Path]:
    """Every module of others that a Python file of this folder imports, by its first name, and where."""
    found: dict[str, Path] = {}
    for path in our_files(PROJECT / folder, "*.py"):
        for name in roots(ast.parse(path.read_bytes()).body):
            found.setdefault(name, path.relative_to(PROJECT))
    return {name: path for name, path in found.items() if name not in OURS | neighbours(folder) | sys.stdlib_module_names}


def neighbours(folder: str) -> set[str]:
    """Names of modules and rooms that tests and scripts import without saying where they are; the package never does."""
    below = [] if folder == "changeflow" else [*our_files(PROJECT / "tests", "*"), *our_files(PROJECT / folder, "*")]
    return {path.stem for path in below if path.suffix == ".py" or (path / "__init__.py").is_file()}


def roots(statements: Sequence[ast.AST]) -> Iterator[str]:
    """First names of what statements import, and those inside of them; an expression imports nothing, and most of a file is expressions."""
    for node in statements:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from roots(getattr(node, part, ()))


@cache
def installed() -> Mapping[str, list[str]]:
    """The distributions of each module. They are looked for in every file of every one, which takes half a second."""
    return metadata.packages_distributions()


def brought_by(module: str) -> set[str]:
    """Distributions that bring a module; of one that is not installed, such as a large extra, its own name."""
    return {canonical(name) for name in installed().get(module, [module])}


@pytest.mark.parametrize(
    ("folder", "declared"),
    [("changeflow", RUN | EXTRAS), ("tests", RUN | EXTRAS | DEV), ("docs", RUN | DEV), ("benchmarks", RUN | EXTRAS | DEV)],
)
def test_every_library_that_is_imported_is_declared(folder: str, declared: set[str]) -> None:
    strangers = {name: str(path) for name, path in imported(folder).items() if not brought_by(name) & declared}
    assert strangers == {}


def test_every_library_that_is_declared_is_imported() -> None:
    used = {name for module in imported("changeflow") for name in brought_by(module)}
    assert RUN - used == NOT_IMPORTED
    # an extra may be there for a script that a guide shows
    used |= {name for module in imported("benchmarks") for name in brought_by(module)}
    assert EXTRAS - used == set()


def test_every_library_that_is_declared_is_locked() -> None:
    for lock, declared in (("run.txt", RUN), ("dev.txt", RUN | DEV)):
        text = (PROJECT / "requirements" / lock).read_text(encoding="utf-8")
        locked = {canonical(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}
        assert declared - locked == set()
