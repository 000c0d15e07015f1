"""Judge one pull request and publish the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from changeflow import errors
from changeflow.bot.bot import Bot
from changeflow.hosts.failures import PullMoved
from changeflow.language.sentences import say_or
from changeflow.model.answers.lessons import NO_REVIEWS, EarlierReviews
from changeflow.model.clock import Clock
from changeflow.model.config import ConfigSpec
from changeflow.model.kinds import group_of
from changeflow.model.languages import ENGLISH
from changeflow.model.paths import paths_of
from changeflow.model.publication import Publication
from changeflow.model.pull_facts import PullRequestFacts
from changeflow.model.redaction import redact
from changeflow.reading.pull_history import earlier_commits
from changeflow.render.escape import markdown as escaped
from changeflow.render.presentation import Presentation, presentation_of
from changeflow.render.pull import comment, publication
from changeflow.render.pull import title as title_of
from changeflow.usecases.gate.assess import lessons_for_several, reviews_owed
from changeflow.usecases.pull.judge import JudgedPull, judge_pull
from changeflow.usecases.pull.since_approval import since_approvals, stale_approvals

if TYPE_CHECKING:
    from changeflow.render.policy_backtest import TriedPolicies

# Readings of a pull request that moves while it is judged.
ATTEMPTS: Final = 3
# groups of governing files with rules in them
_POLICIES: Final = ("policies", "models")


def judge_one(bot: Bot, number: int, *, publishing: bool) -> None:
    """Judge one pull request.

    Whatever goes wrong with it keeps its gate shut, and the next one is judged all the same.
    """
    try:
        _judge_and_say(bot, number, publishing=publishing)
    except errors.ChangeflowError as error:
        _undecided(bot, number, error, publishing=publishing)
    # a bug must not leave an older success standing, nor stop the other verdicts
    except Exception as error:  # noqa: BLE001
        bot.report.bugs.append(error)
        told = errors.HostFailed.of("bot.bug", kind=type(error).__name__)
        _undecided(bot, number, told, publishing=publishing)


def _judge_and_say(bot: Bot, number: int, *, publishing: bool) -> None:
    facts, judged = _judged(bot, number)
    if judged is None:
        bot.report.lines.append(f"pull request {number} is {facts.state}; nothing to decide")
        return
    stale = stale_approvals(facts, judged.verdict, judged.base.roster)
    to = presentation_of(judged.base, bot.language)
    since = since_approvals(bot.git, judged.content, stale)
    policies, lessons = _policies_tried(bot, judged), _learnt(bot, judged)
    if publishing:
        told = publication(judged, since, to, policies, lessons)
        done = bot.connection.publish(facts, told)
        written = ", ".join(done.written) or "nothing"
        bot.report.lines.append(
            f"pull request {number}: {title_of(judged.verdict, to)}; written: {written}"
        )
        for note in done.notes:
            bot.report.lines.append(f"pull request {number}: note: {note}")
    bot.report.states[number] = judged.verdict.state
    bot.report.summaries.append(comment(judged, since, to, policies, lessons))


def _policies_tried(bot: Bot, judged: JudgedPull) -> TriedPolicies | None:
    """Try the policies that a pull request changes on the past; None where it changes none."""
    if not any(group_of(path) in _POLICIES for path in paths_of(judged.content.changes)):
        return None
    # Few pull requests change policies.
    from changeflow.bot.policies_tried import tried

    return tried(bot, judged)


def _learnt(bot: Bot, judged: JudgedPull) -> EarlierReviews:
    """Return what reviews on the base learnt that has to do with the requests, and which are owed.

    It decides nothing: whatever goes wrong with it, the verdict stands.
    """
    try:
        contents = [one.content for one in judged.assessed]
        view, now = judged.inputs.view, judged.inputs.now
        owed = reviews_owed(view, contents, Clock(now, now))
        return lessons_for_several(view, contents)._replace(owed=owed)
    except errors.ChangeflowError:
        return NO_REVIEWS
    # A bug must not keep the verdict from being published; the run reports it in the end.
    except Exception as error:  # noqa: BLE001
        bot.report.bugs.append(error)
        return NO_REVIEWS


def _judged(bot: Bot, number: int) -> tuple[PullRequestFacts, JudgedPull | None]:
    """Facts and judgement of one state of the pull request; read again where it moved meanwhile."""
    for attempt in range(1, ATTEMPTS + 1):
        facts = bot.connection.pull(number)
        bot.heads[number] = facts.head_oid
        if facts.state != "open":
            return facts, None
        try:
            facts = fetched(bot, facts)
            return facts, judge_pull(bot.store, facts, bot.time())
        except PullMoved:
            if attempt == ATTEMPTS:
                raise
            bot.say(f"pull request {number} moved while it was read; reading it again")
    raise AssertionError("unreachable")


def fetched(bot: Bot, facts: PullRequestFacts) -> PullRequestFacts:
    """Bring the pull request's commits, and those that were its head before, into the clone."""
    facts = bot.connection.fetch(facts)
    bot.bases[facts.base_ref] = facts.base_tip or facts.base_oid
    _fetch_ledger_once(bot, bot.bases[facts.base_ref])
    bot.connection.fetch_commits(earlier_commits(facts), f"pull request {facts.number}")
    return facts


def _fetch_ledger_once(bot: Bot, base: str) -> None:
    """Fetch the evidence once a run.

    A clone of one branch lacks it, and a job that waited has an old one.
    """
    if bot.ledger_fetched:
        return
    try:
        config = bot.store.at(base).config
    except errors.Unreadable:
        # The judgement says that it cannot be read.
        return
    fetch_ledger(bot, config)


def fetch_ledger(bot: Bot, config: ConfigSpec) -> None:
    """Fetch the branch with the evidence.

    Raises:
        errors.HostFailed: when it should be on a remote, and is neither there to be fetched nor
            here.
    """
    bot.connection.fetch_ledger(config.ledger)
    bot.ledger_fetched = True


def _undecided(bot: Bot, number: int, error: errors.ChangeflowError, *, publishing: bool) -> None:
    """Keep the gate shut for what could not be read, and say so where the verdict would stand."""
    bot.report.failed.append(f"pull request {number}: {error.message}")
    bot.report.states[number] = "error"
    head = bot.heads.get(number)
    if publishing and head is not None:
        refuse(bot, head, error, f"pull request {number}")


def refuse(bot: Bot, head: str, error: errors.ChangeflowError, what: str) -> None:
    """Place a verdict that needs only a commit, so that no older success is left standing there."""
    to = Presentation(bot.language or ENGLISH)
    said = error.said(to)
    # of a failure of the host, the code says in every language what it comes to
    code, why = getattr(error, "reason_code", ""), escaped(said.text)
    why = say_or(code, {"message": why}, to, why).text
    text = redact(f"{to.says('decision.undecided', why=why)}\n\n{escaped(said.hint)}")
    title = to.says("decision.undecided_title")
    verdict = Publication(head=head, outcome="error", title=title, summary=text)
    try:
        bot.connection.place(verdict)
    except errors.ChangeflowError as second:
        bot.report.lines.append(f"{what}: the verdict could not be written: {second.message}")
