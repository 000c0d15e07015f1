"""JSON from strangers: one meaning or none.

Python's reader takes the last of two equal keys, reads `NaN` and `1e999`, and may run out of stack. Evidence allows none of it.
"""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

SIZE_LIMIT: Final = 4 * 1024 * 1024  # bytes of one ledger entry
DEPTH_LIMIT: Final = 64


class MalformedError(ValueError):
    """The text is no JSON, or has more than one meaning."""


def parse(data: bytes) -> Any:
    """Plain data from JSON bytes.

    Raises:
        MalformedError: for anything but UTF-8 JSON with unique keys and integers only, within `DEPTH_LIMIT` and `SIZE_LIMIT`.
    """
    if len(data) > SIZE_LIMIT:
        raise MalformedError(f"{len(data)} bytes are too many")
    try:
        text = data.decode("utf-8")
        _check_depth(text)
        return json.loads(text, object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float)
    except MalformedError:
        raise
    except UnicodeDecodeError as error:
        raise MalformedError("not UTF-8") from error
    except ValueError as error:  # JSONDecodeError, and integers of more digits than Python reads
        raise MalformedError(f"not JSON: {error}") from error


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


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in {name for name, _ in pairs[:index]})
        raise MalformedError(f"the key `{twice}` stands there twice")
    return found


def _no_float(text: str) -> NoReturn:
    raise MalformedError(f"`{text}` is no integer; evidence carries other numbers as text")
