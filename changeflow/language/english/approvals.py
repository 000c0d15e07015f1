"""Approvals: whether a change has them, and which opinions do not count."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

_EXPIRED: Final = (
    "ask for approval again; `spec.emergency_validity` and `spec.approval_validity` say how long"
)

SENTENCES: Final[dict[str, Template]] = {
    # -- the approval a release rests on
    "approval.unknown": "approval was not decided",
    "approval.sealed": "approved with this content on the code host, recorded {at:time}",
    "approval.complete": "approved with this content ({count} approval(s))",
    "approval.expired": (
        (
            "the approval by {by:people} is older than {validity:duration}, which is how long one"
            " holds before the release starts"
        ),
        _EXPIRED,
    ),
    "approval.expired:none": (
        (
            "the approval is older than {validity:duration}, which is how long one holds before the"
            " release starts"
        ),
        _EXPIRED,
    ),
    "approval.stale": "approved with other content by {by:people}; it has been edited since",
    "approval.missing": "the approve gate is not open for this content",
}
