"""What a code host said about a pull request, as it is recorded with a decision.

It is enough to judge again, and holds no person's address.

Accounts are recorded by number and login. An e-mail address is recorded as a digest that is bound
to its commit. When it is judged again, the address is found in the commit itself, in the roster, or
not at all (docs/decisions/replay.md). What reviewers wrote is recorded as they wrote it, up to a
limit and without what looks like a secret.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from changeflow.model.document_parts import Record
from changeflow.model.pull_facts import Actor, PullRequestFacts

# Facts no judgement looks at -> what stands in their place when the others are read again.
LEFT_OUT: Final[Mapping[str, Any]] = {
    "archived": False,
    "changed_files": 0,
    "comments": (),
    "default_branch": None,
    "head_repository_id": None,
    "id": None,
    "labels": (),
    "locked": False,
    "node": "",
    "queue": None,
    "requested": (),
    "test_merge_checks": (),
    "test_merge_oid": None,
    "title": "",
    "viewer": Actor(id=None, login="", type="unknown"),
}
_LABELLING: Final = ("labeled", "unlabeled")
_DIGEST: Final = "sha256:"
# an account's number and login, if anything
_OF_GITHUB: Final = ("noreply@github.com", "@users.noreply.github.com")


class Told(Record):
    """What was recorded.

    `digests` and `hands` are as in `reading.pull_git_facts.PullGitFacts`; `hidden`: an address is
    not known here.
    """

    facts: PullRequestFacts
    digests: dict[str, str]
    hands: frozenset[str]
    hidden: bool


def recorded(
    facts: PullRequestFacts, digests: Mapping[str, str], hands: Collection[str]
) -> dict[str, Any]:
    """Return the facts as plain data.

    Args:
        facts: everything the host said.
        digests: reviewed commit -> digest of the effective content there.
        hands: addresses in commits that are no longer in the pull request.
    """
    said = facts.model_dump(mode="json", exclude=set(LEFT_OUT))
    said["timeline"] = [event for event in said["timeline"] if event["kind"] not in _LABELLING]
    for check in said["checks"]:
        check["description"] = check["target_url"] = None
    for commit in said["commits"]:
        _each_address(commit, hidden)
    return {
        "said": said,
        "digests": dict(sorted(digests.items())),
        "hands": sorted({hidden(address, facts.head_oid) for address in hands}),
    }


def restored(
    plain: Mapping[str, Any], known: Iterable[str], of_commit: Callable[[str], Collection[str]]
) -> Told:
    """Return the facts again.

    Args:
        plain: what `recorded` gave.
        known: addresses that may be meant, such as the roster's.
        of_commit: addresses a commit names, empty where the commit is not here.

    Raises:
        ValueError: when it is no such record (pydantic's errors among them).
        KeyError, TypeError, AttributeError: the same.
    """
    said = {**plain["said"]}
    finder = _Finder(tuple(dict.fromkeys(known)), of_commit)
    said["commits"] = list(map(_copied, said["commits"]))
    for commit in said["commits"]:
        _each_address(commit, finder)
    facts = PullRequestFacts.model_validate({**LEFT_OUT, **said})
    hands = frozenset(finder(address, facts.head_oid) for address in plain["hands"])
    return Told(facts=facts, digests=plain["digests"], hands=hands, hidden=finder.failed)


def _copied(commit: Mapping[str, Any]) -> dict[str, Any]:
    """Return a commit whose people may be changed."""
    copy = {**commit, "authors": [{**one} for one in commit["authors"]], "committer": None}
    if commit["committer"]:
        copy["committer"] = {**commit["committer"]}
    return copy


def hidden(address: str, commit: str) -> str:
    """Return a digest of an address, regardless of case and bound to a commit.

    An address of GitHub's own is no secret.
    """
    folded = address.casefold()
    if folded.endswith(_OF_GITHUB):
        return address
    bound = f"{commit}\0{folded}".encode("utf-8", "surrogateescape")
    return _DIGEST + hashlib.sha256(bound).hexdigest()


class _Finder:
    """Finds the address behind a digest. `failed` when one could not be found."""

    def __init__(self, known: tuple[str, ...], of_commit: Callable[[str], Collection[str]]) -> None:
        self.known, self.of_commit, self.failed = known, of_commit, False
        self._tables: dict[str, dict[str, str]] = {}

    def __call__(self, shown: str, commit: str) -> str:
        if not shown.startswith(_DIGEST):
            return shown
        if commit not in self._tables:
            # The commit's own spelling comes last and wins.
            table: dict[str, str] = {}
            for one in (*self.known, *self.of_commit(commit)):
                table[hidden(one, commit)] = one
            self._tables[commit] = table
        found = self._tables[commit].get(shown)
        self.failed = self.failed or found is None
        return shown if found is None else found


def _each_address(commit: dict[str, Any], change: Callable[[str, str], str]) -> None:
    """Replace every address in a commit, in place."""
    for person in (*commit["authors"], commit["committer"]):
        if person is not None and person["email"] is not None:
            person["email"] = change(person["email"], commit["oid"])
