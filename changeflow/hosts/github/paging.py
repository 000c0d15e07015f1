"""Lists proven complete: a partial list is an error, never an answer.

REST lists are followed through their `Link` headers on the same host only; GitHub's promise of a
last page is kept, no page comes twice, and a count given elsewhere must be met. GraphQL connections
must deliver `totalCount` nodes, with a new cursor on every page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from changeflow.hosts.github import failures
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.http_answers import Answer
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.session import origin
from changeflow.model.phrases import told

PER_PAGE: Final = 100
RESTARTS: Final = 1

_LINK = re.compile(r'<([^<>]+)>\s*;\s*rel="([a-z]+)"', re.ASCII)


def every(
    client: Client,
    name: str,
    path: str,
    *,
    key: str | None = None,
    query: Mapping[str, str | int] | None = None,
    count: int | None = None,
    verdict: bool = False,
) -> list[JsonNode]:
    """Return all items of a REST list.

    Args:
        client: where from.
        name: what it is, for people.
        path: below the API's address.
        key: the list's key where the answer is an object (`check_runs`), which then also has
            `total_count`.
        query: further parameters.
        count: how many there must be, where that is known.
        verdict: whether it may use the reserve of the limits.

    Raises:
        failures.Incomplete: when the list cannot be proven complete, also after one more try from
            the first page.
        failures.GitHubFailed: for any other trouble on any page.
    """
    for restart in range(RESTARTS + 1):
        try:
            return _walk(
                client,
                name,
                client.url(path, {"per_page": PER_PAGE, **(query or {})}),
                key,
                count,
                verdict=verdict,
            )
        except failures.Incomplete:
            if restart == RESTARTS:
                raise
    raise AssertionError  # pragma: no cover - the loop returns or raises


def _walk(
    client: Client, name: str, first: str, key: str | None, count: int | None, *, verdict: bool
) -> list[JsonNode]:
    found: list[JsonNode] = []
    seen: set[str] = set()
    promised = 1
    url: str | None = first
    while url is not None:
        _expect(
            name,
            url not in seen and len(seen) < client.policy.pages,
            "pages",
        )
        seen.add(url)
        answer = client.fetch(name, url, verdict=verdict)
        count = _take(name, answer, key, count, found)
        links = _links(answer)
        promised = max(promised, _page(links.get("last")))
        url = links.get("next")
        if url is not None and origin(url) != origin(first):
            raise failures.Incomplete(
                told("hub.next_page_elsewhere", name=name), reason_code="github.other_host"
            )
    _expect(name, len(seen) >= promised, "promised", found=len(seen), wanted=promised)
    _expect(name, count is None or len(found) == count, "count", found=len(found), wanted=count)
    ids = [item.value["id"] for item in found if "id" in item.value]
    _expect(name, len(ids) == len(set(ids)), "twice")
    return found


def _take(
    name: str, answer: Answer, key: str | None, count: int | None, found: list[JsonNode]
) -> int | None:
    node = JsonNode(answer.json(name), name)
    if key is None:
        found.extend(node.items())
        return count
    total = node.number("total_count")
    _expect(
        name,
        count is None or total == count,
        "moved",
        found=count,
        wanted=total,
    )
    found.extend(node.items(key))
    return total


def _expect(name: str, holds: bool, case: str, **data: int | None) -> None:
    if not holds:
        raise failures.Incomplete.of(
            "hub.incomplete", name=name, why=told("hub.list", case=case, **data)
        )


def _links(answer: Answer) -> dict[str, str]:
    return {rel: url for url, rel in _LINK.findall(answer.headers.get("link", ""))}


def _page(url: str | None) -> int:
    value = parse_qs(urlsplit(url or "").query).get("page", ["1"])[-1]
    if re.fullmatch(r"[0-9]{1,6}", value, re.ASCII) is None:
        return 1
    return int(value)


def connection(
    first: JsonNode, more: Callable[[str], JsonNode], name: str, pages: int, *, exact: bool = True
) -> list[JsonNode]:
    """Return all nodes of a GraphQL connection.

    Args:
        first: the connection object with its first page.
        more: asks for the connection object after a cursor.
        name: what it is, for people.
        pages: how many pages may follow.
        exact: whether the nodes must be as many as counted.

    Raises:
        failures.Incomplete: when a cursor repeats, the count changes, or the nodes are not as many
            as counted.
    """
    total = first.number("totalCount")
    found = first.counted(total)
    cursors: set[Any] = set()
    info = first.at("pageInfo")
    while info.flag("hasNextPage"):
        cursor = info.text("endCursor")
        _expect(
            name,
            cursor not in cursors and len(cursors) < pages,
            "cursors",
        )
        cursors.add(cursor)
        page = more(cursor)
        _expect(name, page.number("totalCount") == total, "changed")
        found.extend(page.counted(total))
        info = page.at("pageInfo")
    _expect(name, len(found) == total or not exact, "count", found=len(found), wanted=total)
    return found
