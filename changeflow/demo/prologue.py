"""An introduction of the people, and of a repository that is in order."""

from __future__ import annotations

from changeflow.demo.beats import Para, Story, Title
from changeflow.demo.stage import Stage

LIVE = (("recommendation", "1.8.2"), ("shipping", "2.3.1"), ("currency", "rates-2026-11-25"))


def prologue(stage: Stage) -> Story:
    """Build the repository and introduce it."""
    stage.at("2026-11-16T09:00:00Z", "")
    stage.build()
    for item, version in LIVE:
        stage.live(item, version)
    yield Title("The webshop changes")
    yield Para(
        "A webshop keeps its change management in git: the requests, the map of what depends on "
        "what, the rules, and who may decide. There is no server. Alice asks for changes, Bob "
        "makes them, Carol and Dave sit on the change advisory board. Bob, Carol and Dave sign "
        "with keys made a second ago. Every command below runs for real; only the clock is set, so "
        "that there is no waiting for the night."
    )
    yield stage.changeflow("check", "no problems")
