"""What a reader of a pull request should know, and no verdict rests on.

That is texts that were edited after an approval, and commits of two names.

Approval is a review of the request's content, so what a text says does not count and may be
edited at any time (attack A49). An address in a commit is a claim by its maker: it never grants, it
excludes, and where GitHub or a signature names another person it is shown (attack A22).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from changeflow.model.directory import Directory
from changeflow.model.document_parts import Record, format_instant
from changeflow.model.people import Roster
from changeflow.model.pull_facts import (
    Actor,
    CommitPerson,
    OtherEvent,
    PullCommit,
    PullRequestFacts,
    PullReview,
)


class Note(Record):
    """What is to be shown of a pull request: a code with its data, as a sentence needs it."""

    code: str
    data: dict[str, Any]


def notes(facts: PullRequestFacts, roster: Roster) -> tuple[Note, ...]:
    """Return everything to be shown, in the order of the commits and reviews, each once."""
    found = [*_edited_reviews(facts, roster)]
    found += _edited_text(facts, roster)
    found += _mismatches(facts, roster)
    once: list[Note] = []
    for one in found:
        if one not in once:
            once.append(one)
    return tuple(once)


# -- texts (A49) -------------------------------------------------------------------------------


def _edited_reviews(facts: PullRequestFacts, roster: Roster) -> Iterator[Note]:
    for person, review in _approvals(facts, roster):
        edited, given = review.edited_at, review.submitted_at
        if edited is not None and given is not None and edited > given:
            data = {"who": person, "at": format_instant(edited)}
            yield Note(code="review.edited", data=data)


def _edited_text(facts: PullRequestFacts, roster: Roster) -> Iterator[Note]:
    """Return that title or description were edited after an approval.

    The title leaves an event. Of the description GitHub says when it was edited last.
    """
    renamed: datetime | None = None
    for event in facts.timeline:
        if isinstance(event, OtherEvent) and event.kind == "renamed" and event.at:
            renamed = max(renamed or event.at, event.at)
    edits = {"title": renamed, "description": facts.edited_at}
    for what, at in edits.items():
        before = _approved_before(facts, roster, at)
        if at is not None and before:
            data = {"case": what, "at": format_instant(at), "people": before}
            yield Note(code="pull.edited", data=data)


def _approved_before(facts: PullRequestFacts, roster: Roster, at: datetime | None) -> list[str]:
    if at is None:
        return []
    people: set[str] = set()
    for person, review in _approvals(facts, roster):
        if review.submitted_at and review.submitted_at < at:
            people.add(person)
    return sorted(people)


def _approvals(facts: PullRequestFacts, roster: Roster) -> Iterator[tuple[str, PullReview]]:
    """Yield the reviews that approve, by people of the roster."""
    directory = Directory(roster.spec.people)
    for review in facts.reviews:
        person = _owner(review.author, directory)
        if review.state == "approved" and person is not None:
            yield person, review


# -- people (A22) ------------------------------------------------------------------------------


def _mismatches(facts: PullRequestFacts, roster: Roster) -> Iterator[Note]:
    directory = Directory(roster.spec.people)
    numbered = {name for name, person in roster.spec.people.items() if person.github_ids}
    for commit in facts.commits:
        for person, actor, how in _claims(commit, directory):
            other = _owner(actor, directory)
            if other == person or (other is None and person not in numbered):
                # the same, or a person whose account the roster does not know
                continue
            data = {"case": how, "commit": commit.oid[:12], "who": person, "login": actor.login}
            if other is not None:
                data |= {"case": f"{how}_person", "other": other}
            yield Note(code="identity.mismatch", data=data)


def _claims(commit: PullCommit, directory: Directory) -> Iterator[tuple[str, Actor, str]]:
    """Yield whom a commit names by an address, the account against it, and what says so."""
    for maker in (*commit.authors, commit.committer):
        for person in _named(maker, directory):
            if maker is not None and maker.user is not None:
                yield person, maker.user, "account"
    signature = commit.signature
    if signature is None or not signature.valid or signature.by_github or signature.signer is None:
        return
    # who commits, signs; the author may be another person
    for person in _named(commit.committer, directory):
        yield person, signature.signer, "signature"


def _named(maker: CommitPerson | None, directory: Directory) -> Iterable[str]:
    """Return the people of the roster whose address it is.

    An address that two of them list names neither.
    """
    address = maker.email if maker is not None else None
    found = directory.owners_of_address(address or "")
    return found if len(found) == 1 else ()


def _owner(actor: Actor | None, directory: Directory) -> str | None:
    return directory.owner_of_account(actor.id) if actor is not None else None
