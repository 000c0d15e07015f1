"""Rule about the CMDB beside a baseline: every difference has a change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from changeflow.documents.document import found_in_file
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding

# records cost more to load than `check` may
if TYPE_CHECKING:
    from changeflow.model.answers.cmdb_diff import CmdbDiffAnswer

UNAUTHORISED: Final = FindingRule(
    "cmdb-unauthorised",
    "error",
    "An item differs from a baseline, and no change made it so. Only `cmdb check --against` looks.",
)
RULES: Final = (UNAUTHORISED,)


def unauthorised(answer: CmdbDiffAnswer) -> Iterator[Finding]:
    """Yield a finding for each item with a difference that has no change."""
    for one in answer.differences:
        if one.authorised:
            continue
        mine = [part for part in one.attributes if not part.changes]
        reasons = {str(part.told): part.told for part in mine}
        yield found_in_file(
            UNAUTHORISED.id,
            one.path or "cmdb",
            place=(one.line or 0, 1 if one.line else 0),
            case=one.what,
            ci=one.ci,
            against=answer.from_.name,
            attributes=[part.attribute for part in mine],
            why=list(reasons.values()),
        )
