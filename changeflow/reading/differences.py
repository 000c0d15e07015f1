"""What differs between two versions of a change, field by field, for somebody who knew the older one.

Only what is material is compared: whatever may differ without voiding an approval is not shown
either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from changeflow.model.change import ChangeRequest, material
from changeflow.model.phrases import first_of
from changeflow.reading.change import ChangeState

# differences spelt out for one person
MOST: Final = 20


def of_contents(old: ChangeState, new: ChangeState) -> Iterator[str]:
    """Differences of the requests, then of the files that belong to them."""
    yield from of_requests(old.change, new.change)
    before, now = (
        {path: (mode, digest) for path, mode, digest in content.files} for content in (old, new)
    )
    for path in sorted(before.keys() | now.keys()):
        if before.get(path) != now.get(path):
            yield f"{path}: {_word(before.get(path), now.get(path))}"


def of_requests(old: ChangeRequest, new: ChangeRequest) -> Iterator[str]:
    """`route: old -> new` for every material field that differs, by route."""
    one, other = _flat(material(old)), _flat(material(new))
    for route in sorted(one.keys() | other.keys()):
        if one.get(route) != other.get(route):
            yield f"{route}: {_shown(one.get(route))} -> {_shown(other.get(route))}"


def cut(lines: Iterable[str]) -> tuple[str, ...]:
    """The first lines, and how many there are beside."""
    return tuple(first_of(tuple(lines), MOST))


def _word(old: tuple[str, str] | None, new: tuple[str, str] | None) -> str:
    if old is None:
        return "belongs to the change since"
    if new is None:
        return "no longer belongs to the change"
    return "mode changed" if old[1] == new[1] else "content changed"


def _flat(value: Any, route: str = "") -> Mapping[str, Any]:
    """Leaves by their route, e.g. `spec.window.start`."""
    if isinstance(value, Mapping):
        parts = [
            _flat(item, f"{route}.{key}" if route else str(key)) for key, item in value.items()
        ]
    elif isinstance(value, (list, tuple)):
        parts = [_flat(item, f"{route}[{index}]") for index, item in enumerate(value)]
    else:
        return {route: value}
    return {key: item for part in parts for key, item in part.items()}


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
