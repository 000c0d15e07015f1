"""The bot: at any event it reads the facts anew, judges, and makes the host show the verdict.

It is level-triggered: an event only says where to look. Running twice changes nothing.
"""

from __future__ import annotations

from changeflow.bot.bot import Bot
from changeflow.bot.pulls import judge_one
from changeflow.bot.report import Report, finish
from changeflow.hosts.target import Target


def run(bot: Bot) -> Report:
    """Serve the event.

    Raises:
        errors.ChangeflowError: when what was asked could not be looked at at all; whatever could be
            said has been said.
        Exception: a bug, after everything else was served.
    """
    target = bot.job.target()
    bot.heads |= dict(target.heads)
    bot.say(bot.job.log(f"{bot.job.event}: {target.why}"))
    try:
        _serve(bot, target)
        _watch_settings(bot, target)
    finally:
        finish(bot.job, bot.report, bot.connection.spent(), bot.say)
    if bot.report.bugs:
        raise bot.report.bugs[0]
    return bot.report


def _serve(bot: Bot, target: Target) -> None:
    if target.group is not None:
        from changeflow.bot.merge_group import judge_group

        judge_group(bot, target.group)
    elif target.deployment is not None:
        from changeflow.bot.deployment import answer

        bot.report.lines.append(answer(bot, target.deployment))
    if target.push:
        from changeflow.bot.recording import record_pushed

        record_pushed(bot, target)
    if target.every:
        from changeflow.bot.sweep import sweep

        sweep(bot, publishing=target.publishing)
    for number in target.pulls:
        judge_one(bot, number, publishing=target.publishing)


def _watch_settings(bot: Bot, target: Target) -> None:
    if bot.job.scheduled:
        from changeflow.bot.control_watch import watch

        watch(bot, recording=target.push)
        if target.push:
            from changeflow.bot.telling import tell

            tell(bot)
