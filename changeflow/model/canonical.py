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

from changeflow.model.paths import shown

# bytes of an answer above which its long lists are recorded by their digests
LARGE: Final = 1024 * 1024
# of such a list that are kept all the same
MEMBERS: Final = 1_000
# code of a reason to the data that is recorded with it, because it was from the start
RECORDED_DATA: Final = {
    "approval.expired": ("validity", "by"),
    "dependency.planned_later": ("change",),
    "dependency.will_not_run": ("change",),
    "freeze.ahead": ("id", "name", "start", "end"),
    "freeze.in_force": ("id", "name", "start", "end"),
    "remote.differs": ("remote", "noted", "change", "seq"),
}
# characters that a message shows beside one that has no UTF-8
_AROUND: Final = 40


class NotUtf8Error(ValueError):
    """Text that has bytes which are no UTF-8, or half a character: no spelling all agree on.

    Attributes:
        around: the place, and what stands beside it.
    """

    def __init__(self, around: str) -> None:
        super().__init__(f"this text is not UTF-8: `{around}`")
        self.around = around


def canonical_json(value: Any) -> bytes:
    """Return the canonical JSON of plain data (dict, list, tuple, str, int, bool, None).

    Raises:
        TypeError: for floats, keys that are not text, and anything that is not plain data.
        NotUtf8Error: for text that is not UTF-8.
    """
    text = _spelled(_with_normal_text(value))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        around = text[max(0, error.start - _AROUND) : error.start + _AROUND]
        raise NotUtf8Error(shown(around)) from error


def is_canonical(value: Any, data: bytes) -> bool:
    """Return whether bytes are the canonical JSON of what was read from them.

    Args:
        value: what strict JSON (`model.strictjson`) in the bytes says.
        data: the bytes.
    """
    if data.isascii():
        # Text that is spelt in ASCII has its normal form, so no text needs to be looked at.
        return _spelled(value) == data.decode("ascii")
    try:
        return canonical_json(value) == data
    except NotUtf8Error:
        return False


# made once: a long ledger is spelt entry by entry
_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def _spelled(value: Any) -> str:
    return _ENCODER.encode(value)


def digest(value: Any) -> str:
    """Return `sha256:<hex>` of the canonical JSON of plain data."""
    return digest_bytes(canonical_json(value))


def digest_bytes(data: bytes) -> str:
    """Return `sha256:<hex>` of raw bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def evidence(value: Any) -> Any:
    """Return plain data ready for canonical JSON.

    Floats become their shortest decimal string, tuples become lists.
    """
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
    """Return an answer as evidence.

    In an answer that is too large, a long list is replaced by its first members, its length and its
    digest. A blast radius may hold a whole estate, and a ledger with all of it in each entry would
    become unreadable. `left_out` names the shortened lists, such as `impact.affected`; it is absent
    if there are none.

    The data of a reason is what its sentence is made of. It is no part of a decision and is not
    recorded, but for the few codes of `RECORDED_DATA`. Nor is until when an open gate holds.
    """
    plain: dict[str, Any] = evidence(answer)
    plain.pop("holds_until", None)
    if isinstance(plain.get("reasons"), list):
        plain["reasons"] = [_without_explanation(one) for one in plain["reasons"]]
    for opinion in plain.get("ignored", ()):
        opinion.pop("data", None)
    if len(canonical_json(plain)) <= LARGE:
        return plain
    left_out: dict[str, Any] = {}
    short = {key: _with_short_lists(value, key, left_out) for key, value in plain.items()}
    if not left_out:
        return plain
    return {**short, "left_out": left_out}


def _without_explanation(reason: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reason and its parts without the data that only its sentence is made of."""
    kept = RECORDED_DATA.get(str(reason.get("reason_code")), ())
    data = {key: value for key, value in reason.get("data", {}).items() if key in kept}
    parts = [_without_explanation(part) for part in reason.get("parts", ())]
    return {**reason, "data": data, "parts": parts}


def _with_short_lists(value: Any, route: str, left_out: dict[str, Any]) -> Any:
    match value:
        case dict():
            return {
                key: _with_short_lists(item, f"{route}.{key}", left_out)
                for key, item in value.items()
            }
        case list():
            if len(value) > MEMBERS:
                left_out[route] = {"members": len(value), "digest": digest(value)}
            return [
                _with_short_lists(item, f"{route}.{index}", left_out)
                for index, item in enumerate(value[:MEMBERS])
            ]
        case _:
            return value


def _normal(text: str) -> str:
    """Return a text in normal form C, which ASCII always has."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _with_normal_text(value: Any) -> Any:
    # Each entry of a ledger goes through here twice: the kinds that JSON has are looked for first.
    kind = type(value)
    if kind is str:
        return _normal(value)
    if kind is dict and all(type(key) is str for key in value):
        return {_normal(key): _with_normal_text(item) for key, item in value.items()}
    match value:
        case bool() | int() | None:
            return value
        case str():
            return _normal(value)
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("canonical JSON has text keys only")
            return {_normal(key): _with_normal_text(item) for key, item in value.items()}
        case list() | tuple():
            return [_with_normal_text(item) for item in value]
        case _:
            raise TypeError(f"not canonical: {type(value).__name__}")
