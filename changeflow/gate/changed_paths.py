"""What the changed paths of a pull request say by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import filterfalse
from typing import Any

from changeflow.gate.path_categories import CategorisedPath, collisions, paths_in
from changeflow.gate.reasons import pull_reason
from changeflow.model.answers.decision import Reason
from changeflow.model.document_paths import CHANGES, change_of_rfc, is_release_document
from changeflow.model.kinds import Category
from changeflow.model.paths import by_path, uncanonical
from changeflow.model.pull_results import PathChange

_LINKS = {"120000": "link", "160000": "submodule"}


def path_reasons(
    changes: Sequence[PathChange],
    categorised: Sequence[CategorisedPath],
    tree: Iterable[str],
    *,
    covering: Collection[str],
) -> Iterable[Reason]:
    """Return what is wrong with the paths.

    There may be none at all; they may be spelt oddly, collide, be no plain files, take requests
    away, or be covered by nothing.

    Args:
        changes: of the whole pull request.
        categorised: the category of each.
        tree: every path at the head.
        covering: computed types of the requests in the pull request.
    """
    if not changes:
        yield pull_reason("paths", "fail", "rfc.none")
        return
    # What goes away may have had any name: taking it away, or renaming it, is the way out.
    staying = [item.path for item in changes if not item.gone]
    for path in staying:
        why = uncanonical(path)
        if why is not None:
            data: dict[str, Any] = {"path": path, "why": [why]}
            yield pull_reason("paths", "fail", "path.not_canonical", data)
    for one, other in collisions(staying, tree):
        data = {"one": one, "other": other}
        yield pull_reason("paths", "fail", "path.collision", data)
    category_of = by_path(categorised)
    for item in changes:
        kind = _LINKS.get(item.mode or "")
        if kind and (item.mode == "160000" or category_of[item.path].category != "other"):
            data = {"case": kind, "path": item.path}
            yield pull_reason("paths", "fail", "path.not_regular", data)
    yield from _misnamed(categorised)
    yield from _removed(changes, categorised)
    yield from _accounted(categorised, covering)


def _misnamed(categorised: Sequence[CategorisedPath]) -> Iterable[Reason]:
    """Refuse a folder of changes whose name is no id.

    It belongs to no change, however much it looks like one (A11).
    """
    for one in categorised:
        if one.path.casefold().startswith(CHANGES) and one.change is None:
            yield pull_reason("request", "fail", "rfc.id_invalid", {"path": one.path})


def _removed(
    changes: Sequence[PathChange], categorised: Sequence[CategorisedPath]
) -> Iterable[Reason]:
    """Refuse to take away a request that was on the base.

    Its id is the change's identity, and its history hangs on it (A12).
    """
    category_of = by_path(categorised)
    for item in changes:
        if item.gone and category_of[item.path].category == "change" and change_of_rfc(item.path):
            data = {"change": category_of[item.path].change}
            yield pull_reason("request", "fail", "rfc.removed", data)


def _accounted(
    categorised: Sequence[CategorisedPath], covering: Collection[str]
) -> Iterable[Reason]:
    """Return whether requests cover the other paths.

    A standard change covers nothing beside itself: no person looks at it, so its model is all that
    authorises it. It may be put into a release: that only says in which order changes run, each
    through its own gate. Without a request the document of a release is judged by itself: it alters
    no change, and it owes approvals of its own (`gate_cases.governed_paths`).
    """
    alone = bool(covering) and not set(covering) - {"standard"}
    to_cover: tuple[Category, ...] = ("other",) if alone else ("other", "release")
    others = paths_in(categorised, *to_cover)
    if not covering:
        planned = list(filter(is_release_document, others))
        if planned:
            yield pull_reason("paths", "pass", "path.release", {"paths": planned})
        others = list(filterfalse(is_release_document, others))
    if not others:
        return
    data: dict[str, Any] = {"paths": list(others)}
    if covering and not alone:
        yield pull_reason("paths", "pass", "path.covered", data)
    elif covering:
        yield pull_reason("paths", "fail", "path.beside_standard", data)
    else:
        yield pull_reason("paths", "fail", "rfc.none", data | {"case": "uncovered"})
