"""The error of a report that cannot be judged."""

from __future__ import annotations

from typing import Any

from changeflow.model.strictjson import MalformedError, parse


class UnreadableFileError(ValueError):
    """The file cannot be judged. The text says why, in English: it is recorded."""


def json_object(data: bytes) -> dict[str, Any]:
    """Return the object that JSON bytes hold.

    Raises:
        UnreadableFileError: for anything else.
    """
    # tools write a mark of the byte order, and it means nothing
    text = data.removeprefix(b"\xef\xbb\xbf")
    try:
        found = parse(text, limit=len(text) + 1, floats=True)
    except MalformedError as error:
        raise UnreadableFileError(f"it is no JSON that can be read: {error}") from error
    if not isinstance(found, dict):
        raise UnreadableFileError("it is no JSON object")
    return found


def listed(value: object, what: str) -> list[Any]:
    """Return a list.

    Raises:
        UnreadableFileError: for anything else.
    """
    if not isinstance(value, list):
        raise UnreadableFileError(f"`{what}` is no list")
    return value


def mapping(value: object, what: str) -> dict[str, Any]:
    """Return an object.

    Raises:
        UnreadableFileError: for anything else.
    """
    if not isinstance(value, dict):
        raise UnreadableFileError(f"`{what}` is no object")
    return value
