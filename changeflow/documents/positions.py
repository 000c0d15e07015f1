"""The positions of all keys and values of a text, read once more from the parser's events."""

from __future__ import annotations

import contextlib
from typing import Any

import yaml
from yaml import events as ev

from changeflow.model.findings import Route

Position = tuple[int, int]


class Positions:
    """The positions of the keys and values of one document; lines and columns count from 1."""

    __slots__ = ("keys", "values")

    def __init__(self) -> None:
        self.keys: dict[Route, Position] = {}
        self.values: dict[Route, Position] = {}

    def key(self, route: Route) -> Position | None:
        """Return the position of the key that ends a route (its first use)."""
        return self.keys.get(route)

    def position(self, route: Route) -> Position:
        """Return the position of a value, or that of the nearest container if it is missing."""
        for end in range(len(route), -1, -1):
            found = self.values.get(route[:end]) or self.keys.get(route[:end])
            if found is not None:
                return found
        return (1, 1)


_OPEN = (ev.MappingStartEvent, ev.SequenceStartEvent)
_CLOSE = (ev.MappingEndEvent, ev.SequenceEndEvent)


class _Level:
    """A container being read: its route, and the next key or index.

    `next` is `None` when a key comes next.
    """

    __slots__ = ("is_mapping", "next", "route")

    def __init__(self, route: Route, is_mapping: bool) -> None:
        self.route = route
        self.is_mapping = is_mapping
        self.next: Any = None if is_mapping else 0


def positions(text: str) -> list[Positions]:
    """Return the positions of every document of a text, as far as it can be parsed."""
    found: list[Positions] = []
    levels: list[_Level] = []
    loader = yaml.CLoader if hasattr(yaml, "CLoader") else yaml.Loader
    with contextlib.suppress(yaml.YAMLError, ValueError):
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, ev.DocumentStartEvent):
                found.append(Positions())
                levels.clear()
            elif found:
                _note(event, found[-1], levels)
    return found


def _note(event: Any, into: Positions, levels: list[_Level]) -> None:
    if isinstance(event, _CLOSE):
        levels.pop()
        _advance(levels)
    elif isinstance(event, (ev.ScalarEvent, ev.AliasEvent, *_OPEN)):
        _note_node(event, into, levels)


def _note_node(event: Any, into: Positions, levels: list[_Level]) -> None:
    place: Position = (event.start_mark.line + 1, event.start_mark.column + 1)
    level = levels[-1] if levels else None
    awaits_key = level is not None and level.is_mapping and level.next is None
    if level is not None and awaits_key and not isinstance(event, _OPEN):
        level.next = getattr(event, "value", "")
        into.keys.setdefault((*level.route, level.next), place)
        return
    route = () if level is None else (*level.route, level.next)
    if isinstance(event, _OPEN):
        into.values.setdefault(route, into.keys.get(route, place))
        levels.append(_Level(route, isinstance(event, ev.MappingStartEvent)))
    else:
        if is_empty_value(event):
            place = into.keys.get(route, place)
        into.values.setdefault(route, place)
        _advance(levels)


def is_empty_value(event: Any) -> bool:
    """Return whether an event is an empty value (`key:` and nothing behind it)."""
    return isinstance(event, ev.ScalarEvent) and not event.value and not event.style


def _advance(levels: list[_Level]) -> None:
    if levels:
        level = levels[-1]
        level.next = None if level.is_mapping else level.next + 1
