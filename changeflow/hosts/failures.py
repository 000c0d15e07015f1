"""What can go wrong at every host, beyond `errors.HostFailed`."""

from __future__ import annotations

from changeflow import errors


class PullMoved(errors.HostFailed):
    """What was read of a pull request changed while it was read: it is read again."""
