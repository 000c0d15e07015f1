"""The merge queue of a branch, and who is asking.

A group is judged by its members, and its verdict stands on its own commit.
"""

from __future__ import annotations

from changeflow.hosts.github import failures, graphql_records, query
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.paging import connection
from changeflow.hosts.github.pull_request import opened, viewer_of
from changeflow.hosts.github.repository import Repository
from changeflow.lazy_dataclass import dataclass
from changeflow.model.pull_facts import Actor, PullRequestRef


@dataclass(frozen=True)
class MergeQueue:
    """The entries of a queue in their order, None where the branch has no queue.

    `viewer` is who we are.
    """

    branch: str
    viewer: Actor
    entries: tuple[JsonNode, ...] | None

    def members(self, head: str) -> tuple[PullRequestRef, ...]:
        """Return the pull requests merged by a merge group.

        The entries up to and including the one with this head.

        GitHub tests an entry together with everything before it. An entry that is in the group but
        whose pull request GitHub does not show is an error.

        Raises:
            failures.Moved: when the queue has no entry with this head any more.
            failures.Unbelievable: for an entry of another shape.
        """
        if self.entries is None:
            raise failures.Moved.of("hub.no_queue", branch=self.branch)
        heads = [entry.maybe_oid("headCommit") for entry in self.entries]
        if head not in heads:
            raise failures.Moved.of("hub.not_queued", branch=self.branch, head=head)
        tested = self.entries[: heads.index(head) + 1]
        return tuple(graphql_records.pull_ref(entry.at("pullRequest")) for entry in tested)


def merge_queue(client: Client, repository: Repository, branch: str) -> MergeQueue:
    """Return the merge queue of a branch.

    Raises:
        failures.GitHubFailed: when the queue cannot be read to its end.
    """

    def ask(after: str | None) -> JsonNode:
        variables = {
            "owner": repository.owner,
            "name": repository.name,
            "branch": branch,
            "after": after,
        }
        return client.graphql("merge queue", query.QUEUE, variables, lambda data: data)

    def more(after: str) -> JsonNode:
        return opened(ask(after), repository).at("mergeQueue").at("entries")

    data = ask(None)
    queue = opened(data, repository).maybe("mergeQueue")
    entries = None
    if queue is not None:
        found = connection(queue.at("entries"), more, "merge queue", client.policy.pages)
        entries = tuple(sorted(found, key=lambda entry: entry.number("position")))
    return MergeQueue(branch, viewer_of(data), entries)
