"""What a pull request that changes policies would have asked of the changes of the past.

It is a section of the comment, bounded in time, and decides nothing: whatever goes wrong with it,
the verdict stands. Policies of the pull request are read as documents; nothing of it is executed.
"""

from __future__ import annotations

from typing import Final

from changeflow import errors
from changeflow.bot.bot import Bot
from changeflow.reading.other_rules import Rules, rules_at
from changeflow.reading.view import View
from changeflow.render.policy_backtest import TriedPolicies
from changeflow.replaying.policy_backtest import Effort, backtest
from changeflow.usecases.pull.judge import JudgedPull

# the latest changes, and seconds after which no further one is judged
EFFORT: Final = Effort(changes=200, seconds=10.0)


def tried(bot: Bot, judged: JudgedPull) -> TriedPolicies | None:
    """Try the policies of a pull request; None where no rule differs from those of the base."""
    view = judged.inputs.view
    try:
        proposed = rules_at(view.head)
        if Rules.of(judged.base).same_as(proposed):
            return None
        past = View.of(view.store, view.base, view.base)
        return TriedPolicies(backtest(past, proposed, effort=EFFORT))
    except errors.ChangeflowError as error:
        return TriedPolicies(None, error.told)
    # A bug must not keep the verdict from being published; the run reports it in the end.
    except Exception as error:  # noqa: BLE001
        bot.report.bugs.append(error)
        return None
