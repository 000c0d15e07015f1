"""An emergency: one approval opens the gate, and the others follow afterwards."""

from __future__ import annotations

from typing import Final

from changeflow.demo.beats import ClockMoves, Para, Story, Title
from changeflow.demo.reviewing import reviewed
from changeflow.demo.stage import Stage
from changeflow.model.document_paths import rfc_path

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
    yield Title("3. An emergency: act first, then pay the debt")
    yield from _night(stage)
    yield ClockMoves(stage.at("2026-11-27T10:00:00Z", "Friday 27 November, 10:00"))
    yield Para(
        "Speed has its price. The change cannot be closed before another member of the board has "
        "agreed in retrospect, and before it has been reviewed. The gate knows about both:"
    )
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
    yield ClockMoves(stage.at("2026-11-27T04:20:00Z", "Friday 27 November, 04:20"))
    stage.live("currency", "rates-2026-11-27-broken")
    yield Para(
        "The phone rings. A broken table of exchange rates arrived at 04:05, prices are shown as "
        "0.00, and customers are ordering. There is no time for the board. Alice writes an "
        "emergency request, with the incident and the reason why it cannot wait."
    )
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
    yield Para(
        "Rates can be loaded again. A mail that has gone out cannot be called back, and the plan says "
        "so before it is approved:"
    )
    yield stage.changeflow(f"release plan {CURRENCY}", "no undo", "of 2 steps", "point of no return")
    stage.commit("Emergency: yesterday's exchange rates")
    yield Para("One member of the emergency board is enough to start. Carol is awake:")
    yield stage.changeflow(
        f"approve {CURRENCY} --as carol --key ../keys/carol", f"(carol) approved {CURRENCY}"
    )
    yield stage.changeflow(f"gate approve {CURRENCY}", "OPEN", "emergency-authority")
    yield ClockMoves(stage.at("2026-11-27T04:31:00Z", "Friday 27 November, 04:31"))
    yield from _died(stage)
    yield stage.script("./scripts/shop-status", "UP")


def _died(stage: Stage) -> Story:
    """Lose the process between an effect and its record, and go on."""
    stage.write(".state/battery-is-empty", "")
    yield stage.killed(
        f"release run {CURRENCY} --as bob", "rates-2026-11-26 is live", "implementation/1 Write"
    )
    yield Para(
        "The screen is black: Bob's laptop has run out of power, right after the mails (in this story "
        "the process is killed with `kill -9`). Did they go out? What was begun is on the ledger, and "
        "nothing has to be remembered:"
    )
    yield stage.changeflow(f"release status {CURRENCY}", "UNKNOWN", "its process was lost", "release resume")
    yield Para(
        "The step may have happened, so it is not simply run again. Its `verify` is asked, finds the "
        "mails, and the release goes on behind it. No customer gets a second mail:"
    )
    yield stage.changeflow(
        f"release resume {CURRENCY} --as bob",
        "implementation/1 Write to the customers",
        "20 of 20",
        ": implemented",
    )
    yield stage.script("cat .state/mails", "mail to 41 customers")
