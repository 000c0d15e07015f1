"""Decisions that the bot recorded: recomputed from the host's facts in the entry and from git."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from changeflow.gate.pull_record import Told, hidden, restored
from changeflow.lazy_dataclass import dataclass
from changeflow.model.clock import Clock
from changeflow.model.evidence import DecisionBody, LedgerEntry
from changeflow.model.people import Roster
from changeflow.model.pull_facts import PullCommit
from changeflow.model.replay import ReplayDifference
from changeflow.reading.pull_content import PullContent, content_of, digests
from changeflow.reading.pull_git_facts import PullGitFacts, base_of
from changeflow.reading.repository_store import Store
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.replaying.past_repository import Then
from changeflow.replaying.recorded_decision import (
    Recomputed,
    Unknowable,
    instant,
    named,
    there,
)
from changeflow.repo.contributors import addresses
from changeflow.repo.git import Git
from changeflow.repo.named_commit import StandIn
from changeflow.usecases.pull.judge import JudgedPull, judge
from changeflow.usecases.pull.record_merged import MergedCommit, drafts


def recorded_pull(
    then: Then, entry: LedgerEntry, body: DecisionBody, inputs: Mapping[str, Any]
) -> Recomputed:
    """Judge the pull request again, and say what its commit would be recorded as.

    Raises:
        Unknowable: when something it was made from is not here, or not on record.
        errors.HostFailed: when git lacks something.
    """
    facts = _facts_of(body)
    landed, parent = named(inputs, "merged"), named(facts, "parent")
    then.of_main(landed, "the commit that landed")
    then.of_main(parent, "the commit before it")
    tip = then.of_main(named(facts, "tip"), "the main branch").rulebook
    if facts["pull"] is None:
        return _out_of(
            then.git, tip, MergedCommit(landed, parent, there(inputs, "pull_request"), None), entry
        )
    return _judged_again(then, entry, body, tip, landed, parent)


def _facts_of(body: DecisionBody) -> Mapping[str, Any]:
    """Return what the code host said, as the entry holds it.

    Raises:
        Unknowable: when it does not.
    """
    facts = body.facts
    if not isinstance(facts, dict) or "pull" not in facts:
        raise Unknowable(
            "the entry does not hold what the code host said; an older changeflow recorded it"
        )
    if facts.get("left_out"):
        raise Unknowable(f"the entry does not hold what the code host said: {facts['left_out']}")
    return facts


def _judged_again(
    then: Then, entry: LedgerEntry, body: DecisionBody, tip: Rulebook, landed: str, parent: str
) -> Recomputed:
    facts: Mapping[str, Any] = body.facts or {}
    moment = _pull_moment(then, body, landed, parent)
    told, found_by_git = moment.told, moment.git_facts
    judged = moment.judged(moment.view)
    merged = MergedCommit(landed, parent, told.facts.number, judged)
    found = _out_of(then.git, tip, merged, entry)
    if not _is_recorded(found, body) and _is_release_alone(judged):
        earlier = _out_of(then.git, tip, replace(merged, judged=_shut(judged)), entry)
        found = earlier if _is_recorded(earlier, body) else found
    later = _later(then, entry, facts, moment.position)
    contradictions = (*_contradicted(then.git, told, parent), *later)
    return replace(
        _doubted(found, told, found_by_git, body, judged),
        read_at=found_by_git.commit,
        contradictions=contradictions,
    )


def _is_recorded(found: Recomputed, body: DecisionBody) -> bool:
    return found.body is not None and found.body.decision == body.decision


def _is_release_alone(judged: JudgedPull) -> bool:
    """Return whether it holds releases without a request, for which earlier programs wanted one."""
    reasons = judged.verdict.reasons
    is_judged = any(one.reason_code == "path.release" for one in reasons)
    return is_judged and judged.verdict.state != "error"


def _shut(judged: JudgedPull) -> JudgedPull:
    """Return it as an earlier program judged it: without a request no approval counted."""
    return replace(judged, verdict=judged.verdict.model_copy(update={"state": "shut"}))


@dataclass(frozen=True)
class PullMoment:
    """A moment at which a pull request was judged, with all that it was judged by.

    Attributes:
        view: base, head and ledger as they were.
        told: what the code host said.
        git_facts: what git said.
        now: the time.
        position: how many entries the ledger had.
    """

    view: View
    told: Told
    git_facts: PullGitFacts
    now: datetime
    position: int

    def judged(self, view: View) -> JudgedPull:
        """Judge it by this view, or by one with another base."""
        return judge(view, self.told.facts, self.git_facts, self.now)


def pull_moment(then: Then, body: DecisionBody, inputs: Mapping[str, Any]) -> PullMoment:
    """Return the moment at which the pull request of a recorded decision was judged.

    Raises:
        Unknowable: when something it was made from is not here, or not on record.
        errors.HostFailed: when git lacks something.
    """
    facts = _facts_of(body)
    if facts["pull"] is None:
        raise Unknowable("no pull request brought it, so nothing was judged before it landed")
    landed, parent = named(inputs, "merged"), named(facts, "parent")
    then.of_main(landed, "the commit that landed")
    then.of_main(parent, "the commit before it")
    return _pull_moment(then, body, landed, parent)


def _pull_moment(then: Then, body: DecisionBody, landed: str, parent: str) -> PullMoment:
    facts: Mapping[str, Any] = body.facts or {}
    source = then.commit(parent, "the base")
    told = _restored(then.git, facts["pull"], source.rulebook.roster, body)
    found_by_git = _git_facts(then.store, told, parent, landed)
    position = then.position(there(facts, "ledger"))
    view = View(then.store, source, found_by_git.head, then.ledger(position))
    return PullMoment(view, told, found_by_git, instant(facts.get("now")), position)


def _later(
    then: Then, entry: LedgerEntry, facts: Mapping[str, Any], position: int
) -> Iterator[ReplayDifference]:
    if position >= entry.seq:
        yield ReplayDifference(
            route=["facts", "ledger"],
            recorded=facts["ledger"],
            recomputed=then.state_before(entry),
        )


def _out_of(git: Git, tip: Rulebook, merged: MergedCommit, entry: LedgerEntry) -> Recomputed:
    """Return what a record of this commit would hold for the change."""
    made: list[str] = []
    for *_, draft in drafts(git, tip, merged, Clock(entry.at, entry.recorded_at)):
        if draft.change == entry.change and isinstance(draft.body, DecisionBody):
            return Recomputed(draft.body, draft.subject, merged.commit)
        made.append(draft.change)
    shut = ""
    if merged.judged:
        state = merged.judged.verdict.state
        shut = f"; the gate of pull request {merged.number} comes out {state}"
    return Recomputed(
        None,
        (),
        merged.commit,
        why=f"what landed makes an entry for {', '.join(made) or 'no change'}{shut}",
    )


def _doubted(
    found: Recomputed,
    told: Told,
    found_by_git: PullGitFacts,
    body: DecisionBody,
    judged: JudgedPull,
) -> Recomputed:
    """Say where another outcome may come of what is no longer here."""
    number = told.facts.number
    fetch = f"`git fetch origin refs/pull/{number}/head` brings it, where the host still has it"
    other = found.body is None or found.body.digest != body.digest or not judged.verdict.open
    if found_by_git.commit != found_by_git.content.head and other:
        gone = found_by_git.content.head[:12]
        why = (
            f"the head {gone} of pull request {number} is not in this clone, and what landed "
            "does not stand for it"
        )
        return replace(found, doubt=why, hint=fetch)
    if told.hidden and _has_unknown_contributors(judged):
        why = f"addresses in commits of pull request {number} are not in this clone"
        return replace(found, doubt=why, hint=fetch)
    return found


def _has_unknown_contributors(judged: JudgedPull) -> bool:
    for decision in judged.verdict.decisions:
        for reason in decision.reasons:
            if reason.reason_code == "contributors.unknown":
                return True
    return False


def _restored(git: Git, plain: Mapping[str, Any], roster: Roster, body: DecisionBody) -> Told:
    try:
        return restored(plain, _known(roster, body), lambda commit: _of_commit(git, commit))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unknowable("what the code host said cannot be read from the entry") from error


def _known(roster: Roster, body: DecisionBody) -> Iterator[str]:
    """Return the addresses that a digest may stand for: the roster's and the decision's own."""
    for person in roster.spec.people.values():
        yield from person.emails
    for reason in body.decision.get("reasons", ()):
        if reason.get("reason_code") == "contributors.unknown":
            _, _, listed = str(reason.get("message")).partition("(")
            yield from listed.rpartition("): ")[0].split(", ")


def _of_commit(git: Git, commit: str) -> frozenset[str]:
    if git.resolve(commit) is None:
        return frozenset()
    return frozenset(addresses(git, commit, extra=["-1"]))


def _git_facts(store: Store, told: Told, parent: str, landed: str) -> PullGitFacts:
    """Return git's facts of the pull request.

    Where its head is gone, the merged commit stands for it: it has the same effective content.
    """
    git, head = store.git, told.facts.head_oid
    if git.resolve(head) is not None:
        content = content_of(git, base_of(told.facts), head)
        return PullGitFacts(content, store.at(head), head, told.digests, told.hands)
    instead = content_of(git, parent, landed)
    content = PullContent(
        parent,
        head,
        told.facts.merge_base or instead.merge_base,
        instead.changes,
        instead.entries,
    )
    gone = store.of(StandIn(store.at(landed).source, head, head))
    return PullGitFacts(content, gone, landed, told.digests, told.hands)


def _contradicted(git: Git, told: Told, parent: str) -> Iterator[ReplayDifference]:
    """Yield recorded facts that git contradicts: the reviewed commit, or its contributors."""
    facts = told.facts
    if base_of(facts) != parent:
        yield ReplayDifference(
            route=["facts", "pull", "said", "base_tip"], recorded=base_of(facts), recomputed=parent
        )
    here = [oid for oid in told.digests if git.resolve(oid) is not None]
    for oid, digest in digests(git, parent, here).items():
        if told.digests[oid] != digest:
            yield ReplayDifference(
                route=["facts", "pull", "digests", oid],
                recorded=told.digests[oid],
                recomputed=digest,
            )
    for index, commit in enumerate(facts.commits):
        route: list[str | int] = ["facts", "pull", "said", "commits", index]
        for who, listed, made in _makers(git, commit):
            known = [one for one in listed if one is not None]
            complete = len(known) == len(listed)
            if complete and made.casefold() not in map(str.casefold, known):
                shown = sorted(hidden(one, commit.oid) for one in known)
                yield ReplayDifference(
                    route=[*route, who], recorded=shown, recomputed=[hidden(made, commit.oid)]
                )
    yield from _unlisted(git, told, parent)


def _makers(git: Git, commit: PullCommit) -> list[tuple[str, list[str | None], str]]:
    """Return author and committer by the record and by the commit, where that is here."""
    if git.resolve(commit.oid) is None:
        return []
    author, committer = (
        git.log(commit.oid, format_="%ae%x1f%ce", extra=["-1"])[0].strip("\n").split("\x1f")
    )
    authors = [one.email for one in commit.authors]
    recorded = None
    if commit.committer is not None:
        recorded = commit.committer.email
    return [("authors", authors, author), ("committer", [recorded], committer)]


def _unlisted(git: Git, told: Told, parent: str) -> Iterator[ReplayDifference]:
    """Return the commits of the head that the record leaves out."""
    facts = told.facts
    if "commits" in facts.at_limit or git.resolve(facts.head_oid) is None:
        return
    listed = {commit.oid for commit in facts.commits}
    found = [line.strip() for line in git.log(facts.head_oid, f"^{parent}", format_="%H")]
    left_out = [oid for oid in found if oid not in listed]
    if left_out:
        yield ReplayDifference(
            route=["facts", "pull", "said", "commits"],
            recorded=sorted(listed),
            recomputed=sorted(found),
        )
