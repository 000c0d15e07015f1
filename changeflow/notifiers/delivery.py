"""What came of a message, and what every way of sending one shares."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Literal, NamedTuple

from changeflow.lazy_dataclass import dataclass
from changeflow.model.notify_settings import Channel

Why = Literal[
    "",
    "refused",
    "timeout",
    "unreachable",
    "redirected",
    "client_error",
    "server_error",
    "closed",
    "certificate",
    "no_tls",
    "login",
    "address",
    "not_accepted",
]

# what may be better a moment later; with the others it makes no sense to ask at once again
PASSING: Final[frozenset[Why]] = frozenset({"timeout", "unreachable", "server_error", "closed"})
# seconds before the second and the third attempt
PAUSES: Final = (0.5, 2.0)


class Delivered(NamedTuple):
    """What came of a message.

    Attributes:
        accepted: recipients for whom the server took it.
        why: the code of what went wrong for the others; empty where nothing did.
    """

    accepted: tuple[str, ...]
    why: Why = ""


class DeliveryError(Exception):
    """A message was not delivered. It never contains an address or a secret.

    Attributes:
        why: the code.
    """

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


@dataclass(frozen=True)
class Secrets:
    """Variables of the environment that channels name."""

    environment: Mapping[str, str]

    def of(self, variable: str | None) -> str | None:
        """Return the value of a variable; None where none is named."""
        return None if variable is None else self.environment[variable]

    def unset(self, channel: Channel) -> tuple[str, ...]:
        """Return the variables that a channel names and that are not set."""
        named = (channel.url_from, channel.secret_from, channel.user_from, channel.password_from)
        return tuple(name for name in named if name is not None and not self.environment.get(name))


@contextmanager
def ended_after(seconds: float, end: Callable[[], None]) -> Iterator[None]:
    """Call `end` when a block takes longer: a server that sends a byte now and then never stalls.

    Raises:
        DeliveryError: when it took longer.
    """
    is_late = threading.Event()

    def stop() -> None:
        is_late.set()
        end()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if is_late.is_set():
            raise DeliveryError("timeout") from error
        raise
    finally:
        timer.cancel()
    if is_late.is_set():
        raise DeliveryError("timeout")
