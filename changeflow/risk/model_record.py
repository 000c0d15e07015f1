"""Whether a change model keeps its standing: by how the changes under it went, and its own limits."""

from __future__ import annotations

from collections.abc import Iterable

from changeflow.model.change_model import ChangeModel
from changeflow.model.phrases import Told, told
from changeflow.risk.history import Count


def suspended(model: ChangeModel, record: Count) -> Iterable[Told]:
    """Return why a model lost its standing by how the changes under it went; empty while it holds.

    Args:
        model: the model, with its limits.
        record: changes under it, and those that failed.
    """
    spec, name = model.spec, model.metadata.id
    if spec.max_failures is not None and record.failures > spec.max_failures:
        data = {"failures": record.failures, "allowed": spec.max_failures}
        yield told("model.suspended", model=name, **data)
    limit = spec.max_failure_percent
    if limit is None:
        return
    # few models limit the share
    from changeflow.cmdb.audit_estimate import simple

    share = simple(record.failures, record.changes)
    # few failures of few changes prove nothing yet
    if share is not None and 100 * share.low > limit:
        data = {"failures": record.failures, "changes": record.changes, "allowed": limit}
        yield told("model.suspended", case="share", model=name, **data)
