"""On a schedule: whether the host still requires the verdict.

It is reported, and changes no verdict and no exit code.

Each of the two jobs looks at what it rests on, in at most three requests: the one that judges at
the rules of the main branch and at CODEOWNERS, the one that records at the rules of the ledger and
at the environment that holds the App's key.
"""

from __future__ import annotations

from typing import Any, Final

from changeflow import errors
from changeflow.bot.bot import Bot
from changeflow.hosts.host import SettingsPart
from changeflow.model.answers.control import ControlAnswer
from changeflow.model.config import ConfigSpec
from changeflow.reading.state import State
from changeflow.render.control import lines, markdown
from changeflow.render.presentation import Presentation
from changeflow.repo.source import WorkTree
from changeflow.usecases.host.control import control_of

JUDGING: Final[tuple[SettingsPart, ...]] = ("main", "owners")
RECORDING: Final[tuple[SettingsPart, ...]] = ("ledger", "environment")


def watch(bot: Bot, *, recording: bool) -> None:
    """Look, and report it: in the log, the job summary and the output `control`."""
    try:
        config = State(WorkTree(bot.root)).config
    except errors.ChangeflowError as error:
        bot.report.control = "unknown"
        bot.report.lines.append(f"control: unknown: {error.message}")
        return
    found = _control(bot, config, RECORDING if recording else JUDGING)
    bot.report.control = found.control
    bot.report.lines += lines(found)
    to = Presentation(bot.language or config.language, config.zone)
    bot.report.notes.append(markdown(found, to))


def control_now(bot: Bot, config: ConfigSpec) -> ControlAnswer:
    """Tell whether the main branch requires the verdict right now.

    One request, and never an error.
    """
    return _control(bot, config, ("main",))


def on_record(found: ControlAnswer) -> dict[str, Any]:
    """Tell what an entry says of the control when it was recorded.

    Its state, and what it lacked.
    """
    lacking = []
    for item in found.items:
        if item.level == "deny" and item.state != "holds":
            lacking.append(item.reason_code)
    return {"state": found.control, "lacking": lacking}


def _control(bot: Bot, config: ConfigSpec, parts: tuple[SettingsPart, ...]) -> ControlAnswer:
    settings = bot.connection.settings
    if settings is not None:
        return control_of(settings, config, parts, patient=True)
    # What cannot be asked is not known to hold.
    return ControlAnswer(
        repository=bot.connection.repository,
        branch=config.main_branch,
        ledger=config.ledger.branch,
        app_id=None,
        control="unknown",
        items=(),
    )
