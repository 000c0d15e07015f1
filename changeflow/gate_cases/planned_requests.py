"""What is planned on the main branch, kept by request, so that requests that changed alone are read.

Kept are window, items and dependencies of each request that can be read, beside the names of the
objects in its folder. They hold while nothing else on the main branch has changed but changes.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from typing import Any, Final

from pydantic import TypeAdapter

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.change import ChangeRequest
from changeflow.model.document_paths import CHANGES, change_folder, change_of, rfc_path
from changeflow.model.paths import shown
from changeflow.reading.change import change_ids
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.repo.index_store import IndexStore
from changeflow.schedule.open_changes import OpenChange, open_change

_SPACE: Final = "planned changes and those without a window"
_SIZE: Final = 12
_DRAFT: Final = "draft"
# what is kept of a request without a window
_NO_WINDOW: Final[dict[str, Any]] = {"window": None}


@dataclass(frozen=True)
class PlannedRequests:
    """The requests on the main branch.

    Attributes:
        open: those that have a window and are no drafts, in order.
        drafts: drafts that have a window, in order; they collide with nothing.
        unplanned: those that have no window.
        lost: changes whose request cannot be read.
    """

    open: Mapping[str, OpenChange]
    drafts: Mapping[str, OpenChange]
    unplanned: tuple[str, ...]
    lost: tuple[str, ...]


def planned_requests(view: View) -> PlannedRequests:
    """Return the requests of the main branch that have a window.

    Raises:
        errors.HostFailed: when git fails.
    """
    base = view.base
    keys = _keys(base)
    store = IndexStore.of(view.git.facts.common_dir) if keys else None
    known = _recalled(store, base, keys) if store is not None else {}
    names = change_ids(base)
    read_at_once(base, (name for name in names if name not in known))
    found: dict[str, OpenChange] = {}
    drafts: dict[str, OpenChange] = {}
    unplanned: list[str] = []
    lost: list[str] = []
    kept: dict[str, list[Any]] = {}
    for name in names:
        told = known.get(name)
        if told is None:
            try:
                state = base.change(name)
            except (errors.Unreadable, errors.NothingToDo):
                # the second: its folder is not named like a change
                lost.append(shown(name))
                continue
            told = _as_plain(state.change)
            if not all(_is_own(path, name) for path, *_ in state.files):
                # it changes with files of another change
                keys.pop(name, None)
        if name in keys:
            kept[name] = [keys[name], told]
        if told == _NO_WINDOW:
            unplanned.append(name)
        elif _DRAFT in told:
            drafts[name] = _from_plain(name, told[_DRAFT])
        elif told:
            found[name] = _from_plain(name, told)
    if store is not None and any(name not in known for name in kept):
        store.put(_SPACE, base.label, json.dumps(kept).encode("ascii"))
    return PlannedRequests(found, drafts, tuple(unplanned), tuple(lost))


def read_at_once(base: State, names: Iterable[str]) -> None:
    """Read requests once, together, so that reading each of them afterwards is cheap."""
    paths = [path for path in map(rfc_path, names) if base.exists(path)]
    deque(base.read_many(paths, problems=[]), maxlen=0)


def _keys(base: State) -> dict[str, str]:
    """Return what stands for the files of each change and everything that is no change."""
    if base.commit is None:
        return {}
    general = blake2b(digest_size=_SIZE)
    mine: dict[str, list[str]] = defaultdict(list)
    for path, entry in base.entries().items():
        told = f"{path}\0{entry.mode}\0{entry.oid}\n"
        name = change_of(path)
        if name is not None:
            mine[name].append(told)
        else:
            general.update(told.encode("utf-8", "surrogatepass"))
    found: dict[str, str] = {}
    for name, files in mine.items():
        own = blake2b(general.digest(), digest_size=_SIZE)
        own.update("".join(files).encode("utf-8", "surrogatepass"))
        found[name] = own.hexdigest()
    return found


def _is_own(path: str, name: str) -> bool:
    return path.startswith(change_folder(name)) or not path.startswith(CHANGES)


def _recalled(store: IndexStore, base: State, keys: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return what was kept of the requests that are as they were."""
    data = store.get(_SPACE, base.label)
    found: dict[str, dict[str, Any]] = {}
    for name, (key, told) in (json.loads(data) if data is not None else {}).items():
        if keys.get(name) == key:
            found[name] = told
    return found


def _as_plain(change: ChangeRequest) -> dict[str, Any]:
    """Return what is kept of a request; a draft with a window is marked as one."""
    window = change.spec.window
    if window is None:
        # what was done before it was asked for had its time
        return {} if change.spec.retrospective is not None else dict(_NO_WINDOW)
    plain = _as_json().dump_python(open_change(change, window), mode="json", exclude={"id"})
    return {_DRAFT: plain} if change.spec.draft else plain


def _from_plain(name: str, told: dict[str, Any]) -> OpenChange:
    return _as_json().validate_python({"id": name, **told})


@cache
def _as_json() -> TypeAdapter[OpenChange]:
    return TypeAdapter(OpenChange)
