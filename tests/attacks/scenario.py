"""The corpus: one folder for each row of the list of attacks, with what is tried (`attack*.yaml`) and the honest neighbour (`honest-twin*.yaml`).

A row that cannot be answered here has `needs.yaml`: what it needs, and what in changeflow detects it afterwards. README.md beside
this file explains the keys of all of them.
"""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attacks.language import mistakes
from attacks.stage import HERE, read_yaml

CORPUS = HERE / "corpus"


@dataclass(frozen=True)
class Case:
    """One scenario of a row."""

    path: Path
    told: dict[str, Any]

    @property
    def row(self) -> str:
        return row_of(self.path)

    @property
    def twin(self) -> bool:
        return self.path.name.startswith("honest-twin")

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}-{self.path.stem}"

    @property
    def level(self) -> str:
        return str(self.told.get("level", "core"))

    @property
    def expect(self) -> dict[str, Any]:
        return dict(self.told["expect"])


def cases(level: str) -> list[Case]:
    """Cases that run on a level, in order."""
    found = [read_case(path) for path in sorted(CORPUS.glob("A*/*.yaml")) if path.stem != "needs"]
    return [case for case in found if case.level == level or (level == "bot" and case.told.get("also") == "bot")]


def read_case(path: Path) -> Case:
    """The case in a file, which has no key that nothing reads."""
    return Case(path, copy.deepcopy(_told(path)))


@functools.cache
def _told(path: Path) -> dict[str, Any]:
    """What a file says, read once in a process: several modules ask for all of them, and each worker imports all modules."""
    told: dict[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
    wrong = mistakes(told)
    assert not wrong, f"{path}: {'; '.join(wrong)}"
    return told


def row_of(path: Path) -> str:
    """`A36` of a file in the folder `A36-new-cab-member`."""
    return path.parent.name.partition("-")[0]


def needs() -> dict[str, dict[str, Any]]:
    """Row -> what it needs and what detects it."""
    return {row_of(path): read_yaml(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("A*/needs.yaml"))}
