"""Read everything the gate needs to know of a pull request.

One question, further pages only where there are some.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from changeflow.hosts.github import failures, graphql_records, query
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.paging import connection
from changeflow.hosts.github.repository import Repository
from changeflow.model.phrases import told
from changeflow.model.pull_facts import Actor, CheckFact, PullRequestFacts, PullRequestRef

# GitHub lists no more commits of a pull request
COMMITS_LIMIT: Final = 250
RESTARTS: Final = 1

T = TypeVar("T")
# what is made of a question before it is asked
Asking = Callable[[str], str]


def read(
    client: Client, repository: Repository, number: int, *, repository_id: int | None = None
) -> PullRequestFacts:
    """Return the facts of a pull request, read as one whole.

    Args:
        client: where from.
        repository: which repository.
        number: of the pull request.
        repository_id: what its id must be, where that is known: a name can be taken over by another
            repository.

    Raises:
        failures.GitHubFailed: with a reason code; there are no partial facts. What moves while it
            is read is read once more.
    """
    try:
        return _read_settled(client, repository, number, repository_id, lambda text: text)
    except graphql_records.Unnumbered as missing:
        try:
            return _read_settled(client, repository, number, repository_id, query.with_older_ids)
        except failures.Rejected:
            # this GitHub no longer has the older ids
            raise missing from None


def _read_settled(
    client: Client, repository: Repository, number: int, repository_id: int | None, asking: Asking
) -> PullRequestFacts:
    """Return the facts, read once more where something moved meanwhile."""
    for restart in range(RESTARTS + 1):
        try:
            return _read(client, repository, number, repository_id, asking)
        except (failures.Incomplete, failures.Moved) as failure:
            if restart == RESTARTS or failure.reason_code == "github.other_repository":
                raise
    raise AssertionError  # pragma: no cover - the loop returns or raises


def _read(
    client: Client, repository: Repository, number: int, repository_id: int | None, asking: Asking
) -> PullRequestFacts:
    data, without = _ask(client, repository, number, asking)
    home = opened(data, repository)
    if repository_id is not None and home.number("databaseId") != repository_id:
        raise failures.Moved(
            told("hub.other_repository", repository=repository),
            reason_code="github.other_repository",
        )
    pull = home.maybe("pullRequest")
    if pull is None:
        raise failures.NotVisible(
            told("hub.no_pull", number=number), reason_code="github.not_found"
        )
    pages = _Pages(client, repository, number, pull.oid("headRefOid"), asking)
    return _facts(client, home, pull, viewer_of(data), pages, without)


def _ask(
    client: Client, repository: Repository, number: int, asking: Asking
) -> tuple[JsonNode, tuple[str, ...]]:
    """Return the first page of everything; once more without what an older server does not know."""
    variables = {"owner": repository.owner, "name": repository.name, "number": number}
    try:
        return client.graphql("facts", asking(query.pull_request()), variables, _itself), ()
    except failures.Rejected as failure:
        without = tuple(name for name in query.OPTIONAL if name in failure.message)
        if failure.reason_code != "github.not_offered" or not without:
            raise
        return client.graphql(
            "facts", asking(query.pull_request(without)), variables, _itself
        ), without


def _itself(data: JsonNode) -> JsonNode:
    return data


def opened(data: JsonNode, repository: Repository) -> JsonNode:
    """Return the repository in an answer.

    Raises:
        failures.NotVisible: when GitHub shows none.
    """
    home = data.maybe("repository")
    if home is None:
        raise failures.NotVisible(
            told("hub.no_repository", repository=repository), reason_code="github.invisible"
        )
    return home


def viewer_of(data: JsonNode) -> Actor:
    """Tell who we are, as an answer says."""
    viewer = graphql_records.actor(data.at("viewer"))
    assert viewer is not None  # noqa: S101 - for the type checker: only null has no actor
    return viewer


class _Pages:
    """Further pages of one pull request, as long as its head stays where it was."""

    def __init__(
        self, client: Client, repository: Repository, number: int, head: str, asking: Asking
    ) -> None:
        self._client = client
        self._repository = repository
        self._number = number
        self._head = head
        self._asking = asking
        self.left_out: list[str] = []

    def all(self, pull: JsonNode, name: str) -> list[JsonNode]:
        """Return every node of one of the pull request's lists."""

        def more(after: str) -> JsonNode:
            page = self._ask(
                self._asking(query.page(name)), {"number": self._number, "after": after}, name
            ).at("pullRequest")
            if page.oid("headRefOid") != self._head:
                raise failures.Moved.of("hub.pushed")
            return page.at(name)

        # Comments of accounts that GitHub hides may be counted and not shown; no decision rests on
        # comments.
        return connection(
            pull.at(name), more, name, self._client.policy.pages, exact=name != "comments"
        )

    def shown(self, pull: JsonNode, name: str, reader: Callable[[JsonNode], T]) -> tuple[T, ...]:
        """Return every node of a list that no decision rests on.

        Where GitHub leaves it out, or parts of it, it is empty and noted.
        """
        try:
            return tuple(map(reader, self.all(pull, name)))
        except failures.Unbelievable:
            self.left_out.append(name)
            return ()

    def checks(self, commit: JsonNode) -> tuple[CheckFact, ...]:
        """Return every check and status on a commit; none where GitHub has no roll-up for it."""
        rollup = commit.maybe("statusCheckRollup")
        if rollup is None:
            return ()

        def more(after: str) -> JsonNode:
            variables = {"oid": commit.oid("oid"), "after": after}
            page = self._ask(query.CONTEXTS_PAGE, variables, "checks").at("object")
            return page.at("statusCheckRollup").at("contexts")

        found = connection(rollup.at("contexts"), more, "checks", self._client.policy.pages)
        return tuple(map(graphql_records.check, found))

    def _ask(self, text: str, variables: Mapping[str, Any], name: str) -> JsonNode:
        names = {"owner": self._repository.owner, "name": self._repository.name}
        return self._client.graphql(f"{name} page", text, {**names, **variables}, _itself).at(
            "repository"
        )


