"""Protocol Buffers' wire format, as far as the tree of a condition needs it.

The CEL library writes an expression down as `google.protobuf.Any` around a `cel.expr.CheckedExpr`
(github.com/google/cel-spec, proto/cel/expr/checked.proto and syntax.proto) and reads it back. The
full library for Protocol Buffers would cost more time to import than all conditions take to judge.
"""

from __future__ import annotations

from collections.abc import Iterator

Message = dict[int, list["int | bytes"]]
# wire types
_EIGHT, _SIZED = 1, 2


def message(data: bytes) -> Message:
    """Return field number -> its values, in order: numbers, or bytes of text and messages.

    Raises:
        ValueError: on a wire type that no such file has.
        IndexError: when the data ends too early.
    """
    found: Message = {}
    for number, value, _ in _raw_fields(data):
        found.setdefault(number, []).append(value)
    return found


def without_field(data: bytes, number: int) -> bytes:
    """Return the message without any field of that number."""
    return b"".join(raw for other, _, raw in _raw_fields(data) if other != number)


def sized_field(number: int, value: bytes) -> bytes:
    """Return a field of bytes. It can follow other fields, because their order has no meaning."""
    return _written_varint(number << 3 | _SIZED) + _written_varint(len(value)) + value


def number_in(found: Message, number: int) -> int:
    """Return a whole number; 0, the format's default, if it is absent."""
    value = found.get(number, [0])[-1]
    return value if isinstance(value, int) else 0


def every_bytes(found: Message, number: int) -> list[bytes]:
    """Return all values of a repeated field."""
    return [value for value in found.get(number, []) if isinstance(value, bytes)]


def bytes_in(found: Message, number: int) -> bytes:
    """Return the value of a field that must be there.

    Raises:
        IndexError: when it is not.
    """
    return every_bytes(found, number)[-1]


def text_in(found: Message, number: int) -> str:
    """Return a text; empty if it is absent."""
    if number not in found:
        return ""
    return bytes_in(found, number).decode()


def _raw_fields(data: bytes) -> Iterator[tuple[int, int | bytes, bytes]]:
    """Yield number, value and raw bytes of every field."""
    position = 0
    while position < len(data):
        start = position
        key, position = _read_varint(data, position)
        value: int | bytes
        match key & 7:
            case 0:
                value, position = _read_varint(data, position)
            case 2:
                size, position = _read_varint(data, position)
                value, position = data[position : position + size], position + size
            case 1 | 5 as width:
                size = 8 if width == _EIGHT else 4
                value, position = data[position : position + size], position + size
            case other:
                raise ValueError(f"wire type {other}")
        yield key >> 3, value, data[start:position]


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004 - the bit that says another byte follows
            return value, position


def _written_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits to a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))
