"""GraphQL, executed for real by graphql-core against GitHub's published schema, over nodes made of the world."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLSchema, build_schema, graphql_sync

from github.double.store import Logged
from github.double.world import (
    Account,
    Check,
    Comment,
    Event,
    Pull,
    QueueEntry,
    Review,
    Status,
    World,
    shown,
    stamp,
)

Node = dict[str, Any]

_EVENT_TYPES = {
    "ReviewDismissedEvent": "REVIEW_DISMISSED_EVENT",
    "HeadRefForcePushedEvent": "HEAD_REF_FORCE_PUSHED_EVENT",
    "BaseRefForcePushedEvent": "BASE_REF_FORCE_PUSHED_EVENT",
    "BaseRefChangedEvent": "BASE_REF_CHANGED_EVENT",
    "LabeledEvent": "LABELED_EVENT",
    "UnlabeledEvent": "UNLABELED_EVENT",
    "ReadyForReviewEvent": "READY_FOR_REVIEW_EVENT",
    "ConvertToDraftEvent": "CONVERT_TO_DRAFT_EVENT",
    "RenamedTitleEvent": "RENAMED_TITLE_EVENT",
    "ClosedEvent": "CLOSED_EVENT",
    "ReopenedEvent": "REOPENED_EVENT",
    "MergedEvent": "MERGED_EVENT",
}


@cache
def schema(path: Path) -> GraphQLSchema:
    """GitHub's schema, built once per test run (0.4 s)."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return build_schema(file.read(), assume_valid=True, assume_valid_sdl=True, no_location=True)


def execute(built: GraphQLSchema, world: World, viewer: Account, query: str, variables: Node) -> Node:
    """The answer to a query, errors in GitHub's form."""
    done = graphql_sync(built, query, Graph(world, viewer).root(), variable_values=variables)
    answer: Node = {} if done.data is None and done.errors else {"data": done.data}
    for error in done.errors or ():
        if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
            raise error.original_error  # the double itself is broken
    if done.errors:
        answer["errors"] = [_error(error) for error in done.errors]
    return answer


def _error(error: GraphQLError) -> Node:
    extensions = dict(error.extensions or {})
    kind = extensions.pop("type", None)
    found: Node = {
        "message": error.message,
        "locations": [{"line": at.line, "column": at.column} for at in error.locations or ()],
    }
    found |= {"path": error.path} if error.path else {}
    found |= {"type": kind} if kind else {}
    return found | ({"extensions": extensions} if extensions else {})


