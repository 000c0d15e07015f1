"""The one sticky comment.

Found by its marker and by its author, so that it can be neither planted nor borrowed.
"""

from __future__ import annotations

from typing import Final

from changeflow.hosts.github import failures, query, truncate
from changeflow.hosts.github import graphql_records as reading
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.repository import Repository
from changeflow.model.pull_facts import PullRequestFacts

MARKER: Final = "<!-- changeflow/gate -->"
CUT: Final = "*Shortened to fit a comment: the check and the job summary say more.*"
# GitHub looks up no more nodes at once
IDS: Final = 100


def put(
    client: Client, repository: Repository, facts: PullRequestFacts, markdown: str
) -> tuple[bool, tuple[str, ...]]:
    """See to it that our comment says `markdown`.

    Returns:
        Whether anything had to be written, and what looks odd.

    Raises:
        failures.GitHubFailed: when it could not be placed, for example in a locked conversation.
    """
    body = truncate.markdown(f"{MARKER}\n{markdown}", truncate.COMMENT, CUT, truncate.units)
    ours = _ours(client, facts)
    notes: tuple[str, ...] = ()
    if len(ours) > 1:
        notes = (f"{len(ours)} comments carry our marker; the oldest is kept up to date",)
    if ours:
        number, text = min(ours)
        if text.split() == body.split():
            return False, notes
        try:
            path = f"{repository.path}/issues/comments/{number}"
            client.write(
                "comment", "PATCH", path, {"body": body}, lambda node: node.number("id"), again=True
            )
        except failures.NotVisible as failure:
            if failure.reason_code == "github.invisible":
                raise
        else:
            return True, notes
    _create(client, repository, facts.number, body)
    return True, notes


def _ours(client: Client, facts: PullRequestFacts) -> list[tuple[int, str]]:
    """Ids and texts of the comments that we wrote and that carry our marker."""
    ids = [comment.node for comment in facts.comments if comment.ours]
    found: list[tuple[int, str]] = []
    for start in range(0, len(ids), IDS):
        some = {"ids": ids[start : start + IDS]}
        try:
            found += client.graphql("own comments", query.COMMENT_BODIES, some, _bodies)
        except reading.Unnumbered:
            found += client.graphql(
                "own comments", query.with_older_ids(query.COMMENT_BODIES), some, _bodies
            )
    return [(number, text) for number, text in found if text.startswith(MARKER)]


def _bodies(data: JsonNode) -> list[tuple[int, str]]:
    # A comment deleted meanwhile is simply gone.
    return [(reading.big_id(node), node.text("body")) for node in data.shown()]


def _create(client: Client, repository: Repository, number: int, body: str) -> None:
    def created() -> int | None:
        """Return the comment, if an unclear answer did create it."""
        variables = {"owner": repository.owner, "name": repository.name, "number": number}
        recent = client.graphql("own comments", query.RECENT_COMMENTS, variables, lambda data: data)
        nodes = recent.at("repository").at("pullRequest").at("comments").items("nodes")
        for node in nodes:
            if node.flag("viewerDidAuthor") and node.text("body").split() == body.split():
                return reading.big_id(node)
        return None

    path = f"{repository.path}/issues/{number}/comments"
    client.write(
        "comment", "POST", path, {"body": body}, lambda node: node.number("id"), again=created
    )
