"""The verdict as a commit status, where the token is no App's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from changeflow.hosts.github import truncate
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.repository import Repository
from changeflow.model.publication import GATE, Publication
from changeflow.model.pullrequest import Actor, CheckFact

_STATES: Final = {"open": "success", "shut": "failure", "error": "error", "pending": "pending"}


def stands(checks: Iterable[CheckFact], publication: Publication, viewer: Actor) -> bool:
    """Tell whether our own status on the head says this already, wherever it links to."""
    wanted = _body(publication)
    return any(
        check.source == "status"
        and check.name == GATE
        and check.creator is not None
        and viewer.id is not None
        and check.creator.id == viewer.id
        and check.raw.lower() == wanted["state"]
        and (check.description or "") == wanted["description"]
        for check in checks
    )


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
    body = {
        "state": _STATES[publication.outcome],
        "context": GATE,
        "description": truncate.line(publication.title, truncate.STATUS),
    }
    return body | ({"target_url": publication.details_url} if publication.details_url else {})
