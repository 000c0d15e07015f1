"""A custom deployment protection rule: a job of an application's repository waits until we say whether its change may start now.

Only a decision is answered. What could not be read stays unanswered, and GitHub keeps the job
waiting.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from changeflow import errors
from changeflow.bot.targets import Deployment
from changeflow.hosts.github import failures
from changeflow.hosts.github.contents import ORIGIN, deepen
from changeflow.hosts.github.deployment_rule import Answer, answer_deployment
from changeflow.hosts.github.json_node import Node
from changeflow.model.answers import Decision, Reason, sentence
from changeflow.model.clock import Clock
from changeflow.model.deployer import Deployer
from changeflow.reading.change_of_commit import change_of_message
from changeflow.reading.state import State
from changeflow.reading.view import View, locate
from changeflow.render.decision import ordered
from changeflow.render.escape import markdown as escaped
from changeflow.repo.remote import fetch_branch, tracking_ref
from changeflow.repo.source import WorkTree
from changeflow.usecases.gate.decide import decide_gate, unreadable_inputs

if TYPE_CHECKING:
    from changeflow.bot.run import Bot

# the end of an answer that is longer than GitHub shows
REST: Final = "`changeflow gate deploy` says everything."


def answer(bot: Bot, asked: Deployment) -> str:
    """Decide, and answer GitHub; one line for the log.

    Raises:
        errors.Unreadable: when something that judges cannot be read; nothing is answered.
        errors.HostFailed: when git or GitHub fails; nothing is answered, or it is unknown whether
            it was.
    """
    name, open_, comment = _decided(bot, asked)
    bot.report.deployments[name] = open_
    state: Answer = "approved" if open_ else "rejected"
    answer_deployment(
        bot.client, bot.repository, asked.run, asked.environment, state, comment, REST
    )
    return f"{name}: deployment {state}"


def _decided(bot: Bot, asked: Deployment) -> tuple[str, bool, str]:
    """What was asked for, whether it may start, and what to say.

    A commit that names no change is a no.
    """
    message = bot.client.get(
        "commit",
        f"{bot.repository.path}/git/commits/{asked.commit}",
        lambda node: node.text("message"),
    )
    try:
        change = change_of_message(bot.git, message, asked.commit)
        decision = decide_gate(_view(bot), "deploy", change, _clock(bot), _deployer(bot, asked))
    except errors.NothingToDo as error:
        return (
            f"commit {asked.commit[:12]}",
            False,
            f"{escaped(error.message)}\n\n{escaped(error.hint)}",
        )
    if unreadable_inputs(decision):
        raise errors.Unreadable(
            f"{change}: something that judges cannot be read", "`changeflow gate deploy` says what"
        )
    return change, decision.open, _said(decision)


def _deployer(bot: Bot, asked: Deployment) -> Deployer:
    """Whoever started this attempt of the run, by number: asked of GitHub, not believed from the event (attacks A79, A90).

    Where GitHub does not show the run, nobody is known to have started it, and the policy says what
    that means.
    """
    try:
        return bot.client.get(
            "workflow run", f"{bot.repository.path}/actions/runs/{asked.run}", _starter
        )
    except failures.NotVisible:
        return Deployer(source="github")


def _starter(run: Node) -> Deployer:
    """The actor of this attempt; servers that do not tell them apart tell who started the first one."""
    told = [key for key in ("triggering_actor", "actor") if run.value.get(key) is not None]
    if not told or (told[0] == "actor" and run.value.get("run_attempt") != 1):
        return Deployer(source="github")
    actor = run.at(told[0])
    return Deployer(source="github", account=actor.number("id"), login=actor.text("login"))


def _view(bot: Bot) -> View:
    """The newest state of the change repository, as its remote has it: main branch and ledger, whole, read by object id."""
    git, config = bot.git, State(WorkTree(bot.root)).config
    if ORIGIN not in git.remotes():
        return locate(bot.root).of_base()
    tip = _newest(bot, config.main_branch)
    if tip is None:
        raise errors.HostFailed(
            f"`{ORIGIN}` has no branch `{config.main_branch}`",
            "is this a clone of the change repository?",
        )
    _newest(bot, config.ledger.branch)
    return View.of(bot.store, bot.store.at(tip), bot.store.at(tip))


def _newest(bot: Bot, branch: str) -> str | None:
    """The tip of a branch of the remote, with its whole history: roles and evidence are as old as that says."""
    tip = fetch_branch(bot.git, ORIGIN, branch)
    if tip is not None:
        ref = tracking_ref(ORIGIN, branch)
        deepen(bot.source("deployment"), [f"+refs/heads/{branch}:{ref}"], [tip])
    return tip


def _clock(bot: Bot) -> Clock:
    """GitHub's time, heard with its last answer."""
    if bot.now is not None:
        return Clock(bot.now, datetime.now(UTC))
    told = bot.client.time.now()
    return Clock(told, told)


def _said(decision: Decision) -> str:
    lines = [
        f"`{decision.change}`: the gate `deploy` is {'open' if decision.open else 'shut'}.",
        "",
    ]
    told = ordered(decision.reasons)
    shut = [
        f"- {item.outcome}: {escaped(sentence(item))}{_hint(item)}"
        for item in told
        if item.outcome != "pass"
    ]
    who = [f"- {escaped(item.message)}" for item in told if item.rule == "changeflow.deployer"]
    return "\n".join([*lines, *([] if decision.open else [*shut, *who])])


def _hint(item: Reason) -> str:
    return f" ({escaped(item.hint)})" if item.hint else ""
