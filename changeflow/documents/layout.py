"""Where each kind of document lives in a change repository."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

CONFIG: Final = "changeflow.yaml"
FOLDERS: Final = ("changes", "cmdb", "policies", "releases")

KIBIBYTE: Final = 1_024
SMALL: Final = 256 * KIBIBYTE  # a request for change is written and read by people
LARGE: Final = 4_096 * KIBIBYTE  # a CMDB or roster file may come from an export

_CHANGE_ID: Final = re.compile(r"CHG-[0-9]{8}-[a-z0-9][a-z0-9-]{0,46}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Area:
    """One row of the layout: a pattern of paths, the kinds that live there, and how large a file may be."""

    pattern: re.Pattern[str]
    kinds: tuple[str, ...]
    shown_as: str
    many: bool = False
    limit: int = SMALL


def _area(pattern: str, kinds: tuple[str, ...], shown_as: str, many: bool = False, limit: int = SMALL) -> Area:
    return Area(re.compile(pattern, re.DOTALL), kinds, shown_as, many, limit)


AREAS: Final = (
    _area(r"changeflow\.yaml", ("Config",), CONFIG),
    _area(r"changes/[^/]+/rfc\.yaml", ("ChangeRequest",), "changes/<id>/rfc.yaml"),
    _area(r"changes/[^/]+/review\.yaml", ("PostImplementationReview",), "changes/<id>/review.yaml"),
    _area(r"releases/[^/]+/release\.yaml", ("Release",), "releases/<id>/release.yaml"),
    _area(r"cmdb/.+\.ya?ml", ("ConfigurationItem",), "cmdb/**/*.yaml", many=True, limit=LARGE),
    _area(r"policies/models/[^/]+\.ya?ml", ("ChangeModel",), "policies/models/*.yaml", limit=LARGE),
    _area(r"policies/tests/[^/]+\.ya?ml", ("PolicyTest",), "policies/tests/*.yaml", limit=LARGE),
    _area(r"policies/[^/]+\.ya?ml", ("Policy", "RiskModel", "Roster", "Calendar"), "policies/*.yaml", limit=LARGE),
)


def area_of(path: str) -> Area | None:
    """The row of the layout a path (relative to the repository, with `/`) belongs to, or `None`."""
    return next((area for area in AREAS if area.pattern.fullmatch(path)), None)


def kind_of(path: str) -> str | None:
    """The kind of document that lives at a path; `None` where several may, or none does."""
    area = area_of(path)
    return area.kinds[0] if area is not None and len(area.kinds) == 1 else None


def home_of(kind: str) -> str:
    """How the layout spells the home of a kind, e.g. `changes/<id>/rfc.yaml`; empty for an unknown kind."""
    return next((area.shown_as for area in AREAS if kind in area.kinds), "")


def byte_limit(path: str) -> int:
    """How many bytes a file at this path may have."""
    area = area_of(path)
    return area.limit if area is not None else SMALL


def change_folder(change_id: str) -> str:
    """The folder of a change, with a slash at its end.

    Raises:
        ValueError: when the text is no change id, so that no text of a user ever becomes a path.
    """
    if _CHANGE_ID.fullmatch(change_id) is None:
        raise ValueError(f"`{change_id}` is not a change id")
    return f"changes/{change_id}/"


def change_of(path: str) -> str | None:
    """The name of the change folder a path lies in, or `None`. It need not be a valid id."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "changes" else None  # noqa: PLR2004 - changes/<id>/<file>
