"""A normal change whose verification fails, and whose rollback plan restores service."""

from __future__ import annotations

from typing import Final

from changeflow.demo.beats import Para, Story, Title
from changeflow.demo.reviewing import reviewed
from changeflow.demo.stage import Stage
from changeflow.model.document_paths import rfc_path
from changeflow.model.phrases import told

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
    yield Title(told("story.title_normal"))
    yield from _asked(stage)
    yield from _decided(stage)
    yield from _released(stage)
    yield stage.at("2026-11-26T09:00:00Z")
    yield Para(told("story.shipping_review"))
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
    yield stage.at("2026-11-23T09:00:00Z")
    yield Para(told("story.shipping_asked"))
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
    yield Para(told("story.shipping_plan"))
    yield stage.changeflow(f"plan {SHIPPING}", "1.text.txt: made", "+shipping: 2.3.1 becomes")
    stage.commit("Shipping 2.4.0")


def _decided(stage: Stage) -> Story:
    yield Para(told("story.shipping_decided"))
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
    yield stage.at("2026-11-25T21:02:00Z")
    yield Para(told("story.shipping_differs"))
    stage.live("shipping", "2.3.2")
    yield stage.changeflow(
        f"release run {SHIPPING} --as bob",
        "-shipping: 2.3.1 becomes 2.4.0",
        "+shipping: 2.3.2 becomes 2.4.0",
        "not what was approved",
        code=1,
    )
    stage.live("shipping", "2.3.1")
    yield Para(told("story.shipping_run"))
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
    yield Para(told("story.shipping_back"))
    yield stage.script("./scripts/shop-status", "UP    shipping 2.3.1")
