"""The verdict as a commit status, where the token is no App's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from changeflow.hosts.github import truncate
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.repository import Repository
from changeflow.model.publication import GATE, Publication
from changeflow.model.pull_facts import Actor, CheckFact

_STATES: Final = {"open": "success", "shut": "failure", "error": "error", "pending": "pending"}


def stands(checks: Iterable[CheckFact], publication: Publication, viewer: Actor) -> bool:
    """Tell whether our own status on the head says this already, wherever it links to."""
    wanted = _body(publication)
    said = (wanted["state"], wanted["description"])
    for check in checks:
        if check.source != "status" or check.name != GATE:
            continue
        if _is_ours(check, viewer) and (check.raw.lower(), check.description or "") == said:
            return True
    return False


def _is_ours(check: CheckFact, viewer: Actor) -> bool:
    if check.creator is None or viewer.id is None:
        return False
    return check.creator.id == viewer.id


def put(client: Client, repository: Repository, publication: Publication) -> None:
    """Set the status. The newest of a context counts, so that saying it twice is harmless.

    Raises:
        failures.GitHubFailed: when it could not be set.
    """
    path = f"{repository.path}/statuses/{publication.head}"
    client.write(
        "gate status",
        "POST",
        path,
        _body(publication),
        lambda status: status.number("id"),
        again=True,
        verdict=True,
    )


def _body(publication: Publication) -> dict[str, Any]:
    body: dict[str, Any] = {
        "state": _STATES[publication.outcome],
        "context": GATE,
        "description": truncate.line(publication.title, truncate.STATUS),
    }
    if publication.details_url:
        body["target_url"] = publication.details_url
    return body
