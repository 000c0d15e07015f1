"""Say what was decided: the verdict first, then the comment, the labels and the review requests.

Saying it twice writes nothing.

The verdict must be placed, or the run fails. Everything else degrades: what could not be said is a
note, and the verdict stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal
from urllib.parse import quote

from changeflow.hosts.github import check_run, comment, commit_status, failures
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.repository import Repository
from changeflow.model.publication import GATE, OWN_LABELS, Publication, Published
from changeflow.model.pull_facts import Actor, CheckFact, PullRequestFacts

REVIEWERS: Final = 5


def publish(
    client: Client, repository: Repository, facts: PullRequestFacts, publication: Publication
) -> Published:
    """Publish on a pull request whose facts were just read.

    Raises:
        failures.GitHubFailed: when the verdict could not be placed.
    """
    verdict = publish_verdict(client, repository, publication, facts.viewer, facts.checks)
    written, notes = list(verdict.written), list(verdict.notes)
    # GitHub prefers what stands on the commit of its test merge over what stands on the head.
    for note in _foreign(facts.test_merge_checks, facts.viewer):
        notes.append(f"on the test merge: {note}")
    steps: dict[str, Callable[[], tuple[bool, tuple[str, ...]]]] = {
        "comment": lambda: _comment(client, repository, facts, publication),
        "labels": lambda: _labels(client, repository, facts, publication),
        "review requests": lambda: _ask(client, repository, facts, publication),
    }
    for name, step in steps.items():
        try:
            wrote, odd = step()
        except failures.GitHubFailed as failure:
            notes.append(f"{name} not published: {failure.message}")
        else:
            if wrote:
                written.append(name)
            notes += odd
    return Published(verdict=verdict.verdict, written=tuple(written), notes=tuple(notes))


def publish_verdict(
    client: Client,
    repository: Repository,
    publication: Publication,
    viewer: Actor | None,
    present: tuple[CheckFact, ...] = (),
) -> Published:
    """Publish only the verdict, on any commit: a pull request's head or a merge group's.

    A check run where the token is an App's, otherwise a commit status: which of them GitHub tells
    by its answer. `viewer` is who we are, `present` what stands there, for a status; without them,
    when GitHub could not be read, the verdict is written all the same.

    Raises:
        failures.GitHubFailed: when the verdict could not be placed.
    """
    notes = _foreign(present, viewer) if viewer else ()
    # A person's token never writes check runs. An App's does, so there a status cannot stand for
    # the verdict.
    if (
        viewer is not None
        and viewer.type != "Bot"
        and commit_status.stands(present, publication, viewer)
    ):
        return Published(verdict="status", notes=notes)
    kind: Literal["check", "status"] = "check"
    try:
        wrote = check_run.put(client, repository, publication, viewer)
    except failures.NotAllowed as refusal:
        if refusal.reason_code != "github.forbidden":
            raise
        kind, wrote = "status", True
        commit_status.put(client, repository, publication)
        notes += (f"a commit status instead of a check run: {refusal.message}",)
    return Published(verdict=kind, written=("verdict",) if wrote else (), notes=notes)


def _foreign(present: tuple[CheckFact, ...], viewer: Actor) -> tuple[str, ...]:
    """Report checks and statuses of others that are named like ours: they neither open nor shut."""
    slug = viewer.login.removesuffix("[bot]")
    notes = []
    for check in present:
        if check.name.strip().casefold() != GATE:
            continue
        if check.name != GATE or not _is_ours(check, viewer, slug):
            maker = _maker(check)
            notes.append(
                f"a {check.source} named `{GATE}` by {maker} is not ours and does not count"
            )
    return tuple(notes)


def _is_ours(check: CheckFact, viewer: Actor, slug: str) -> bool:
    if check.source == "check":
        return check.app_slug == slug
    return (
        check.creator is not None and check.creator.id is not None and check.creator.id == viewer.id
    )


def _maker(check: CheckFact) -> str:
    name = check.app_slug
    if not name and check.creator:
        name = check.creator.login
    if not name:
        return "an unknown account"
    return f"`{name}`"


def _comment(
    client: Client, repository: Repository, facts: PullRequestFacts, publication: Publication
) -> tuple[bool, tuple[str, ...]]:
    if publication.comment is None:
        return False, ()
    if "comments" in facts.not_offered:
        return False, ("comment not published: GitHub does not show the comments that are there",)
    return comment.put(client, repository, facts, publication.comment)


def _labels(
    client: Client, repository: Repository, facts: PullRequestFacts, publication: Publication
) -> tuple[bool, tuple[str, ...]]:
    """Add and remove labels of ours, and no others.

    GitHub's labels do not tell upper from lower case.
    """
    if publication.labels is None:
        return False, ()
    if "labels" in facts.not_offered:
        return False, ("labels not published: GitHub does not show the labels that are there",)
    wanted, named = _by_folded_name(publication.labels), _by_folded_name(facts.labels)
    there = {key: label for key, label in named.items() if key.startswith(OWN_LABELS)}
    path = f"{repository.path}/issues/{facts.number}/labels"
    missing = [label for key, label in sorted(wanted.items()) if key not in there]
    surplus = [label for key, label in sorted(there.items()) if key not in wanted]
    if missing:
        client.send("labels", "POST", path, {"labels": missing})
    for label in surplus:
        try:
            client.send("labels", "DELETE", f"{path}/{quote(label, safe='')}")
        except failures.NotVisible as failure:
            if failure.reason_code == "github.invisible":
                # otherwise another run was faster, which is as good
                raise
    return bool(missing or surplus), ()


def _by_folded_name(labels: Iterable[str]) -> dict[str, str]:
    return {label.casefold(): label for label in labels}


def _ask(
    client: Client, repository: Repository, facts: PullRequestFacts, publication: Publication
) -> tuple[bool, tuple[str, ...]]:
    """Ask a few people for a review.

    Left out are the author, those who were asked, and those who have reviewed this very head.
    """
    if "reviewRequests" in facts.not_offered:
        return False, ("review requests not published: GitHub does not show who was asked",)
    waiting = [asked.name for asked in facts.requested if asked.kind == "user"]
    done = set(map(str.casefold, waiting))
    if facts.author:
        done.add(facts.author.login.casefold())
    for review in facts.reviews:
        if review.author and review.commit == facts.head_oid:
            done.add(review.author.login.casefold())
    people = dict.fromkeys(publication.reviewers)
    left = [login for login in people if login.casefold() not in done]
    chosen = left[: max(0, REVIEWERS - len(waiting))]
    if not chosen:
        return False, ()
    client.send(
        "review requests",
        "POST",
        f"{repository.path}/pulls/{facts.number}/requested_reviewers",
        {"reviewers": chosen},
    )
    return True, ()