class Graph:
    """Nodes for one query of one viewer. A callable in a node is a field with arguments."""

    def __init__(self, world: World, viewer: Account) -> None:
        self.world = world
        self.viewer = viewer

    def root(self) -> Node:
        return {
            "viewer": {"__typename": "User", "login": self.viewer.login, "databaseId": self.viewer.id},
            "rateLimit": {"cost": 1, "remaining": 4_990},
            "repository": self._repository,
            "nodes": lambda _info, ids: [self._by_node_id(node) for node in ids],
        }

    def _repository(self, _info: Any, owner: str, name: str, **_: Any) -> Node:
        world = self.world
        if (owner.lower(), name.lower()) != (world.owner.lower(), world.name.lower()):
            raise GraphQLError(
                f"Could not resolve to a Repository with the name '{owner}/{name}'.", extensions={"type": "NOT_FOUND"}
            )
        return {
            "databaseId": world.repository_id,
            "nameWithOwner": f"{world.owner}/{world.name}",
            "isArchived": world.archived,
            "defaultBranchRef": {"name": world.default_branch},
            "pullRequest": lambda _info, number: self._pull_request(number),
            "pullRequests": lambda _info, states=None, **page: connection(
                [self.pull(pull) for pull in world.pulls.values() if states is None or pull.state in states], **page
            ),
            "object": lambda _info, oid=None, **_more: self._object(oid),
            "mergeQueue": self._merge_queue,
        }

    def _merge_queue(self, _info: Any, branch: str | None = None) -> Node | None:
        entries = [entry for entry in self.world.queue if self.world.pulls[entry.pull].base_ref == (branch or "main")]
        nodes = [self._entry(entry) for entry in entries]
        return {"entries": lambda _info, **page: connection(nodes, **page)} if nodes or branch in (None, "main") else None

    def _pull_request(self, number: int) -> Node:
        if number not in self.world.pulls:
            raise GraphQLError(
                f"Could not resolve to a PullRequest with the number of {number}.", extensions={"type": "NOT_FOUND"}
            )
        return self.pull(self.world.pulls[number])

    def _object(self, oid: str) -> Node | None:
        if self.world.store.tip(oid) is None:
            return None
        pulls = [pull for pull in self.world.pulls.values() if self._belongs(pull, oid)]
        return {
            "__typename": "Commit", **self._commit(oid),
            "associatedPullRequests": lambda _info, **page: connection([self.pull(pull) for pull in pulls], **page),
        }  # fmt: skip

    def _belongs(self, pull: Pull, oid: str) -> bool:
        return oid in (pull.head_oid, pull.merge_commit, *pull.landed) or any(logged.oid == oid for logged in self._commits(pull))

    def _by_node_id(self, node: str) -> Node | None:
        found = [comment for pull in self.world.pulls.values() for comment in pull.comments if f"IC_{comment.id}" == node]
        return self._comment(found[0]) if found else None

    # -- a pull request --------------------------------------------------------------------------------------------------

    def pull(self, pull: Pull) -> Node:
        world = self.world
        fork = pull.head_repository != world.repository_id
        return {
            "__typename": "PullRequest",
            "id": f"PR_{pull.id}", "fullDatabaseId": str(pull.id), "databaseId": pull.id, "number": pull.number,
            "state": pull.state, "isDraft": pull.draft, "locked": pull.locked, "title": pull.title,
            "createdAt": stamp(pull.opened_at), "lastEditedAt": stamp(pull.edited_at) if pull.edited_at else None,
            "author": self.actor(pull.author),
            "baseRefName": pull.base_ref, "baseRefOid": pull.base_oid, "baseRef": self._base(pull),
            "headRefName": pull.head_ref, "headRefOid": pull.head_oid, "isCrossRepository": fork,
            "headRepository": None if pull.head_repository is None else {"databaseId": pull.head_repository},
            "changedFiles": lambda _info: len(self._changed(pull)),
            "potentialMergeCommit": lambda _info: self._test_merge(pull),
            "mergeCommit": {"oid": pull.merge_commit} if pull.merge_commit else None,
            "mergeQueueEntry": next((self._entry(entry) for entry in world.queue if entry.pull == pull.number), None),
            "reviews": lambda _info, **page: connection(self._reviews(pull), **page),
            "commits": lambda _info, **page: connection([self._pull_commit(one) for one in self._commits(pull)], **page),
            "timelineItems": lambda _info, itemTypes=None, **page: connection(  # noqa: N803 - GitHub's word
                [self._event(one) for one in pull.events if itemTypes is None or _EVENT_TYPES[one.kind] in itemTypes], **page
            ),
            "labels": lambda _info, **page: connection([{"name": name} for name in pull.labels], **page),
            "reviewRequests": lambda _info, **page: connection(
                [{"requestedReviewer": self._requested(who)} for who in pull.requested], **page
            ),
            "comments": lambda _info, **page: connection([self._comment(one) for one in pull.comments], **page),
        }  # fmt: skip

    def _base(self, pull: Pull) -> Node | None:
        tip = self.world.store.tip(f"refs/heads/{pull.base_ref}")
        return {"name": pull.base_ref, "target": {"__typename": "Commit", "oid": tip}} if tip else None

    def _changed(self, pull: Pull) -> list[str]:
        start = self.world.store.merge_base(pull.base_oid, pull.head_oid)
        return self.world.store.changed(start, pull.head_oid) if start else []

    def _commits(self, pull: Pull) -> list[Logged]:
        return self.world.store.log(pull.head_oid, pull.base_oid)

    def _test_merge(self, pull: Pull) -> Node | None:
        oid = self.world.test_merge(pull)
        return self._commit(oid) if oid else None

    def _reviews(self, pull: Pull) -> list[Node]:
        """Pending reviews are seen by their author only."""
        return [self._review(one) for one in pull.reviews if one.state != "PENDING" or one.author is self.viewer]

    def _review(self, review: Review) -> Node:
        return {
            "id": f"PRR_{review.id}", "fullDatabaseId": str(review.id), "databaseId": review.id, "state": review.state,
            "submittedAt": stamp(review.submitted_at) if review.submitted_at else None,
            "lastEditedAt": stamp(review.edited_at) if review.edited_at else None,
            "commit": {"oid": review.commit} if review.commit else None, "author": self.actor(review.author), "body": review.body,
        }  # fmt: skip

    def _pull_commit(self, logged: Logged) -> Node:
        return {"commit": {**self._commit(logged.oid), **self._people(logged)}}

    def _people(self, logged: Logged) -> Node:
        made = self.world.made.get(logged.oid)
        everybody = [logged.author, *self.world.co_authors(logged.message)]
        return {
            "committedDate": logged.committed_at,
            "committedViaWeb": bool(made and made.via_web),
            "parents": lambda _info, **page: connection([{"oid": oid} for oid in logged.parents], **page),
            "signature": {"__typename": "GpgSignature", **made.signature} if made and made.signature else None,
            "authors": lambda _info, **page: connection([self._git_actor(person) for person in everybody], **page),
            "committer": self._git_actor(logged.committer),
        }

    def _git_actor(self, person: tuple[str, str]) -> Node:
        account = self.world.by_email(person[1])
        user = self.actor(account) if account and account.type == "User" else None
        return {"name": person[0], "email": person[1], "user": user}

    def _event(self, event: Event) -> Node:
        known: Node = {"__typename": event.kind, "createdAt": stamp(event.at), "actor": self.actor(event.actor)}
        data = event.data
        match event.kind:
            case "ReviewDismissedEvent":
                review: Review | None = data["review"]
                return known | {"previousReviewState": data["previous"], "review": self._review(review) if review else None}
            case "HeadRefForcePushedEvent" | "BaseRefForcePushedEvent":
                ends = {"beforeCommit": data["before"], "afterCommit": data["after"]}
                return known | {key: {"oid": oid} if oid else None for key, oid in ends.items()}
            case "BaseRefChangedEvent":
                return known | {"previousRefName": data["before"], "currentRefName": data["after"]}
            case "LabeledEvent" | "UnlabeledEvent":
                return known | {"label": {"name": data["label"]}}
            case _:
                return known

    def _entry(self, entry: QueueEntry) -> Node:
        return {
            "state": entry.state, "position": entry.position,
            "headCommit": {"oid": entry.head} if entry.head else None,
            "baseCommit": {"oid": entry.base} if entry.base else None,
            "pullRequest": lambda _info: self._pull_request(entry.pull),
        }  # fmt: skip

    def _requested(self, who: Account | str) -> Node | None:
        if isinstance(who, str):
            return {"__typename": "Team", "slug": who, "databaseId": 77}
        return self.actor(who)

    def _comment(self, comment: Comment) -> Node:
        return {
            "__typename": "IssueComment", "id": f"IC_{comment.id}", "fullDatabaseId": str(comment.id),
            "databaseId": comment.id, "body": comment.body,
            "viewerDidAuthor": comment.author is self.viewer, "author": self.actor(comment.author),
        }  # fmt: skip

    def actor(self, account: Account | None) -> Node | None:
        """An account as GraphQL shows it: no `[bot]` at the end of an App's login."""
        seen = shown(account)
        if seen is None:
            return None
        return {"__typename": seen.type, "login": seen.login.removesuffix("[bot]"), "databaseId": seen.id}

    # -- checks ----------------------------------------------------------------------------------------------------------

    def _commit(self, oid: str) -> Node:
        return {"oid": oid, "statusCheckRollup": lambda _info: self._rollup(oid)}

    def _rollup(self, oid: str) -> Node | None:
        """The newest check run of every App and name, and the newest status of every context."""
        checks = {(check.app.slug, check.name): check for check in self.world.checks if check.sha == oid}
        statuses = {status.context.lower(): status for status in self.world.statuses if status.sha == oid}
        nodes = [*map(self._check, checks.values()), *map(self._status, statuses.values())]
        return {"contexts": lambda _info, **page: connection(nodes, **page)} if nodes else None

    @staticmethod
    def _check(check: Check) -> Node:
        run = {"file": {"path": check.workflow}} if check.workflow else None
        return {
            "__typename": "CheckRun", "databaseId": check.id, "name": check.name, "status": check.status.upper(),
            "conclusion": check.conclusion.upper() if check.conclusion else None,
            "checkSuite": {"app": {"databaseId": check.app.id, "slug": check.app.slug}, "workflowRun": run},
        }  # fmt: skip

    def _status(self, status: Status) -> Node:
        return {
            "__typename": "StatusContext", "context": status.context, "state": status.state.upper(),
            "description": status.description, "targetUrl": status.target_url, "creator": self.actor(status.creator),
        }  # fmt: skip


def connection(
    nodes: Sequence[Any], first: int | None = None, last: int | None = None, after: str | None = None, **_: Any
) -> Node:
    """A page of nodes, as Relay describes it; GitHub asks for `first` or `last` between 1 and 100."""
    size = first if first is not None else last
    if size is None or not 1 <= size <= 100:
        raise GraphQLError(
            "You must provide a `first` or `last` value between 1 and 100.", extensions={"type": "EXCESSIVE_PAGINATION"}
        )
    start = int(after.removeprefix("cursor:")) if after else 0
    end = min(len(nodes), start + size)
    if last is not None:
        start, end = max(0, len(nodes) - size), len(nodes)
    return {
        "totalCount": len(nodes),
        "nodes": list(nodes[start:end]),
        "pageInfo": {"hasNextPage": end < len(nodes), "endCursor": f"cursor:{end}" if end > start else None},
    }
