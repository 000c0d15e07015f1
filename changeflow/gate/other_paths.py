"""What the paths of a branch ask for that are neither the change's own nor on the base."""

from __future__ import annotations

from typing import Final

from changeflow.gate.path_approvals import PathApproval
from changeflow.model.answers.decision import Reason
from changeflow.model.document_parts import Record


class OtherPaths(Record):
    """What the other paths of the change's branch ask for.

    An approval is of the change's content alone, so it says nothing about them by itself.

    Attributes:
        owed: approvals that they need.
        reasons: what they say themselves.
        approved_by: people whose newest approval was given on a commit where the paths that need
            one read as they do now.
    """

    owed: tuple[PathApproval, ...]
    reasons: tuple[Reason, ...]
    approved_by: frozenset[str]


NO_OTHER_PATHS: Final = OtherPaths(owed=(), reasons=(), approved_by=frozenset())
