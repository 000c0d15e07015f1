"""One spelling for every value, so that equal content has equal digests on any machine.

Canonical JSON: keys sorted, no white space, text in Unicode normal form C, integers only. Floats
are refused because their spelling is a matter of taste between languages; evidence carries them as
decimal strings (see `evidence`).
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from changeflow import errors
from changeflow.model.paths import shown

LARGE: Final = (
    1024 * 1024
)  # bytes of an answer above which its long lists are recorded by their digests
# of such a list that are kept all the same
MEMBERS: Final = 1_000
# characters that a message shows beside one that has no UTF-8
_AROUND: Final = 40


def canonical_json(value: Any) -> bytes:
    """Canonical JSON of plain data (dict, list, tuple, str, int, bool, None).

    Raises:
        TypeError: for floats, keys that are not text, and anything that is not plain data.
        errors.Unreadable: for text that has bytes which are no UTF-8, or half a character: it has
            no spelling that all agree on.
    """
    text = json.dumps(
        _normal(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        around = text[max(0, error.start - _AROUND) : error.start + _AROUND]
        raise errors.Unreadable(
            f"this text is not UTF-8: `{shown(around)}`", "write it as UTF-8"
        ) from error


def digest(value: Any) -> str:
    """`sha256:<hex>` of the canonical JSON of plain data."""
    return digest_bytes(canonical_json(value))


def digest_bytes(data: bytes) -> str:
    """`sha256:<hex>` of raw bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def evidence(value: Any) -> Any:
    """Plain data ready for canonical JSON: floats become their shortest decimal string, tuples lists."""
    match value:
        case bool() | int() | str() | None:
            return value
        case float():
            return repr(value)
        case Mapping():
            return {key: evidence(item) for key, item in value.items()}
        case Sequence():
            return [evidence(item) for item in value]
        case _:
            raise TypeError(f"not plain data: {type(value).__name__}")


def on_record(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as evidence.

    Of one that is too large, long lists are kept by their first members, their number and their
    digest.

    What a change can hurt may be a whole estate; a ledger that holds all of it with every entry
    could not be read any more. `left_out` names what was shortened, such as `impact.affected`; it
    is there only where something was. What explains a reason (`data.shut_by`) is no part of a
    decision, and is not recorded.
    """
    plain: dict[str, Any] = evidence(answer)
    if isinstance(plain.get("reasons"), list):
        plain["reasons"] = [_unexplained(one) for one in plain["reasons"]]
    if len(canonical_json(plain)) <= LARGE:
        return plain
    left_out: dict[str, Any] = {}
    short = {key: _shortened(value, key, left_out) for key, value in plain.items()}
    return {**short, "left_out": left_out} if left_out else plain


def _unexplained(reason: Mapping[str, Any]) -> dict[str, Any]:
    """A reason and its parts without `data.shut_by`."""
    data = {key: value for key, value in reason.get("data", {}).items() if key != "shut_by"}
    return {
        **reason,
        "data": data,
        "parts": [_unexplained(part) for part in reason.get("parts", ())],
    }


def _shortened(value: Any, route: str, left_out: dict[str, Any]) -> Any:
    match value:
        case dict():
            return {
                key: _shortened(item, f"{route}.{key}", left_out) for key, item in value.items()
            }
        case list() if len(value) > MEMBERS:
            left_out[route] = {"members": len(value), "digest": digest(value)}
            return [
                _shortened(item, f"{route}.{index}", left_out)
                for index, item in enumerate(value[:MEMBERS])
            ]
        case list():
            return [
                _shortened(item, f"{route}.{index}", left_out) for index, item in enumerate(value)
            ]
        case _:
            return value


def _normal(value: Any) -> Any:
    match value:
        case bool() | int() | None:
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("canonical JSON has text keys only")
            return {unicodedata.normalize("NFC", key): _normal(item) for key, item in value.items()}
        case list() | tuple():
            return [_normal(item) for item in value]
        case _:
            raise TypeError(f"not canonical: {type(value).__name__}")
