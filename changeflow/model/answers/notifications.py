"""Answer of `notify`: what people were told, or have to be told."""

from typing import Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record
from changeflow.model.notify_settings import ChannelKind, Fact


class NotificationRow(Record):
    """A message about a change.

    `title` is that of the change, its id where the request is gone. `occasion` is the window that
    the change is planned for as `start/end`, or its release. `recipients` are people of the roster,
    digests of other addresses, and `*` for a channel as a whole; those who were told, where some
    were not, and `failed` the others.

    `outcome`: `due` has to be sent; `told` was accepted for all, `partly` for some, `failed` for
    none; `waiting` failed before and is tried again at `next`; `claimed` is being sent by another
    process; `elsewhere` was claimed by another one meanwhile; `unset`: a variable that the channel
    names is not set. `why` is the code of what went wrong, empty for nothing.
    """

    change: str
    title: str
    fact: Fact
    occasion: str
    channel: str
    kind: ChannelKind
    recipients: tuple[str, ...]
    failed: tuple[str, ...]
    outcome: Literal[
        "due", "told", "partly", "failed", "waiting", "claimed", "elsewhere", "unset"
    ]
    why: str
    next: Instant | None


class NotificationsAnswer(Record):
    """Answer of `notify`: messages by change and channel.

    With `dry_run` nothing was sent. `channels` is how many are configured. `unreachable` are people
    who should be told by mail and have no address in the roster. `unset` has for each channel the
    variables that it names and that are not set.
    """

    schema_: Literal["changeflow/notifications/v1"] = Field(
        default="changeflow/notifications/v1", alias="schema"
    )
    dry_run: bool
    channels: int
    messages: tuple[NotificationRow, ...]
    unreachable: tuple[str, ...]
    unset: dict[str, tuple[str, ...]]
