"""The facts of git about a pull request whose commits were fetched."""

from __future__ import annotations

from collections.abc import Mapping

from changeflow.lazy_dataclass import dataclass
from changeflow.model.pull_facts import PullRequestFacts
from changeflow.reading.pull_content import PullContent, digests
from changeflow.reading.pull_history import earlier_contributors
from changeflow.reading.repository_store import Store
from changeflow.reading.state import State


@dataclass(frozen=True)
class PullGitFacts:
    """The facts of git about a pull request.

    Its decision rests on them, on GitHub's facts, on the base and on the ledger.

    Attributes:
        content: the changed paths. `content.head` is the head that is judged.
        head: its files.
        commit: the commit they are read from; another than `content.head` only where that one is
            gone.
        digests: reviewed commit -> digest of the effective content there, for those that are known.
        hands: addresses in commits that are no longer in the pull request.
    """

    content: PullContent
    head: State
    commit: str
    digests: Mapping[str, str]
    hands: frozenset[str]


def git_facts(store: Store, facts: PullRequestFacts) -> PullGitFacts:
    """Ask git about a pull request whose commits were fetched.

    Raises:
        errors.HostFailed: when git lacks something.
    """
    git, base, head = store.git, base_of(facts), facts.head_oid
    reviewed = {review.commit for review in facts.reviews if review.commit is not None}
    return PullGitFacts(
        content=store.content(base, head),
        head=store.at(head),
        commit=head,
        digests=digests(git, base, reviewed),
        hands=earlier_contributors(git, base, facts),
    )


def base_of(facts: PullRequestFacts) -> str:
    """Return the commit that judges: where the base branch is now, or where GitHub saw it last."""
    return facts.base_tip or facts.base_oid
