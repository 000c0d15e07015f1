"""What GitHub says was delivered: every page of pushes, deployments and releases, or nothing of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

from changeflow import errors
from changeflow.hosts.delivered import HostActor, HostDelivered, HostDelivery, HostPush
from changeflow.hosts.github import failures
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.control_settings import repository_of_origin, token_in
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.paging import every
from changeflow.hosts.github.repository import Repository
from changeflow.hosts.github.session import DEFAULT_API, Address, Token
from changeflow.model.phrases import Told, told

T = TypeVar("T")

# requests and seconds for the lists of a repository of years
_REQUESTS: Final = 600
_SECONDS: Final = 300.0
_FORCED: Final = "force_push"
_GONE: Final = ("branch_deletion",)
_ZEROS: Final = re.compile(r"0*", re.ASCII)
_OID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)


class GitHubRecords:
    """What a repository on GitHub has on record.

    Args:
        client: to GitHub.
        repository: which one.
    """

    def __init__(self, client: Client, repository: Repository) -> None:
        self._client, self._repository = client, repository

    def read(self, main: str) -> HostDelivered:
        """Return everything that was delivered, each list whole or not at all.

        A list that the token may not see, or a page of it that cannot be read, is not there.
        """
        self._client.widen(_REQUESTS, _SECONDS)
        why: list[Told | str] = []
        path = self._repository.path
        branch = {"ref": f"refs/heads/{main}"}
        return HostDelivered(
            pushes=_whole(lambda: self._list("pushes", f"{path}/activity", _push, branch), why),
            deployments=_whole(
                lambda: self._list("deployments", f"{path}/deployments", _deployment), why
            ),
            releases=_whole(lambda: self._list("releases", f"{path}/releases", _release), why),
            why=tuple(why),
        )

    def _list(
        self,
        name: str,
        path: str,
        read: Callable[[JsonNode], T | None],
        query: Mapping[str, str | int] | None = None,
    ) -> tuple[T, ...]:
        found = []
        for node in every(self._client, name, path, query=query):
            one = read(node)
            if one is not None:
                found.append(one)
        # GitHub lists the newest first
        return tuple(reversed(found))


def _whole(read: Callable[[], T], why: list[Told | str]) -> T | None:
    try:
        return read()
    except failures.GitHubFailed as failure:
        why.append(failure.told or failure.message)
        return None


def _push(node: JsonNode) -> HostPush | None:
    kind = node.text("activity_type")
    if kind in _GONE:
        return None
    return HostPush(
        at=node.instant("timestamp"),
        before=_commit(node.text("before")),
        after=_commit(node.text("after")),
        forced=kind == _FORCED,
        by=_actor(node, "actor"),
    )


def _deployment(node: JsonNode) -> HostDelivery:
    return HostDelivery(
        name=str(node.number("id")),
        commit=node.oid("sha"),
        at=node.instant("created_at"),
        by=_actor(node, "creator"),
        title=node.text("environment"),
    )


def _release(node: JsonNode) -> HostDelivery | None:
    at = node.maybe_instant("published_at")
    if node.flag("draft") or at is None:
        return None
    return HostDelivery(
        name=node.text("tag_name"),
        commit=_commit(node.text("target_commitish")),
        at=at,
        by=_actor(node, "author"),
        title=node.maybe_text("name") or "",
    )


def _actor(node: JsonNode, key: str) -> HostActor | None:
    found = node.maybe(key)
    return None if found is None else HostActor(found.number("id"), found.text("login"))


def _commit(text: str) -> str:
    """Return a full object name; empty for zeros and for the name of a branch."""
    if _ZEROS.fullmatch(text) or _OID.fullmatch(text) is None:
        return ""
    return text


def records_of(
    root: Path, variables: Mapping[str, str], repository: str | None
) -> GitHubRecords | Told:
    """Return the records of a repository; a sentence that says why they cannot be asked for."""
    token = token_in(variables)
    if not token:
        return told("hub.no_token")
    try:
        named = repository or variables.get("GITHUB_REPOSITORY")
        found = Repository.parse(named or repository_of_origin(root, variables))
        address = Address(variables.get("GITHUB_API_URL") or DEFAULT_API)
        return GitHubRecords(Client(address, Token(token)), found)
    except errors.UsageError as error:
        return error.told if isinstance(error.told, dict) else told("hub.no_token")