def _facts(
    client: Client,
    home: JsonNode,
    pull: JsonNode,
    viewer: Actor,
    pages: _Pages,
    without: tuple[str, ...],
) -> PullRequestFacts:
    branch, head_repository = home.maybe("defaultBranchRef"), pull.maybe("headRepository")
    merge = pull.maybe("potentialMergeCommit")
    commits = pages.all(pull, "commits")
    queue = None
    if "mergeQueueEntry" not in without:
        queue = graphql_records.queue_entry(pull.maybe("mergeQueueEntry"))
    return PullRequestFacts(
        repository=home.text("nameWithOwner"),
        repository_id=home.number("databaseId"),
        default_branch=branch.text("name") if branch else None,
        archived=home.flag("isArchived"),
        number=pull.number("number"),
        node=pull.text("id"),
        id=graphql_records.big_id(pull) if pull.raw("fullDatabaseId") is not None else None,
        state=graphql_records.pull_state(pull),
        draft=pull.flag("isDraft"),
        locked=pull.flag("locked"),
        title=pull.text("title"),
        edited_at=pull.maybe_instant("lastEditedAt"),
        opened_at=pull.instant("createdAt"),
        author=graphql_records.actor(pull.maybe("author")),
        base_ref=pull.text("baseRefName"),
        base_oid=pull.oid("baseRefOid"),
        base_tip=_base_tip(pull),
        head_ref=pull.text("headRefName"),
        head_oid=pull.oid("headRefOid"),
        head_repository_id=head_repository.number("databaseId") if head_repository else None,
        cross_repository=pull.flag("isCrossRepository"),
        test_merge_oid=merge.oid("oid") if merge else None,
        changed_files=pull.number("changedFiles"),
        reviews=tuple(map(graphql_records.review, pages.all(pull, "reviews"))),
        commits=tuple(map(graphql_records.commit, commits)),
        timeline=tuple(map(graphql_records.event, pages.all(pull, "timelineItems"))),
        labels=pages.shown(pull, "labels", lambda node: node.text("name")),
        requested=pages.shown(pull, "reviewRequests", graphql_records.requested),
        checks=_head_checks(pull, pages, len(commits)),
        test_merge_checks=pages.checks(merge) if merge else (),
        queue=queue,
        comments=pages.shown(pull, "comments", lambda node: graphql_records.comment(node, viewer)),
        viewer=viewer,
        read_at=client.time.estimate() if client.time.skew is not None else None,
        not_offered=(*without, *pages.left_out),
        at_limit=("commits",) if len(commits) >= COMMITS_LIMIT else (),
    )


