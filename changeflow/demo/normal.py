"""A normal change whose verification fails, and whose rollback plan restores service."""

from __future__ import annotations

from typing import Final

from changeflow.demo.beats import ClockMoves, Para, Story, Title
from changeflow.demo.reviewing import reviewed
from changeflow.demo.stage import Stage
from changeflow.model.document_paths import rfc_path

SHIPPING: Final = "CHG-20261120-shipping-2-4"
# says what putting a version live would do
_FORESEE: Final = """\
#!/bin/sh
echo "$1: $(cat ".state/$1") becomes $2"
"""
_STEP: Final = "        run: [./scripts/deploy, shipping, 2.4.0]\n"
_PLAN: Final = "        plan: {run: [./scripts/what-changes, shipping, 2.4.0], format: text}\n"


def normal(stage: Stage) -> Story:
    """Ask, decide, fail, recover, learn."""
    yield Title("2. A normal change: it fails, and the plan brings the shop back")
    yield from _asked(stage)
    yield from _decided(stage)
    yield from _released(stage)
    yield ClockMoves(stage.at("2026-11-26T09:00:00Z", "Thursday 26 November, 09:00"))
    yield Para(
        "A failure is worth most when its cause is asked for. Carol's review cannot leave that out:"
    )
    yield from reviewed(stage, SHIPPING, {
        "reviewer": "carol",
        "reviewed": "2026-11-26",
        "outcome": "rolled-back",
        "objectives_met": "No: parcel lockers are not available yet",
        "effects_observed": "Shipping had no price for some addresses during the release; no order "
                            "was lost",
        "deviations": "The test order failed, and the change was rolled back as planned",
        "incidents": [],
        "lessons": "Our tests only knew addresses inside the city",
        "answers": {
            "root-cause": "The table of postal zones lacks the outer zones, and our test data had "
                          "none of them",
            "detection": "The test order showed it within a minute of the release; test data of "
                         "every zone would have shown it before",
            "rollback": "Yes: orders worked again within two minutes, ten were promised",
            "prevention": "Test data of every zone, for shipping and for the price list",
            "nonconformity": "none",
        },
        "follow_ups": [
            {
                "action": "Test shipping with addresses of every zone",
                "owner": "alice",
                "due": "2026-12-04",
            }
        ],
    })  # fmt: skip


def _asked(stage: Stage) -> Story:
    yield ClockMoves(stage.at("2026-11-23T09:00:00Z", "Monday 23 November, 09:00"))
    yield Para(
        "Alice wants a new shipping service. Her request says what will be done, how one sees that "
        "it worked, and how it is undone. changeflow works out from the map what it can break, and "
        "how risky that is."
    )
    request = stage.example(rfc_path(SHIPPING)).replace(_STEP, _STEP + _PLAN)
    stage.write(rfc_path(SHIPPING), request)
    stage.write("scripts/what-changes", _FORESEE)
    yield stage.changeflow(
        f"assess {SHIPPING}",
        "Class:",
        "Risk:",
        "tier1-affected",
        "Impact:",
        "  checkout ",
        "  online-sales ",
        "2 x  Change advisory board (cab)",
    )
    yield Para("What the step will do is kept beside the request, and approved with it:")
    yield stage.changeflow(f"plan {SHIPPING}", "1.text.txt: made", "+shipping: 2.3.1 becomes")
    stage.commit("Shipping 2.4.0")


def _decided(stage: Stage) -> Story:
    yield Para(
        "If shipping fails, checkout fails, and with it online sales. That is a high risk, so two "
        "members of the board must agree. Each signs what they have read: had Alice moved the "
        "window afterwards, their approvals would no longer count, while a corrected typo would "
        "not hurt."
    )
    yield stage.changeflow(
        f"gate approve {SHIPPING}", "SHUT", "2 of 2 for Change advisory board (cab)", code=1
    )
    yield stage.changeflow(
        f"approve {SHIPPING} --as carol --key ../keys/carol", f"(carol) approved {SHIPPING}"
    )
    yield stage.changeflow(
        f"approve {SHIPPING} --as dave --key ../keys/dave", f"(dave) approved {SHIPPING}"
    )
    yield stage.changeflow(f"gate approve {SHIPPING}", "OPEN", "cab-quorum")


def _released(stage: Stage) -> Story:
    yield ClockMoves(stage.at("2026-11-25T21:02:00Z", "Wednesday 25 November, 21:02"))
    yield Para(
        "The window is open. But shipping 2.3.2 was put live by hand this afternoon, so the "
        "release would do something else than what was approved. It is refused before anything runs:"
    )
    stage.live("shipping", "2.3.2")
    yield stage.changeflow(
        f"release run {SHIPPING} --as bob",
        "-shipping: 2.3.1 becomes 2.4.0",
        "+shipping: 2.3.2 becomes 2.4.0",
        "not what was approved",
        code=1,
    )
    stage.live("shipping", "2.3.1")
    yield Para("The version is put back. The shop is up, and Bob starts the release:")
    yield stage.script("./scripts/shop-status", "UP    shipping 2.3.1")
    yield stage.changeflow(
        f"release run {SHIPPING} --as bob",
        "version 2.4.0 is live",
        "no price for 7 of 20",
        "rolling back",
        "version 2.3.1 is live",
        "20 of 20",
        ": rolled back",
        code=1,
    )
    yield Para(
        "The new version is live, and the test order finds what no test had found: no price for "
        "seven of twenty addresses. There is nothing to decide at night. The approved rollback "
        "plan runs at once, and a test order proves that it worked:"
    )
    yield stage.script("./scripts/shop-status", "UP    shipping 2.3.1")
