"""Rules about `spec.notify` of the configuration: who is told of changes, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from changeflow.checks.any_shape import mapping, mappings, sequence, text, texts
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route

_NOTIFY: Final = ("spec", "notify")
_CHANNELS: Final = (*_NOTIFY, "channels")
# what a channel of a kind cannot do without: one of each row
_NEEDED: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "mail": (("server",), ("sender",)),
    "webhook": (("url", "url_from"),),
    "cdevents": (("url", "url_from"),),
    "apprise": (("url_from",),),
}
# a part of a path that is long and mixed is a token, as webhooks of chats have it
_TOKEN: Final = re.compile(r"(?=[^/?&=]*[0-9])(?=[^/?&=]*[A-Za-z])[A-Za-z0-9_.~+=-]{20,}")
_SCHEMES: Final = ("http://", "https://")


def _channels(document: Document) -> Iterator[tuple[Route, dict[str, Any]]]:
    return mappings(mapping(document.spec.get("notify")).get("channels"), _CHANNELS)


def _incomplete(document: Document) -> Iterator[Finding]:
    """Find channels that could never tell anyone anything."""
    seen: set[str] = set()
    for route, channel in _channels(document):
        name, kind = text(channel.get("id")), text(channel.get("kind"))
        if name and name in seen:
            yield document.found("notify-channel", (*route, "id"), case="twice", channel=name)
        seen.add(name)
        for wanted in _NEEDED.get(kind, ()):
            if not any(channel.get(key) for key in wanted):
                keys = list(wanted)
                yield document.found(
                    "notify-channel", route, case="lacks", kind=kind, keys=keys
                )
        if bool(channel.get("user_from")) is not bool(channel.get("password_from")):
            yield document.found("notify-channel", route, case="login")
        url = text(channel.get("url"))
        if url and not url.startswith(_SCHEMES):
            yield document.found("notify-channel", (*route, "url"), case="scheme")


def _secrets(document: Document) -> Iterator[Finding]:
    """Find addresses that hold a secret, which every reader of the repository could use."""
    for route, channel in _channels(document):
        url = text(channel.get("url"))
        if url and (text(channel.get("kind")) == "apprise" or _holds_secret(url)):
            yield document.found("notify-secret", (*route, "url"))


def _holds_secret(url: str) -> bool:
    from changeflow.model.redaction import redact

    host, _, rest = url.partition("://")[2].partition("/")
    return redact(url) != url or "@" in host or _TOKEN.search(rest) is not None


def _unannounced(document: Document) -> Iterator[Finding]:
    """Find channels that tell what became of plans of which they tell no one."""
    for route, channel in _channels(document):
        events = sequence(channel.get("events"))
        after = [one for one in ("moved", "cancelled") if one in events]
        if after and "announced" not in events:
            yield document.found("notify-unannounced", (*route, "events"), events=after)


def _unknown(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find names that are no person's and no role's."""
    for route, channel in _channels(document):
        for place, name in texts(channel.get("to"), (*route, "to")):
            is_address = "@" in name
            if is_address and text(channel.get("kind")) != "mail":
                yield document.found("notify-unknown", place, case="address")
            elif not is_address and not _is_known(name, facts):
                yield document.found("notify-unknown", place, name=name)
    for name in mapping(mapping(document.spec.get("notify")).get("subscribers")):
        if not _is_known(name, facts):
            yield document.found("notify-unknown", (*_NOTIFY, "subscribers", name), name=name)


def _named(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for place, name in texts(document.spec.get("notify"), ("spec", "notify")):
        if not _is_known(name, facts):
            yield document.found("rfc-unknown-notified", place, name=name)


def _is_known(name: str, facts: RepositoryFacts) -> bool:
    return name in facts.people or name in facts.roles


RULES: Final = (
    FindingRule(
        "notify-channel",
        "error",
        "A channel lacks what its kind needs, or has the id of another one.",
        kind="Config",
        find=_incomplete,
    ),
    FindingRule(
        "notify-secret",
        "error",
        "The address of a channel holds a secret.",
        kind="Config",
        find=_secrets,
    ),
    FindingRule(
        "notify-unannounced",
        "warning",
        "A channel tells that plans moved or were cancelled, and not that they were made.",
        kind="Config",
        find=_unannounced,
    ),
    FindingRule(
        "notify-unknown",
        "warning",
        "Neither a person nor a role has the name of who is told.",
        kind="Config",
        find_with=_unknown,
    ),
    FindingRule(
        "rfc-unknown-notified",
        "warning",
        "Neither a person nor a role has the name of who is told of a change.",
        kind="ChangeRequest",
        find_with=_named,
    ),
)
