"""JSON from strangers: one meaning or none.

Python's reader takes the last of two equal keys, reads `NaN` and `1e999`, and may run out of stack.
Evidence allows none of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, Final, NoReturn

# bytes of what one ledger entry says
SIZE_LIMIT: Final = 4 * 1024 * 1024
DEPTH_LIMIT: Final = 64


class MalformedError(ValueError):
    """The text is no JSON, or has more than one meaning."""


def parse(data: bytes, *, limit: int = SIZE_LIMIT, floats: bool = False) -> Any:
    """Return plain data from JSON bytes.

    Args:
        data: UTF-8.
        limit: bytes that are too many from here on.
        floats: take finite numbers that are no integers; evidence has none, a code host's answers
            may.

    Raises:
        MalformedError: for anything but JSON with unique keys, whole characters and finite numbers,
            within `DEPTH_LIMIT`.
    """
    if len(data) > limit:
        raise MalformedError(f"{len(data)} bytes are too many")
    number = _finite_number if floats else _no_float
    try:
        text = data.decode("utf-8")
        _check_depth(text)
        found = json.loads(
            text, object_pairs_hook=_unique_keys, parse_float=number, parse_constant=_no_number
        )
        if "\\u" in text:
            _check_characters(found)
    except MalformedError:
        raise
    except UnicodeDecodeError as error:
        raise MalformedError("not UTF-8") from error
    except ValueError as error:
        # JSONDecodeError, and integers of more digits than Python reads
        raise MalformedError(f"not JSON: {error}") from error
    return found


def parse_canonical(data: bytes, is_canonical: Callable[[Any, bytes], bool]) -> Any | None:
    """Return plain data from JSON bytes that are spelt canonically; None: let `parse` look at them.

    It is faster than `parse` and takes less: whatever is not exactly as the data are written again
    is left to it. A key that stands twice is, for one.

    Args:
        data: UTF-8.
        is_canonical: whether bytes are the canonical JSON of what was read from them.
    """
    if len(data) > SIZE_LIMIT or not data.isascii() or b"\\u" in data:
        return None
    text = data.decode("ascii")
    try:
        _check_depth(text)
        found = _CANONICAL.decode(text)
    except ValueError:
        return None
    return found if is_canonical(found, data) else None


def _check_depth(text: str) -> None:
    """Count brackets outside of strings before the recursive reader sees them."""
    depth, rest = 0, text
    if max(text.count("["), text.count("{")) < DEPTH_LIMIT // 2:
        return
    inside = escaped = False
    for character in rest:
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise MalformedError(f"nested more than {DEPTH_LIMIT} deep")
        elif character in "]}":
            depth -= 1


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise MalformedError(f"the key `{key}` appears twice")
        seen.add(key)
    return found


def _no_float(text: str) -> NoReturn:
    raise MalformedError(f"`{text}` is no integer; evidence carries other numbers as text")


def _no_number(text: str) -> NoReturn:
    raise MalformedError(f"`{text}` is not a number")


# made once: a long ledger is read entry by entry
_CANONICAL: Final = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_number)


def _finite_number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise MalformedError("a number is too large")
    return value


def _check_characters(value: Any) -> None:
    """Refuse half of a surrogate pair: it cannot be written out again. Depth is bounded by now."""
    match value:
        case str():
            if any("\ud800" <= character <= "\udfff" for character in value):
                raise MalformedError("half a character stands alone")
        case dict():
            for key, item in value.items():
                _check_characters(key)
                _check_characters(item)
        case list():
            for item in value:
                _check_characters(item)
