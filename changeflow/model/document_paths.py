"""Paths of documents in a change repository: each is made here, and read back here."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from changeflow.model.times import parse_date

CONFIG: Final = "changeflow.yaml"
CHANGES: Final = "changes/"
RELEASES: Final = "releases/"
# what other systems wrote: files of sources, and no documents
EXPORTS: Final = "cmdb/exports/"
SOURCES: Final = "cmdb/sources/"
AUDITS: Final = "cmdb/audits/"
IMPROVEMENTS: Final = "improvements/"
# freeze exceptions
EXCEPTIONS: Final = "exceptions/"
# clauses as data, which no gate asks
STANDARDS: Final = "policies/standards/"
# reviews of periods
REVIEWS: Final = "reviews/"
# names of files in the folder of a change
REQUEST_FILE: Final = "rfc.yaml"
REVIEW_FILE: Final = "review.yaml"
# how a file begins that `cmdb import` wrote; by it an import knows its own files
IMPORT_MARK: Final = "# Written by `changeflow cmdb import --source "
# tables of the past
HISTORY: Final = "history/"

_NAME: Final = re.compile(r"(?!\.{1,2}\Z)[^/\0]+\Z")


def change_folder(change: str) -> str:
    """Return the folder of a change, with a slash at its end.

    Raises:
        ValueError: when the text is no name of a folder, so that no text of a user ever leads
            elsewhere.
    """
    return f"{CHANGES}{_checked_folder(change)}/"


def rfc_path(change: str) -> str:
    """Return the path of a request for change. Raises ValueError as `change_folder` does."""
    return f"{change_folder(change)}{REQUEST_FILE}"


def slug_of(change: str) -> str:
    """Return what follows the day in the id of a change."""
    return change.split("-", 2)[-1]


def day_of_change(change: str) -> date:
    """Return the day in the id of a change, `CHG-yyyymmdd-...`.

    Raises:
        ValueError: when the calendar has no such day.
    """
    digits = change[len("CHG-") :][:8]
    return parse_date(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")


def plans_folder(change: str) -> str:
    """Return the folder of a change in which its plans are kept, with a slash at its end.

    Raises ValueError as `change_folder` does.
    """
    return f"{change_folder(change)}plans/"


def plan_path(change: str, number: int, format_: str) -> str:
    """Return where a plan is kept. Raises ValueError as `change_folder` does.

    Args:
        change: its id.
        number: 0 for all steps together, or the position of a step, from 1.
        format_: of the plan.
    """
    return f"{plans_folder(change)}{number}.{format_}.txt"


def review_path(change: str) -> str:
    """Return the path of a change's post-implementation review.

    Raises ValueError as `change_folder` does.
    """
    return f"{change_folder(change)}{REVIEW_FILE}"


def period_review_path(name: str) -> str:
    """Return the path of the review of a period. Raises ValueError as `change_folder` does."""
    return f"{REVIEWS}{_checked_folder(name)}/review.yaml"


def release_path(name: str) -> str:
    """Return the path of a release document. Raises ValueError as `change_folder` does."""
    return f"{RELEASES}{_checked_folder(name)}/release.yaml"


def is_folder_name(name: str) -> bool:
    """Return whether a text can be the name of a folder of a change or a release."""
    return _NAME.match(name) is not None


def change_of(path: str) -> str | None:
    """Return the name of the change's folder in which a path lies, or None.

    It need not be a valid id.
    """
    folder, _, rest = path.removeprefix(CHANGES).partition("/")
    if not (path.startswith(CHANGES) and folder and rest):
        return None
    return folder


def release_of(path: str) -> str | None:
    """Return the name of the release's folder in which a path lies, or None."""
    folder, _, rest = path.removeprefix(RELEASES).partition("/")
    if not (path.startswith(RELEASES) and folder and rest):
        return None
    return folder


def is_release_document(path: str) -> bool:
    """Return whether a path is that of the document of a release, and of no file beside it."""
    name = release_of(path)
    return name is not None and is_folder_name(name) and path == release_path(name)


def period_of_review(path: str) -> str | None:
    """Return the name of the folder of a review of a period, or None for any other path."""
    return _name_between(path, REVIEWS, "/review.yaml")


def change_of_rfc(path: str) -> str | None:
    """Return the name of the change whose request has this path, or None for any other path."""
    return _name_between(path, CHANGES, "/rfc.yaml")


def change_of_review(path: str) -> str | None:
    """Return the name of the change whose review has this path, or None for any other path."""
    return _name_between(path, CHANGES, "/review.yaml")


def _name_between(path: str, start: str, end: str) -> str | None:
    if not (path.startswith(start) and path.endswith(end)):
        return None
    name = path[len(start) : -len(end)]
    if not name or "/" in name:
        return None
    return name


def _checked_folder(name: str) -> str:
    if not is_folder_name(name):
        raise ValueError(f"`{name}` is not the name of a folder")
    return name
