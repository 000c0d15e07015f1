"""What can go wrong at every host, beyond `errors.HostFailed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changeflow import errors

if TYPE_CHECKING:
    from changeflow.model.phrases import Told


class PullMoved(errors.HostFailed):
    """What was read of a pull request changed while it was read: it is read again."""


class NotTaken(errors.HostFailed):
    """The host refused what was asked: nothing was done, and asking again changes nothing."""


class NotNow(errors.HostFailed):
    """The host has a limit: nothing was done, and it may be asked again after `pause` seconds."""

    def __init__(self, what: str | Told, hint: str = "", *, pause: float = 0.0) -> None:
        super().__init__(what, hint)
        self.pause = pause
