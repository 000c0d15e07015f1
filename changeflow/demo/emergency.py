"""An emergency: one approval opens the gate, and the others follow afterwards."""

from __future__ import annotations

from typing import Final

from changeflow.demo.beats import Para, Story, Title
from changeflow.demo.reviewing import reviewed
from changeflow.demo.stage import Stage
from changeflow.model.document_paths import rfc_path
from changeflow.model.phrases import told

CURRENCY: Final = "CHG-20261127-currency-rates"
# the process that runs the release dies before it can write down that the mails have gone out
_MAIL: Final = """\
#!/bin/sh
echo "mail to 41 customers" >> .state/mails
if [ -e .state/battery-is-empty ]; then
  rm .state/battery-is-empty
  kill -9 "$PPID"
fi
"""
_MAILED: Final = """\
#!/bin/sh
[ -s .state/mails ]
"""
_BEHIND: Final = "  verification:\n"
_STEP: Final = """\
      - name: Write to the customers who paid too little
        run: [./scripts/mail-customers]
        verify: [./scripts/has-mailed-customers]
        irreversible: Mails that have gone out cannot be called back
"""


def emergency(stage: Stage) -> Story:
    """Act at once, and catch up on the approvals in the morning."""
    yield Title(told("story.title_emergency"))
    yield from _night(stage)
    yield stage.at("2026-11-27T10:00:00Z")
    yield Para(told("story.rates_debt"))
    yield stage.changeflow(f"gate close {CURRENCY}", "SHUT", "in retrospect", "independent", code=1)
    yield stage.changeflow(
        f"approve {CURRENCY} --as dave --key ../keys/dave", f"(dave) approved {CURRENCY}"
    )
    yield from reviewed(stage, CURRENCY, {
        "reviewer": "dave",
        "reviewed": "2026-11-27",
        "outcome": "successful-with-issues",
        "objectives_met": "Prices were correct again at 04:31",
        "effects_observed": "41 orders were placed at wrong prices between 04:05 and 04:31",
        "deviations": "The laptop that ran the release lost power, and it was resumed at once",
        "incidents": ["INC-2204"],
        "lessons": "A rate table is used without a second look",
        "follow_ups": [
            {
                "action": "Refuse rate tables that contain a zero",
                "owner": "team-payments",
                "due": "2026-12-04",
            }
        ],
    })  # fmt: skip


def _night(stage: Stage) -> Story:
    yield stage.at("2026-11-27T04:20:00Z")
    stage.live("currency", "rates-2026-11-27-broken")
    yield Para(told("story.rates_broken"))
    yield stage.script("./scripts/shop-status", "DOWN")
    request = stage.example(rfc_path(CURRENCY)).replace(_BEHIND, _STEP + _BEHIND)
    stage.write(rfc_path(CURRENCY), request)
    stage.write("scripts/mail-customers", _MAIL)
    stage.write("scripts/has-mailed-customers", _MAILED)
    yield stage.changeflow(
        f"assess {CURRENCY}",
        "Class: emergency",
        "Risk:",
        "1 x  Emergency change advisory board (ecab)",
    )
    yield Para(told("story.rates_no_return"))
    yield stage.changeflow(
        f"release plan {CURRENCY}", "no undo", "of 2 steps", "point of no return"
    )
    stage.commit("Emergency: yesterday's exchange rates")
    yield Para(told("story.rates_approved"))
    yield stage.changeflow(
        f"approve {CURRENCY} --as carol --key ../keys/carol", f"(carol) approved {CURRENCY}"
    )
    yield stage.changeflow(f"gate approve {CURRENCY}", "OPEN", "emergency-authority")
    yield stage.at("2026-11-27T04:31:00Z")
    yield from _died(stage)
    yield stage.script("./scripts/shop-status", "UP")


def _died(stage: Stage) -> Story:
    """Lose the process between an effect and its record, and go on."""
    stage.write(".state/battery-is-empty", "")
    yield stage.killed(
        f"release run {CURRENCY} --as bob", "rates-2026-11-26 is live", "implementation/1 Write"
    )
    yield Para(told("story.rates_died"))
    yield stage.changeflow(
        f"release status {CURRENCY}", "UNKNOWN", "its process was lost", "release resume"
    )
    yield Para(told("story.rates_resumed"))
    yield stage.changeflow(
        f"release resume {CURRENCY} --as bob",
        "implementation/1 Write to the customers",
        "20 of 20",
        ": implemented",
    )
    yield stage.script("cat .state/mails", "mail to 41 customers")
