"""The person whose address git commits with here.

It is the committer's address, as for every entry that speaks by a commit: git takes it from the
environment before its configuration.
"""

from __future__ import annotations

from changeflow import errors
from changeflow.model.directory import Directory
from changeflow.model.people import Roster
from changeflow.model.phrases import Told
from changeflow.repo.git import FALLBACK_IDENTITY, Git


def who_commits(git: Git, roster: Roster, question: Told, *hint: Told) -> str:
    """Return the person of a roster whose address git commits with here.

    Args:
        git: where.
        roster: the people.
        question: what cannot be answered without them, for the message.
        hint: what to do then.

    Raises:
        errors.UsageError: when the roster has no such person, or several.
    """
    address = _address(git)
    if not address:
        raise errors.UsageError.of("whom.unset", question=question, hint=list(hint))
    owners = sorted(Directory(roster.spec.people).owners_of_address(address))
    if len(owners) == 1:
        return owners[0]
    raise errors.UsageError.of(
        "whom.commits",
        case="shared" if owners else "unlisted",
        question=question,
        address=address,
        people=owners,
        hint=list(hint),
    )


def _address(git: Git) -> str:
    """Return the address; empty where git has none, or only the one that we lend it."""
    address = git.committer()
    if address == FALLBACK_IDENTITY["GIT_COMMITTER_EMAIL"]:
        # An address without a name beside it is none to git, and says here who it is.
        return git.config("user.email") or ""
    return address
