"""Where each kind of document lives in a change repository."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from changeflow.model.document_paths import CONFIG

FOLDERS: Final = ("changes", "cmdb", "policies", "releases")

KIBIBYTE: Final = 1_024
# a request for change is written and read by people
SMALL: Final = 256 * KIBIBYTE
# a CMDB or roster file may come from an export
LARGE: Final = 4_096 * KIBIBYTE


@dataclass(frozen=True, slots=True)
class Area:
    """One row of the layout: a pattern of paths, the kinds that live there, and how large a file may be."""

    pattern: re.Pattern[str]
    kinds: tuple[str, ...]
    shown_as: str
    many: bool = False
    limit: int = SMALL


def _area(
    pattern: str, kinds: tuple[str, ...], shown_as: str, many: bool = False, limit: int = SMALL
) -> Area:
    return Area(re.compile(pattern, re.DOTALL), kinds, shown_as, many, limit)


AREAS: Final = (
    _area(r"changeflow\.yaml", ("Config",), CONFIG),
    _area(r"changes/[^/]+/rfc\.yaml", ("ChangeRequest",), "changes/<id>/rfc.yaml"),
    _area(r"changes/[^/]+/review\.yaml", ("PostImplementationReview",), "changes/<id>/review.yaml"),
    _area(r"releases/[^/]+/release\.yaml", ("Release",), "releases/<id>/release.yaml"),
    _area(r"cmdb/.+\.ya?ml", ("ConfigurationItem",), "cmdb/**/*.yaml", many=True, limit=LARGE),
    _area(r"policies/models/[^/]+\.ya?ml", ("ChangeModel",), "policies/models/*.yaml", limit=LARGE),
    _area(r"policies/tests/[^/]+\.ya?ml", ("PolicyTest",), "policies/tests/*.yaml", limit=LARGE),
    _area(
        r"policies/[^/]+\.ya?ml",
        ("Policy", "RiskModel", "Roster", "Calendar"),
        "policies/*.yaml",
        limit=LARGE,
    ),
)


def area_of(path: str) -> Area | None:
    """The row of the layout a path (relative to the repository, with `/`) belongs to, or `None`."""
    return next((area for area in AREAS if area.pattern.fullmatch(path)), None)


def home_of(kind: str) -> str:
    """How the layout spells the home of a kind, e.g.

    `changes/<id>/rfc.yaml`; empty for an unknown kind.
    """
    return next((area.shown_as for area in AREAS if kind in area.kinds), "")


def byte_limit(path: str) -> int:
    """How many bytes a file at this path may have."""
    area = area_of(path)
    return area.limit if area is not None else SMALL
