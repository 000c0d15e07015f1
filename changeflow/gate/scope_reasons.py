"""What gates say of items that the branch touches, beside those that its requests declare.

Policy decides what an undeclared item does to a gate, by `change.scope`. What cannot be read shuts
the gate: it may touch any item.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from changeflow.gate.case import Common
from changeflow.gate.reasons import reason, warning
from changeflow.model.answers.decision import Reason
from changeflow.model.document_paths import rfc_path
from changeflow.model.paths import shown
from changeflow.model.scope import TouchedItem

# items, or files, that are named one by one
_NAMED: Final = 20


def scope_reasons(common: Common) -> Iterable[Reason]:
    """Return what the branch touches and its requests do not declare, and the other way round."""
    change, scope = common.change.id, common.scope
    for unread in scope.unread[:_NAMED]:
        if unread.path:
            data = {"path": shown(unread.path), "why": [unread.why]}
            yield reason("scope", "error", "scope.unread", data)
        else:
            yield reason("scope", "error", "scope.no_common_history")
    for one in scope.undeclared[:_NAMED]:
        yield _warned("scope.undeclared", one, change)
    for one in scope.proposed[:_NAMED]:
        yield _warned("scope.proposed", one, change)
    for ci, other in scope.elsewhere(change)[:_NAMED]:
        yield reason("scope", "pass", "scope.elsewhere", {"ci": ci, "change": other})
    untouched = scope.untouched(change)
    if untouched:
        yield warning("scope", "scope.untouched", {"items": list(untouched)})


def _warned(code: str, one: TouchedItem, change: str) -> Reason:
    data = one.told() | {"path": rfc_path(change)}
    if code != "scope.undeclared":
        data.pop("case", None)
    return warning("scope", code, data)
