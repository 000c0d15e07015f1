"""A standard change: authorised beforehand, inside a change model."""

from __future__ import annotations

from typing import Final

from changeflow.demo.beats import ClockMoves, Para, Story, Title
from changeflow.demo.stage import Stage
from changeflow.model.document_paths import rfc_path

RESTART: Final = "CHG-20261117-restart-recommendation"


def standard(stage: Stage) -> Story:
    """Restart a service in the way that the board authorised once."""
    yield Title("1. A standard change: the restart everybody knows")
    yield ClockMoves(stage.at("2026-11-17T14:00:00Z", "Tuesday 17 November, 14:00"))
    yield Para(
        "The recommendations are slow, and a restart helps. It is routine: the board authorised "
        "the procedure once, as a change model with limits on items, programs and risk. So Alice "
        "lets the model fill in the request, and no meeting is needed."
    )
    yield stage.changeflow(
        "new restart-recommendation --model service-restart --ci recommendation --implementer bob "
        "--start 2026-11-17T21:00:00Z",
        rfc_path(RESTART),
    )
    stage.commit("Restart the recommendations")
    yield stage.changeflow(f"gate approve {RESTART}", "OPEN", "authorised already")
    yield Para(
        "The gate is open without a signature, because every item and every step lies inside the "
        "model. One step of Alice's own would have made it a normal change. At night, inside the "
        "window, Bob releases it:"
    )
    yield ClockMoves(stage.at("2026-11-17T21:05:00Z", "Tuesday 17 November, 21:05"))
    yield stage.changeflow(
        f"release run {RESTART} --as bob",
        "restarted at version 1.8.2",
        "verification/0 done",
        ": implemented",
    )
    yield ClockMoves(stage.at("2026-11-18T08:30:00Z", "Wednesday 18 November, 08:30"))
    yield Para(
        "Every step was done, inside the window, and no one had to help. The policy asks for no "
        "review of a standard change that went like this: it is closed, and the gate says why."
    )
    yield stage.changeflow(f"gate close {RESTART}", "OPEN", "asks for no review")
