"""Bring a pull request's commits into the clone.

Refs and objects only, nothing is checked out and nothing runs.

A commit's name is the digest of all it holds, so it does not matter by which way it came: by the
pull request's own ref, by its name, or because it was here already. What matters is that it is the
one GitHub's API named, and that its history is whole.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Final

from changeflow import errors
from changeflow.hosts.github import failures
from changeflow.hosts.github.session import Token
from changeflow.lazy_dataclass import dataclass
from changeflow.model.phrases import Told, told
from changeflow.model.pull_facts import PullRequestFacts
from changeflow.repo.git import Git, checked
from changeflow.repo.refs import tracking_ref
from changeflow.repo.remote import fetch_branch

HEADS = "refs/changeflow/pulls"
BASES = "refs/changeflow/bases"
ORIGIN: Final = "origin"
# earlier heads of one pull request that are looked at
MOST_COMMITS: Final = 50


def with_token(server: str, token: Token) -> dict[str, str]:
    """Return the environment with which git authenticates to `server`, and to no other.

    `server` is as in `GITHUB_SERVER_URL`.

    The token is neither on a command line nor in a file.
    """
    basic = base64.b64encode(f"x-access-token:{token.secret}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{server.rstrip('/')}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {basic}",
    }


def _silent(_note: str) -> None:
    pass


@dataclass(frozen=True)
class CloneSource:
    """Where commits come from.

    Args:
        git: the clone.
        remote: a configured remote.
        environment: for authentication, see `with_token`.
        tell: takes a sentence about each way that had to be left.
    """

    git: Git
    remote: str = ORIGIN
    environment: Mapping[str, str] | None = None
    tell: Callable[[str], None] = field(default=_silent)

    def lacks(self, ref: str) -> bool:
        """Tell whether the remote could be asked, and has no such ref."""
        self._known()
        words = ("ls-remote", "--quiet", "--", self.remote, ref)
        done = self.git.run(*words, accept=range(256), extra=self.environment, online=True)
        return done.returncode == 0 and not done.stdout

    def _known(self) -> None:
        """Only a configured remote.

        An address or an option in its place would be another's choice.
        """
        if self.remote not in self.git.remotes():
            raise errors.HostFailed.of("git.no_remote", remote=self.remote)

    def fetch(self, *wanted: str, unshallow: bool = False) -> None:
        """Fetch refspecs or commits.

        Raises:
            errors.HostFailed: when there is no such remote, or git cannot fetch.
        """
        self._known()
        self.git.run(
            "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
            *(("--unshallow",) if unshallow else ()), "--", self.remote, *wanted,
            extra=self.environment, online=True,
        )  # fmt: skip


def fetch_pull(source: CloneSource, facts: PullRequestFacts) -> PullRequestFacts:
    """Fetch the base branch and `refs/pull/N/head`, and compare them with GitHub's API.

    The head is taken from the pull request's own ref, which outlives the branch and the fork it
    came from; where the remote has no such ref, by its name. Everything after this reads objects by
    id: the base's tip and the head of the returned facts. Where nothing can be fetched, those two
    objects are enough, if they and their history are here already.

    Args:
        source: the clone and its remote.
        facts: of the pull request, as GitHub's API has them.

    Returns:
        The facts with `merge_base` filled in.

    Raises:
        failures.Moved: when the head is another by now (`github.moved`): read the pull request
            again.
        failures.Incomplete: when the clone lacks a part of the history and it cannot be fetched
            (`github.fetch_needed`).
        errors.HostFailed: when git cannot fetch.
    """
    if facts.base_tip is None:
        raise failures.Moved(
            told("hub.base_gone", branch=facts.base_ref), reason_code="github.base_gone"
        )
    base = _refspec(f"refs/heads/{facts.base_ref}", f"{BASES}/{facts.base_ref}")
    try:
        head = _fetch_head(source, facts, base)
        deepen(source, [base, head], [f"{BASES}/{facts.base_ref}", facts.head_oid])
        _check_base(source.git, facts)
    except failures.GitHubFailed:
        raise
    except errors.HostFailed as error:
        _make_do(source, facts, facts.base_tip, error)
    return facts.model_copy(
        update={"merge_base": _merge_base(source.git, facts.base_tip, facts.head_oid)}
    )


def _fetch_head(source: CloneSource, facts: PullRequestFacts, base: str) -> str:
    """Fetch base and head; what to ask the remote for to get the head once more."""
    theirs, ours = f"refs/pull/{facts.number}/head", f"{HEADS}/{facts.number}"
    try:
        source.fetch(base, _refspec(theirs, ours))
    except errors.HostFailed:
        if not source.lacks(theirs):
            # what git said when it was asked for everything
            raise
        return _fetch_head_otherwise(source, facts, base, theirs)
    _expect(facts, source.git.resolve(ours))
    return _refspec(theirs, ours)


def _fetch_head_otherwise(
    source: CloneSource, facts: PullRequestFacts, base: str, missing: str
) -> str:
    """Fetch the head by its name, where the remote is no GitHub, or a mirror without pull requests.

    Every git gives the tip of a branch by its name, so asking for the branch as well would find
    nothing more.
    """
    source.fetch(base)
    fetch_commits(source, [facts.head_oid])
    if source.git.resolve(checked(facts.head_oid)) is None:
        raise failures.Incomplete(
            told("hub.neither", remote=source.remote, ref=missing, commit=facts.head_oid[:12]),
            reason_code="github.fetch_needed",
        )
    source.tell(
        f"`{source.remote}` has no `{missing}`; the head came by its name, {facts.head_oid[:12]}"
    )
    return facts.head_oid


def _expect(facts: PullRequestFacts, head: str | None) -> None:
    if head != facts.head_oid:
        raise failures.Moved.of(
            "hub.head_moved", number=facts.number, head=head, wanted=facts.head_oid
        )


def _check_base(git: Git, facts: PullRequestFacts) -> None:
    """Refuse a base that did not merely move on since it was read.

    That is not the history GitHub named.
    """
    tip, seen = git.resolve(f"{BASES}/{facts.base_ref}"), checked(facts.base_tip or "")
    if tip is None or git.resolve(seen) is None or not git.is_ancestor(seen, tip):
        raise failures.Moved.of("hub.base_rewritten", branch=facts.base_ref, commit=facts.base_tip)


def _make_do(
    source: CloneSource, facts: PullRequestFacts, tip: str, error: errors.HostFailed
) -> None:
    """Go on with what is here, if that is what GitHub's API names.

    Otherwise pass on why nothing could be fetched.
    """
    git = source.git
    for oid in (tip, facts.head_oid):
        if git.resolve(checked(oid)) is None:
            raise error
    if not is_whole(git, tip, facts.head_oid):
        raise error
    source.tell(
        f"nothing could be fetched ({error.message}); judged by the commits that GitHub's API "
        "names, which are here"
    )


def fetch_commits(source: CloneSource, oids: Sequence[str]) -> None:
    """Fetch commits by their names, as far as the remote still has them.

    Earlier heads of a pull request, a merge group's head.

    What cannot be fetched stays unknown, and nothing given on it counts.
    """
    git = source.git
    missing = [oid for oid in dict.fromkeys(oids) if git.resolve(checked(oid)) is None]
    groups = [missing]
    if len(missing) > 1:
        groups += [[oid] for oid in missing]
    for group in groups:
        wanted = [oid for oid in group[:MOST_COMMITS] if git.resolve(oid) is None]
        if not wanted:
            return
        try:
            source.fetch(*wanted)
        except errors.HostFailed:
            # one that is gone makes git refuse all of them; then they are asked for one by one
            continue


def fetch_ledger(source: CloneSource, branch: str, *, needed: bool) -> None:
    """Fetch the branch with the evidence, which a clone of a single branch lacks.

    Args:
        source: the clone and its remote.
        branch: of the ledger.
        needed: whether the configuration says that the ledger is on a remote: without it nothing
            may be judged.

    Raises:
        failures.Incomplete: when it is needed, cannot be fetched and is not here.
    """
    try:
        if fetch_branch(source.git, source.remote, branch) is not None:
            ref = tracking_ref(source.remote, branch)
            deepen(source, [_refspec(f"refs/heads/{branch}", ref)], [ref])
    except failures.GitHubFailed:
        raise
    except errors.HostFailed as error:
        here = source.git.refs(f"refs/heads/{branch}", tracking_ref(source.remote, branch))
        if needed and not here:
            raise _fetch_needed("ledger", branch=branch, why=error.told) from error
        if here:
            source.tell(
                f"the ledger could not be fetched ({error.message}); read as it was fetched last"
            )


def deepen(source: CloneSource, wanted: Sequence[str], tips: Sequence[str]) -> None:
    """Complete the history of a shallow clone, as `actions/checkout` makes it by default.

    Args:
        source: the clone and its remote.
        wanted: refspecs or commits to fetch with everything before them.
        tips: refs or commits whose history has to be whole.

    Raises:
        failures.Incomplete: `github.fetch_needed`, when it is not whole afterwards.
    """
    if is_whole(source.git, *tips):
        return
    source.tell("the clone is shallow: fetching the rest of its history")
    try:
        source.fetch(*wanted, unshallow=True)
    except errors.HostFailed as error:
        raise _fetch_needed("rest", why=error.told) from error
    if not is_whole(source.git, *tips):
        raise _fetch_needed("shallow")


def is_whole(git: Git, *tips: str) -> bool:
    """Tell whether the history of these commits is here to its beginning.

    A part of a shallow clone may be.
    """
    if not git.facts.shallow:
        return True
    found = []
    for tip in tips:
        oid = git.resolve(tip)
        if oid is None:
            return False
        found.append(oid)
    cut = (git.facts.common_dir / "shallow").read_text(encoding="ascii").split()
    return set(cut).isdisjoint(git.text("rev-list", *found).split())


def _merge_base(git: Git, base: str, head: str) -> str:
    found = git.merge_base(base, head)
    if found is None:
        raise failures.Incomplete(told("hub.no_common_history"), reason_code="github.no_merge_base")
    return found


def _fetch_needed(case: str, **data: str | Told) -> failures.Incomplete:
    return failures.Incomplete(
        told("hub.fetch_needed", case=case, **data), reason_code="github.fetch_needed"
    )


def _refspec(theirs: str, ours: str) -> str:
    """Return a refspec. Git refuses names with such characters too.

    Here they would mean something.
    """
    refspec = f"+{theirs}:{ours}"
    if re.search(r"[\x00-\x20\x7f*?\[\\^~]", refspec) or refspec.count(":") != 1:
        raise failures.Unbelievable.of("hub.unexpected", case="branch")
    return refspec
