"""A notice: everything that a message about a change may say, in no language yet."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import SkipValidation

from changeflow.model.document_parts import Instant, Record
from changeflow.model.notify_settings import Concern, Fact


class NoticeItem(NamedTuple):
    """An item that a change touches or can hurt. `hops` is 0 for what is changed itself."""

    ci: str
    owner: str | None
    hops: int


class NoticeReason(NamedTuple):
    """Why a person or a role is told: the items they own or subscribe to."""

    who: str
    concern: Concern
    items: tuple[str, ...]


class Notice(Record):
    """What a message about a change says.

    Attributes:
        repository: its id; empty without one.
        organisation: whose changes these are; empty where that is not said.
        change: the id.
        title: of the change.
        fact: what is told.
        type: of the change, as declared.
        state: of the change.
        requester: who asked for it.
        implementer: who makes it.
        reason: why it is made.
        start: of its window; None without one.
        end: of its window.
        old_start: of the window that was told before.
        old_end: of that window.
        since: when the release began or ended.
        run: of the release; empty before.
        changed: items that are changed.
        affected: the first of those that it can hurt, strongest first.
        affected_total: how many there are.
        reasons: why people are told.
        at: when it is told.
        message: the id of the message, and the same for the same fact and channel.
        thread: the id that all messages about a change on a channel share.
    """

    repository: str
    organisation: str
    change: str
    title: str
    fact: Fact
    type: str
    state: str
    requester: str
    implementer: str
    reason: str
    start: Instant | None
    end: Instant | None
    old_start: Instant | None
    old_end: Instant | None
    since: Instant | None
    run: str
    changed: tuple[str, ...]
    affected: SkipValidation[tuple[NoticeItem, ...]]
    affected_total: int
    reasons: SkipValidation[tuple[NoticeReason, ...]]
    at: Instant
    message: str
    thread: str


class Message(NamedTuple):
    """A message as it is sent.

    Attributes:
        subject: one line, without line breaks and control characters.
        text: plain text.
        html: a page; empty where none is sent.
        payload: JSON for programs.
        language: of subject and texts.
    """

    subject: str
    text: str
    html: str
    payload: bytes
    language: str
