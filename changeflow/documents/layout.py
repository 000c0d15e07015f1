"""Which kinds of document lie at a path, and how large a file there may be: the table of kinds by home."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from changeflow.model.kinds import BY_NAME, KINDS, SMALL


@dataclass(frozen=True, slots=True)
class Area:
    """One home: a pattern of paths, the kinds that live there, and how large a file may be."""

    pattern: re.Pattern[str]
    kinds: tuple[str, ...]
    shown_as: str
    many: bool
    limit: int


def _area(home: str) -> Area:
    kinds = [kind for kind in KINDS if kind.home == home]
    return Area(
        _pattern(home),
        tuple(kind.name for kind in kinds),
        home,
        any(kind.many for kind in kinds),
        max(kind.limit for kind in kinds),
    )


def _pattern(home: str) -> re.Pattern[str]:
    text = re.escape(home).replace("<id>", "[^/]+")
    text = text.replace(r"\*\*/\*\.yaml", r".+\.ya?ml").replace(r"\*\.yaml", r"[^/]+\.ya?ml")
    return re.compile(text, re.DOTALL)


AREAS: Final = tuple(_area(home) for home in dict.fromkeys(kind.home for kind in KINDS))


def area_of(path: str) -> Area | None:
    """The home a path (relative to the repository, with `/`) belongs to, or `None`."""
    return next((area for area in AREAS if area.pattern.fullmatch(path)), None)


def home_of(kind: str) -> str:
    """How the home of a kind is spelt, e.g. `changes/<id>/rfc.yaml`; empty for an unknown kind."""
    return BY_NAME[kind].home if kind in BY_NAME else ""


def byte_limit(path: str) -> int:
    """How many bytes a file at this path may have."""
    area = area_of(path)
    return area.limit if area is not None else SMALL
