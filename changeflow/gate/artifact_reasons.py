"""What the gate `deploy` says of the files that a change deploys, by their digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from changeflow.gate.case import Common
from changeflow.gate.reasons import reason, warning
from changeflow.model.answers.decision import Reason


def artifact_reasons(common: Common, found: Mapping[str, str] | None) -> Iterable[Reason]:
    """Return whether the files that a change deploys are those that were approved.

    Args:
        common: what every gate asks.
        found: their digests by path, empty for one that is missing; None: not looked at.
    """
    implementation = common.change.spec.implementation
    named = implementation.artifacts if implementation is not None else ()
    if not named:
        return
    if found is None:
        yield warning("artifact", "artifact.not_compared", {"count": len(named)})
        return
    for one in named:
        here = found.get(one.path, "")
        data = {"name": one.name, "path": one.path, "wanted": one.digest, "found": here}
        if not here:
            yield reason("artifact", "fail", "artifact.missing", data)
        elif here != one.digest:
            yield reason("artifact", "fail", "artifact.differs", data)
        else:
            yield reason("artifact", "pass", "artifact.same", data)
