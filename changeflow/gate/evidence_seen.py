"""What conditions see as `evidence`: every name at every gate.

Where a gate does not ask for a name, it has its empty value.

| name | asked by | elsewhere |
| --- | --- | --- |
| `checks`, `records`, `tested`, `contributors`, `unknown_contributors`, `approvals`, `dependencies` | every gate | |
| `approved_at` | `approve`, `deploy`, `close` | empty text |
| `acceptance` | `deploy` | neither asked nor complete, no release |
| `deployer` | `deploy` | no person: no `source`, not `known`, no part in the change |
| `merged` | `deploy`, `close` | false |
| `release` | `deploy`, `close` | empty texts, nothing overran or was rolled back |
| `review` | `close` | neither present nor complete, empty texts |
| `told` | `deploy` | empty text, no owner |
| `incidents` | `close` | no incident |
| `cmdb` | `close` | no item |

An assessment is made before there is any evidence, so that it sees the empty value of each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from changeflow.model.policy import CHECKS_NOT_ASKED
from changeflow.policy.cel import LateFacts
from changeflow.policy.condition_facts import NO_DEPLOYER, approval_facts, deployer_facts, stamp

# An assessment has no case.
if TYPE_CHECKING:
    from changeflow.gate.case import CmdbFacts, Common, ReleaseFacts, ReviewFacts, ToldFacts
    from changeflow.model.deployer import Deployer

Evidence = Mapping[str, Any]


# The empty value of every name.
NO_EVIDENCE: Final[dict[str, Any]] = {
    "checks": {},
    "records": [],
    "tested": False,
    "contributors": [],
    "unknown_contributors": [],
    "approvals": [],
    "approved_at": "",
    "acceptance": {"asked": False, "complete": False, "releases": []},
    "deployer": NO_DEPLOYER,
    "merged": False,
    "release": {
        "state": "",
        "started": "",
        "ended": "",
        "by": "",
        "outcome": "",
        "class": "",
        "overran": False,
        "rolled_back": False,
    },
    "review": {
        "present": False,
        "complete": False,
        "reviewer": "",
        "at": "",
        "due": "",
        "unnamed_incidents": [],
    },
    "incidents": [],
    "cmdb": {"behind": [], "needed": []},
    "told": {"since": "", "missing": []},
    "dependencies": {},
}


def common_evidence(common: Common, approved_at: datetime | None = None) -> dict[str, Any]:
    """Return what conditions see at every gate.

    Args:
        common: what every gate asks.
        approved_at: when the approvals were complete that the gate rests on; None before.
    """
    from changeflow.gate.standing_opinions import approvals

    panel = common.panel
    checks = CHECKS_NOT_ASKED
    if common.checks is not None:
        checks = {check.name: check.conclusion for check in common.checks}
    recorded = {
        "checks": checks,
        "records": [record.model_dump(mode="json") for record in common.records],
    }
    return (
        NO_EVIDENCE
        | recorded
        | {
            "tested": bool(common.records) and _tested(recorded),
            "contributors": list(panel.contributors.people),
            "unknown_contributors": list(panel.contributors.unknown),
            "approvals": approval_facts(approvals(panel.reviews, panel.digest)),
            "approved_at": stamp(approved_at),
            "dependencies": dict(common.dependencies),
        }
    )


def late_evidence(
    common: Common, approved_at: datetime | None, **own: Callable[[], Any]
) -> LateFacts:
    """Return what conditions see at a gate, each name made when one reads it.

    Args:
        common: what every gate asks.
        approved_at: when the approvals were complete that the gate rests on; None before.
        own: what makes the names that this gate asks for itself.
    """
    shared = cache(partial(common_evidence, common, approved_at))
    makers: dict[str, Callable[[], Any]] = {}
    for name in NO_EVIDENCE:
        makers[name] = own.get(name) or partial(_shared, shared, name)
    return LateFacts(makers)


def _shared(evidence: Callable[[], Evidence], name: str) -> Any:
    return evidence()[name]


def _tested(recorded: Evidence) -> bool:
    # most changes have no records
    from changeflow.evidence_files.proof import is_tested

    return is_tested(recorded)


def deployer_seen(common: Common, deployer: Deployer, approvers: Collection[str]) -> Evidence:
    """Return `evidence.deployer`: who starts the deployment, and their part in the change."""
    panel = common.panel
    return deployer_facts(deployer, panel.roster, common.change, panel.contributors, approvers)


def merged_seen(common: Common, merged_digest: str | None) -> bool:
    """Return `evidence.merged`: whether the base has the change with this content."""
    return merged_digest == common.panel.digest


def release_seen(release: ReleaseFacts) -> Evidence:
    """Return `evidence.release`: what the journal of the release says.

    `outcome` is `successful`, `successful-with-issues`, `rolled-back` or `failed`; `class` that of
    the change when its release started.
    """
    return {
        "state": release.state,
        "started": stamp(release.started),
        "ended": stamp(release.ended),
        "by": release.by or "",
        "outcome": release.outcome,
        "class": release.class_,
        "overran": release.overran,
        "rolled_back": release.rolled_back,
    }


def told_seen(told: ToldFacts) -> Evidence:
    """Return `evidence.told`: since when all owners of what fails know the window.

    `missing` are those who do not.
    """
    return {"since": stamp(told.since), "missing": list(told.missing)}


def cmdb_seen(cmdb: CmdbFacts) -> Evidence:
    """Return `evidence.cmdb`: items of the change whose records a release has left behind."""
    return {"behind": list(cmdb.behind), "needed": list(cmdb.needed)}


def review_seen(review: ReviewFacts) -> Evidence:
    """Return `evidence.review`: what is known of the post-implementation review.

    `unnamed_incidents` are those that were reported after it was on record.
    """
    return {
        "present": review.present,
        "complete": review.complete,
        "reviewer": review.reviewer or "",
        "at": stamp(review.given),
        "due": stamp(review.due),
        "unnamed_incidents": list(review.supplement.incidents) if review.supplement else [],
    }
