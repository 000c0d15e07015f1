"""The local host: opinions from the ledger, contributors from git.

The embedded default, needing no server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from changeflow import errors
from changeflow.gate.speakers import doubt
from changeflow.model.config import ConfigSpec
from changeflow.model.directory import Directory
from changeflow.model.evidence import ApprovalBody, LedgerEntry
from changeflow.model.opinions import Contributors, Review
from changeflow.model.people import Roster
from changeflow.repo.git import Git

_CODES: Final = {
    "unnamed": "approval.unsigned",
    "unknown": "approval.unsigned",
    "unsigned": "approval.unsigned",
    "forged": "approval.forged",
    "other_committer": "approval.other_committer",
}
_FIELD: Final = "\x1f"
_PEOPLE_OF_A_COMMIT: Final = "%ae%x1f%ce%x1f%(trailers:key=Co-authored-by,valueonly,separator=%x1f)"
_CLOCKS: Final = {
    "behind": (
        "approval.clock_behind",
        (
            "{who}'s approval is dated before entries that precede it on the ledger: the clock was set "
            "wrong"
        ),
    ),
    "wrong": (
        "approval.clock_wrong",
        (
            "{who}'s approval was dated by a clock that is known to have been wrong "
            "(spec.ledger.wrong_clocks)"
        ),
    ),
}
_ADDRESS = re.compile(r"<([^<>]*)>\s*$")


def reviews(
    entries: Sequence[LedgerEntry], roster: Roster, config: ConfigSpec
) -> tuple[Review, ...]:
    """Opinions on record, oldest first, with the reasons only this host can see why one does not count.

    Which of a person's opinions is the newest, and whether the person may approve at all, is
    decided by the core.

    Args:
        entries: evidence of one change, signatures checked.
        roster: who there is, at the base.
        config: settings at the base.
    """
    return tuple(
        _review(entry, entry.body, roster, config)
        for entry in entries
        if isinstance(entry.body, ApprovalBody)
    )


def _review(entry: LedgerEntry, body: ApprovalBody, roster: Roster, config: ConfigSpec) -> Review:
    code, message = _flaw(entry, body, roster, config)
    if code is None and entry.clock and body.decision == "approve":
        code, message = _CLOCKS[entry.clock]
        message = message.format(who=body.by)
    return Review(
        by=body.by if body.by in roster.spec.people else None,
        shown_as=body.by,
        decision=body.decision,
        digest=body.digest,
        at=entry.moment,
        role=body.role,
        ineligible=code,
        message=message,
        words=body.comment,
    )


def _flaw(
    entry: LedgerEntry, body: ApprovalBody, roster: Roster, config: ConfigSpec
) -> tuple[str | None, str]:
    """Reason code and sentence why the statement itself proves nothing; (None, "") when it is good."""
    if entry.elsewhere:
        whose = (
            f"the repository `{entry.repository}`"
            if entry.repository
            else "a repository without an id"
        )
        return (
            "approval.other_repository",
            f"{body.by}'s opinion was given for {whose}, which is not this one",
        )
    if entry.simulated and not config.allow_simulated_clock:
        return (
            "approval.simulated",
            f"{body.by}'s opinion was recorded under a fixed clock, which counts for nothing here",
        )
    found = doubt(entry, roster.spec.people, signatures_required=config.require_signatures)
    stranger = found is not None and found.code == "unknown" and not config.require_signatures
    agent = body.by in roster.spec.people and not roster.is_human(body.by)
    if found is None or stranger or agent:
        # that neither a stranger nor an automation approves is the core's to tell
        return None, ""
    return _CODES[found.code], f"{body.by}'s opinion {found.message}"


def contributors(
    git: Git, head: str | None, paths: Sequence[str], roster: Roster, *, without: Sequence[str] = ()
) -> Contributors:
    """Authors, committers and co-authors of every commit that touched the change, before and after it was merged.

    Args:
        git: the repository.
        head: commit with the change; None: the work tree, so what is checked out (uncommitted text
            has no author yet).
        paths: the files of the change: its request and what lies beside it, without its review,
            which comes afterwards.
        roster: maps addresses to people, regardless of case.
        without: commits that are left out, with everything before them; then all paths count where
            none is named.

    Raises:
        errors.HostFailed: when a shallow clone hides commits: a missing author would be a missing
            objection.
    """
    tip = head or git.resolve("HEAD")
    if tip is None or not (paths or without):
        return Contributors()
    if git.facts.shallow:
        raise errors.HostFailed(
            "this clone is shallow, so who wrote the change cannot be told",
            "fetch needed: `git fetch --unshallow`",
        )
    return _sorted_out(
        addresses(git, tip, *(f"^{commit}" for commit in without), paths=paths), roster
    )


def addresses(
    git: Git, *revisions: str, paths: Sequence[str] = (), extra: Sequence[str] = ()
) -> set[str]:
    """Addresses of authors, committers and co-authors of commits; see `Git.log` for `revisions`."""
    records = git.log(*revisions, format_=_PEOPLE_OF_A_COMMIT, paths=paths, extra=extra)
    return {address for record in records for address in _addresses(record)}


def _addresses(record: str) -> Iterable[str]:
    """Addresses in a commit's author, committer and trailers; a trailer without one is itself, and will fit nobody."""
    author, committer, *trailers = record.strip("\n").split(_FIELD)
    yield author
    yield committer
    for trailer in trailers:
        found = _ADDRESS.search(trailer)
        if trailer.strip():
            yield found[1] if found else trailer.strip()


def _sorted_out(addresses: Iterable[str], roster: Roster) -> Contributors:
    directory, people, unknown = Directory(roster.spec.people), set[str](), set[str]()
    for address in addresses:
        owners = directory.owners_of_address(address)
        if owners:
            people.update(owners)
        else:
            unknown.add(address)
    return Contributors(people=tuple(sorted(people)), unknown=tuple(sorted(unknown)))
