"""What other changes ask of a request, remembered by the name of its object: parsed once.

It is a few fields of `spec`, as they are written; whether the request is valid is not said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow.repo.checkout import is_blob

# Many commands ask for no other request.
if TYPE_CHECKING:
    from changeflow.repo.index_store import IndexStore

_SPACE: Final = "requests"
# another name whenever the fields are others
_NAME: Final = "specs with who makes them and how long they may take back"
# requests that are remembered, before those that were not asked for go
_MOST: Final = 100_000

FIELDS: Final = (
    "type", "category", "model", "draft", "window", "depends_on", "retrospective",
    "implementer",
)  # fmt: skip

Spec = Mapping[str, Any]


class Named(NamedTuple):
    """A request: where it lies, and the name of its object; empty where it has none."""

    path: str
    oid: str


class RequestMemory:
    """The fields of requests that other changes ask for.

    Args:
        store: returns the index, or None where there is none. It is asked once.
    """

    def __init__(self, store: Callable[[], IndexStore | None]) -> None:
        self._open = store
        self._store: IndexStore | None = None
        self._known: dict[str, Spec | None] | None = None

    def specs(
        self,
        requests: Sequence[Named],
        read: Callable[[list[str]], Iterable[tuple[str, bytes]]],
    ) -> Iterator[tuple[str, Spec]]:
        """Yield path and fields of each request that has any, in order.

        Args:
            requests: which.
            read: reads files by their paths.
        """
        known = self._remembered()
        unknown = [one for one in requests if not one.oid or one.oid not in known]
        texts = read([one.path for one in unknown])
        if unknown:
            texts = _counted(texts, len(unknown))
        names = {one.path: one.oid for one in unknown}
        fresh, learnt = dict[str, Spec | None](), dict[str, Spec | None]()
        for path, text in texts:
            fresh[path] = _fields(text, path)
            # git does not compare them, and a damaged object may be whole again
            if names[path] and is_blob(text, names[path]):
                learnt[names[path]] = fresh[path]
        if learnt:
            self._learn(learnt, {one.oid for one in requests})
        for one in requests:
            spec = fresh[one.path] if one.path in fresh else known.get(one.oid)
            if spec is not None:
                yield one.path, spec

    def _remembered(self) -> dict[str, Spec | None]:
        if self._known is None:
            self._store = self._open()
            data = self._store.get(_SPACE, _NAME) if self._store is not None else None
            self._known = json.loads(data) if data is not None else {}
        return self._known

    def _learn(self, learnt: Mapping[str, Spec | None], asked: set[str]) -> None:
        known = self._remembered()
        known.update(learnt)
        if self._store is None:
            return
        kept = known
        if len(known) > _MOST:
            kept = {oid: spec for oid, spec in known.items() if oid in asked}
        try:
            text = json.dumps(kept, separators=(",", ":"))
        except (TypeError, ValueError):
            # a value that JSON has no form for
            return
        if json.loads(text) == kept:
            self._store.put(_SPACE, _NAME, text.encode("utf-8", "surrogatepass"))


def _counted(texts: Iterable[tuple[str, bytes]], total: int) -> Iterable[tuple[str, bytes]]:
    from changeflow.repo.work import counted

    return counted("progress.requests", texts, total)


def _fields(text: bytes, path: str) -> Spec | None:
    """Return the fields of the first document of a file; None where there are none."""
    from changeflow.documents.loader import load

    for document in load(text, path).documents[:1]:
        spec = document.data.get("spec") if isinstance(document.data, dict) else None
        if isinstance(spec, dict):
            return _reduced(spec)
    return None


def _reduced(spec: Spec) -> Spec:
    found = {field: spec[field] for field in FIELDS if field in spec}
    if "items" in spec:
        found["items"] = _items(spec["items"])
    rollback = spec.get("rollback")
    if isinstance(rollback, dict) and "limit" in rollback:
        found["rollback"] = {"limit": rollback["limit"]}
    return found


def _items(items: Any) -> Any:
    """Return items without what other changes do not ask."""
    if not isinstance(items, list):
        return items
    found: list[Any] = []
    for item in items:
        if isinstance(item, dict):
            found.append({key: item[key] for key in ("ci", "action") if key in item})
        else:
            found.append(item)
    return found