def _base_tip(pull: JsonNode) -> str | None:
    branch = pull.maybe("baseRef")
    if branch is None:
        return None
    return branch.maybe_oid("target")


def _head_checks(pull: JsonNode, pages: _Pages, commits: int) -> tuple[CheckFact, ...]:
    """Checks on the head, which is the last commit.

    A pull request without commits of its own has none.
    """
    found = pull.at("head").counted(min(commits, 1))
    if len(found) != min(commits, 1):
        raise failures.Incomplete.of("hub.no_last_commit")
    checks: list[CheckFact] = []
    for node in found:
        commit = node.at("commit")
        if commit.oid("oid") != pull.oid("headRefOid"):
            raise failures.Moved.of("hub.heads_differ")
        checks += pages.checks(commit)
    return tuple(checks)


def open_pulls(client: Client, repository: Repository) -> tuple[PullRequestRef, ...]:
    """Return every open pull request of a repository, for the run on a schedule.

    Raises:
        failures.GitHubFailed: when the list cannot be read to its end.
    """

    def ask(after: str | None) -> JsonNode:
        variables = {"owner": repository.owner, "name": repository.name, "after": after}
        data = client.graphql("open pull requests", query.OPEN_PULLS, variables, _itself)
        return opened(data, repository).at("pullRequests")

    found = connection(ask(None), ask, "open pull requests", client.policy.pages)
    return tuple(map(graphql_records.pull_ref, found))


def pulls_of_commit(client: Client, repository: Repository, oid: str) -> tuple[PullRequestRef, ...]:
    """Pull requests that a commit belongs to: its head, one of its commits, or its merge.

    Raises:
        failures.NotVisible: when the repository has no such commit.
        failures.GitHubFailed: when the list cannot be read to its end.
    """

    def ask(after: str | None) -> JsonNode:
        variables = {"owner": repository.owner, "name": repository.name, "oid": oid, "after": after}
        found = opened(
            client.graphql("pull requests of a commit", query.PULLS_OF_COMMIT, variables, _itself),
            repository,
        )
        commit = found.maybe("object")
        if commit is None or commit.text("__typename") != "Commit":
            raise failures.NotVisible.of("hub.no_commit", repository=repository, commit=oid)
        return commit.at("associatedPullRequests")

    found = connection(ask(None), ask, "pull requests of a commit", client.policy.pages)
    return tuple(map(graphql_records.pull_ref, found))


def checks_of_commit(client: Client, repository: Repository, oid: str) -> tuple[CheckFact, ...]:
    """Return every check and status on a commit, for one that is no pull request's head.

    Raises:
        failures.GitHubFailed: when there is no such commit, or the list cannot be read to its end.
    """

    def ask(after: str | None) -> JsonNode | None:
        variables = {"owner": repository.owner, "name": repository.name, "oid": oid, "after": after}
        found = opened(
            client.graphql("checks", query.CONTEXTS_PAGE, variables, _itself), repository
        )
        rollup = found.at("object").maybe("statusCheckRollup")
        if rollup is None:
            return None
        return rollup.at("contexts")

    def more(after: str) -> JsonNode:
        page = ask(after)
        if page is None:
            raise failures.Incomplete.of("hub.checks_gone")
        return page

    first = ask(None)
    if first is None:
        return ()
    return tuple(map(graphql_records.check, connection(first, more, "checks", client.policy.pages)))


def merge_base(client: Client, repository: Repository, base: str, head: str) -> str:
    """Return the merge base as GitHub computes it, where there is no clone to ask.

    The second page of a comparison carries no files, which keeps the answer small.
    """
    path = f"{repository.path}/compare/{base}...{head}"
    return client.get(
        "merge base",
        path,
        lambda node: node.at("merge_base_commit").oid("sha"),
        query={"per_page": 1, "page": 2},
    )
