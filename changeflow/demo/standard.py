"""A standard change: authorised beforehand, inside a change model."""

from __future__ import annotations

from typing import Final

from changeflow.demo.beats import Para, Story, Title
from changeflow.demo.stage import Stage
from changeflow.model.document_paths import rfc_path
from changeflow.model.phrases import told

RESTART: Final = "CHG-20261117-restart-recommendation"


def standard(stage: Stage) -> Story:
    """Restart a service in the way that the board authorised once."""
    yield Title(told("story.title_standard"))
    yield stage.at("2026-11-17T14:00:00Z")
    yield Para(told("story.restart_asked"))
    yield stage.changeflow(
        "new restart-recommendation --model service-restart --ci recommendation --implementer bob "
        "--start 2026-11-17T21:00:00Z",
        rfc_path(RESTART),
    )
    stage.commit("Restart the recommendations")
    yield stage.changeflow(f"gate approve {RESTART}", "OPEN", "authorised already")
    yield Para(told("story.restart_open"))
    yield stage.at("2026-11-17T21:05:00Z")
    yield stage.changeflow(
        f"release run {RESTART} --as bob",
        "restarted at version 1.8.2",
        "verification/0 done",
        ": implemented",
    )
    yield stage.at("2026-11-18T08:30:00Z")
    yield Para(told("story.restart_closed"))
    yield stage.changeflow(f"gate close {RESTART}", "OPEN", "asks for no review")
