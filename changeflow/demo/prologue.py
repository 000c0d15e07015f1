"""An introduction of the people, and of a repository that is in order."""

from __future__ import annotations

from changeflow.demo.beats import Para, Story, Title
from changeflow.demo.stage import Stage
from changeflow.model.phrases import told

LIVE = (("recommendation", "1.8.2"), ("shipping", "2.3.1"), ("currency", "rates-2026-11-25"))


def prologue(stage: Stage) -> Story:
    """Build the repository and introduce it."""
    stage.at("2026-11-16T09:00:00Z")
    stage.build()
    for item, version in LIVE:
        stage.live(item, version)
    yield Title(told("story.title_opening"))
    yield Para(told("story.opening"))
    yield stage.changeflow("check", "no problems")
