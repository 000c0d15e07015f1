"""Who is told of changes, of what, and how: `spec.notify` of `changeflow.yaml`."""

from datetime import timedelta
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from changeflow.model.document_parts import CiId, Duration, Id, Record, Text
from changeflow.model.languages import LanguageName

# What may be told of a change, in the order of its life.
Fact = Literal["announced", "moved", "cancelled", "starts", "done", "turned_back", "failed"]
FACTS: Final[tuple[Fact, ...]] = get_args(Fact)
# Why people are told.
Concern = Literal[
    "owners", "direct_owners", "subscribers", "requester", "implementer", "named_in_request"
]
CONCERNS: Final[tuple[Concern, ...]] = (
    "owners",
    "subscribers",
    "requester",
    "named_in_request",
)
ChannelKind = Literal["mail", "webhook", "apprise", "cdevents"]

Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$(?!\n)")]
ServerName = Annotated[
    str, Field(max_length=260, pattern=r"^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$(?!\n)")
]
SenderAddress = Annotated[str, Field(max_length=254, pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$(?!\n)")]


class Channel(Record):
    """A way on which people are told of changes.

    `who` and `to` say whom it reaches. `to` has people and roles of the roster, and of a channel of
    mail addresses, too. `before` is how long before the start of its window a change is announced
    at the earliest; without it, a change is announced as soon as it is approved.

    Addresses that contain a secret are never written here: `url_from`, `secret_from`, `user_from`
    and `password_from` name variables of the environment.
    """

    id: Id
    kind: ChannelKind
    who: tuple[Concern, ...] = CONCERNS
    to: Annotated[tuple[Text, ...], Field(max_length=200)] = ()
    events: Annotated[tuple[Fact, ...], Field(min_length=1)] = FACTS
    before: Duration | None = None
    language: LanguageName | None = None
    url: Annotated[str, Field(max_length=2_000, pattern=r"^[!-~]+$(?!\n)")] | None = None
    url_from: Variable | None = None
    secret_from: Variable | None = None
    server: ServerName | None = None
    sender: SenderAddress | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    user_from: Variable | None = None
    password_from: Variable | None = None
    timeout: Duration = timedelta(seconds=10)
    link_local: bool = False


class NotifyConfig(Record):
    """Who is told of changes.

    `subscribers` are people and roles, each with the items that they want to hear of. `news` is how
    long ago a release may have ended that is told of to who heard nothing of the change before.

    `on_schedule`: the bot tells whatever is to be told when it runs on a schedule.

    `clear_addresses`: addresses that are not in the roster are recorded as they are, and not as a
    digest.
    """

    channels: Annotated[tuple[Channel, ...], Field(max_length=50)] = ()
    subscribers: dict[Id, Annotated[tuple[CiId, ...], Field(min_length=1, max_length=1_000)]] = {}
    news: Duration = timedelta(days=2)
    on_schedule: bool = False
    clear_addresses: bool = False
