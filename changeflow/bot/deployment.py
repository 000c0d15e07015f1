"""A custom deployment protection rule.

A job of an application's repository waits until we say whether its change may start now.

Only a decision is answered. What could not be read stays unanswered, and the host keeps the job
waiting.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from changeflow import errors
from changeflow.bot.bot import Bot
from changeflow.hosts.host import DeploymentRule
from changeflow.hosts.target import Deployment
from changeflow.language.reasons import said_by, sentence
from changeflow.model.answers.decision import Decision, Reason
from changeflow.model.clock import Clock
from changeflow.reading.change_of_commit import change_of_message
from changeflow.reading.state import State
from changeflow.reading.view import View, locate
from changeflow.render.decision import ordered
from changeflow.render.escape import markdown as escaped
from changeflow.render.escape import prose
from changeflow.render.presentation import Presentation, presentation_of
from changeflow.repo.source import WorkTree
from changeflow.usecases.gate.decide import decide_gate, unreadable_inputs

# The end of an answer that is longer than the host shows.
REST: Final = "`changeflow gate deploy` says everything."


def answer(bot: Bot, asked: Deployment) -> str:
    """Decide, and answer the host; one line for the log.

    Raises:
        errors.Unreadable: when something that judges cannot be read; nothing is answered.
        errors.HostFailed: when git or the host fails; nothing is answered, or it is unknown whether
            it was.
    """
    rule = bot.connection.deployment_rule
    if rule is None:
        raise errors.HostFailed.of("bot.no_rule")
    name, open_, comment = _decided(bot, rule, asked)
    bot.report.deployments[name] = open_
    rule.answer(asked, comment, REST, open_=open_)
    return f"{name}: deployment {'approved' if open_ else 'rejected'}"


def _decided(bot: Bot, rule: DeploymentRule, asked: Deployment) -> tuple[str, bool, str]:
    """Tell what was asked for, whether it may start, and what to say.

    A commit that names no change is a no.
    """
    message = rule.message(asked)
    try:
        change = change_of_message(bot.git, message, asked.commit)
        view = _view(bot)
        decision = decide_gate(view, "deploy", change, _clock(bot), rule.deployer(asked))
    except errors.NothingToDo as error:
        return (
            f"commit {asked.commit[:12]}",
            False,
            f"{escaped(error.message)}\n\n{escaped(error.hint)}",
        )
    if unreadable_inputs(decision):
        raise errors.Unreadable.of("bot.unreadable", change=change)
    to = presentation_of(view.base.rulebook, bot.language)
    return change, decision.open, _said(decision, to)


def _view(bot: Bot) -> View:
    """Return the newest state of the change repository, as its remote has it.

    Main branch and ledger, whole, read by object id.
    """
    git, config = bot.git, State(WorkTree(bot.root)).config
    if bot.connection.remote not in git.remotes():
        return locate(bot.root, recalls=False).of_base()
    tip = bot.connection.fetch_branch(config.main_branch, "deployment")
    if tip is None:
        raise errors.HostFailed.of(
            "bot.no_branch", remote=bot.connection.remote, branch=config.main_branch
        )
    bot.connection.fetch_branch(config.ledger.branch, "deployment")
    return View.of(bot.store, bot.store.at(tip), bot.store.at(tip)).reading_all()


def _clock(bot: Bot) -> Clock:
    """Return the host's time, heard with its last answer."""
    if bot.fixed is not None:
        return Clock(bot.fixed, datetime.now(UTC))
    told = bot.connection.now()
    return Clock(told, told)


def _said(decision: Decision, to: Presentation) -> str:
    verdict = "open" if decision.open else "shut"
    head = prose(to.says("deployment.verdict", case=verdict, change=decision.change))
    if decision.open:
        return f"{head}\n"
    shut, who = [], []
    for item in ordered(decision.reasons):
        if item.outcome != "pass":
            mark = to.says(f"sign.{item.outcome}")
            shut.append(f"- {mark}: {prose(sentence(item, to))}{_hint(item, to)}")
        if item.rule == "changeflow.deployer":
            who.append(f"- {prose(sentence(item, to))}")
    return "\n".join([head, "", *shut, *who])


def _hint(item: Reason, to: Presentation) -> str:
    hint = said_by(item, to).hint
    return f" ({prose(hint)})" if hint else ""
