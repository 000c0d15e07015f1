"""Bring a pull request's commits into the clone: refs and objects only, nothing is checked out and nothing runs."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Final

from changeflow import errors
from changeflow.hosts.github import failures
from changeflow.hosts.github.session import Token
from changeflow.model.pullrequest import PullRequestFacts
from changeflow.repo.git import Git, checked

HEADS = "refs/changeflow/pulls"
BASES = "refs/changeflow/bases"
MOST_COMMITS: Final = 50  # earlier heads of one pull request that are looked at


def with_token(server: str, token: Token) -> dict[str, str]:
    """Environment with which git authenticates to `server` (as in `GITHUB_SERVER_URL`) and to no other.

    The token is neither on a command line nor in a file.
    """
    basic = base64.b64encode(f"x-access-token:{token.secret}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{server.rstrip('/')}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {basic}",
    }


def fetch_pull(
    git: Git, facts: PullRequestFacts, remote: str = "origin", environment: Mapping[str, str] | None = None
) -> PullRequestFacts:
    """Fetch the base branch and `refs/pull/N/head`, and make sure that they are what GitHub's API spoke of.

    The head is taken from the pull request's own ref, which outlives the branch and the fork it came from. Everything after this
    reads objects by id: the base's tip and the head of the returned facts.

    Args:
        git: the clone.
        facts: of the pull request, as GitHub's API has them.
        remote: a configured remote.
        environment: for authentication, see `with_token`.

    Returns:
        The facts with `merge_base` filled in.

    Raises:
        failures.Moved: when the head is another by now (`github.moved`): read the pull request again.
        failures.Incomplete: when the clone is shallow or lacks objects (`github.fetch_needed`).
        errors.HostFailed: when git cannot fetch.
    """
    if facts.base_tip is None:
        raise failures.Moved(f"the base branch `{facts.base_ref}` is gone", reason_code="github.base_gone")
    if git.facts.shallow:
        raise _fetch_needed("the clone is shallow, so what a change adds cannot be told")
    head_ref, base_ref = f"{HEADS}/{facts.number}", f"{BASES}/{facts.base_ref}"
    _fetch(git, remote, environment, f"+refs/heads/{facts.base_ref}:{base_ref}", f"+refs/pull/{facts.number}/head:{head_ref}")
    head = git.resolve(head_ref)
    if head != facts.head_oid:
        raise failures.Moved(f"pull request {facts.number} is at {head} now, not at {facts.head_oid}", "read it again")
    tip = git.resolve(base_ref)
    # The base may only have moved on since it was read; anything else is not the history that GitHub spoke of.
    if tip is None or git.resolve(facts.base_tip) is None or not git.is_ancestor(checked(facts.base_tip), tip):
        raise failures.Moved(f"`{facts.base_ref}` no longer contains {facts.base_tip}", "its history was rewritten")
    return facts.model_copy(update={"merge_base": _merge_base(git, facts.base_tip, head)})


def fetch_commits(git: Git, oids: Sequence[str], remote: str = "origin", environment: Mapping[str, str] | None = None) -> None:
    """Fetch commits by their names, as far as the remote still has them: earlier heads of a pull request, a merge group's head.

    What cannot be fetched stays unknown, and nothing given on it counts.
    """
    missing = [oid for oid in dict.fromkeys(oids) if git.resolve(checked(oid)) is None]
    for group in [missing, *([oid] for oid in missing)] if len(missing) > 1 else [missing]:
        wanted = [oid for oid in group[:MOST_COMMITS] if git.resolve(oid) is None]
        if not wanted:
            return
        try:
            git.run(
                "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--", remote, *wanted,
                extra=environment,
            )  # fmt: skip
        except errors.HostFailed:
            continue  # one that is gone makes git refuse all of them; then they are asked for one by one


def _merge_base(git: Git, base: str, head: str) -> str:
    found = git.merge_base(base, head)
    if found is None:
        raise failures.Incomplete("the pull request and its base have no common history", reason_code="github.no_merge_base")
    return found


def _fetch_needed(why: str) -> failures.Incomplete:
    hint = "fetch needed: `git fetch --unshallow`, or check out with `fetch-depth: 0`"
    return failures.Incomplete(why, hint, reason_code="github.fetch_needed")


def _fetch(git: Git, remote: str, environment: Mapping[str, str] | None, *refspecs: str) -> None:
    if remote not in git.remotes():
        raise errors.HostFailed(f"git knows no remote `{remote}`", f"`git remote add {remote} URL` sets it up")
    for refspec in refspecs:  # git refuses such names too; here they would mean something
        if re.search(r"[\x00-\x20\x7f*?\[\\^~]", refspec) or refspec.count(":") != 1:
            raise failures.Unbelievable("GitHub's answer is not what it should be: a branch name that git cannot have")
    git.run(
        "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--", remote, *refspecs,
        extra=environment,
    )  # fmt: skip
