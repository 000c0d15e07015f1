"""Faults on demand: what happens to the next requests on a route instead of, or after, the honest answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

Kind = Literal["answer", "truncate", "short", "reset", "drop", "transform", "hook"]


@dataclass
class Fault:
    """One fault.

    `answer` replaces the answer, the server does nothing; `reset` closes the connection unanswered, the server does nothing;
    `drop` lets the server act and closes then; `truncate` cuts the honest body and its length, `short` promises more than comes;
    `transform` changes the honest JSON; `hook` calls a function before the honest answer. It strikes `times` times after `skip`
    requests were let through.
    """

    route: str
    kind: Kind
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    change: Callable[[Any], Any] | None = None
    hook: Callable[[], None] | None = None
    times: int = 1
    skip: int = 0


class Faults:
    """The script of faults. Routes are `METHOD path` with `*`, or `GRAPHQL OperationName`."""

    def __init__(self) -> None:
        self._script: list[Fault] = []

    def add(self, route: str, kind: Kind = "answer", **what: Any) -> None:
        """Script a fault; see `Fault`."""
        self._script.append(Fault(route, kind, **what))

    def json(self, route: str, status: int, text: str, **what: Any) -> None:
        """An answer with a JSON text of the test's choice."""
        headers = {"Content-Type": "application/json; charset=utf-8", **what.pop("headers", {})}
        self.add(route, "answer", status=status, body=text.encode(), headers=headers, **what)

    def clear(self) -> None:
        """Forget what is still scripted."""
        self._script.clear()

    def next(self, *routes: str) -> Fault | None:
        """The fault that strikes this request, if any."""
        for fault in self._script:
            if fault.times > 0 and any(fnmatchcase(route, fault.route) for route in routes):
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None
