"""What can go wrong between us and GitHub, each with a stable reason code.

A reason code ends up in the tree of reasons of a decision: whatever stays unread keeps the gate
shut and says why. Messages never carry a token: the client redacts them before it raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from changeflow import errors
from changeflow.hosts.failures import PullMoved

if TYPE_CHECKING:
    from changeflow.language.reader import Reader
    from changeflow.language.sentences import Said
    from changeflow.model.phrases import Told


class GitHubFailed(errors.HostFailed):
    """GitHub did not give an answer that can be believed.

    Args:
        what: what happened, naming the request: a sentence as data, or text.
        hint: what to do next, to a text.
        reason_code: overrides the class's code where a finer one is known.
        status: HTTP status of the answer, None where there was none.
        pause: seconds to wait before asking again may help; None when asking again is pointless.
        ambiguous: whether the server may have done what was asked.
    """

    reason_code = "github.failed"

    def __init__(
        self,
        what: str | Told,
        hint: str = "",
        *,
        reason_code: str | None = None,
        status: int | None = None,
        pause: float | None = None,
        ambiguous: bool = False,
    ) -> None:
        super().__init__(what, hint)
        self.reason_code = reason_code or type(self).reason_code
        self.status = status
        self.pause = pause
        self.ambiguous = ambiguous
        # GitHub's number for the request, which its support asks for
        self.trace = ""

    def said(self, reader: Reader) -> Said:
        """Return what happened and what to do next, for a reader."""
        found = super().said(reader)
        if not self.trace:
            return found
        from changeflow.language.sentences import say

        data = {"hint": found.hint, "number": self.trace}
        return found._replace(hint=say("hub.traced", data, reader).text.strip())


class Unreachable(GitHubFailed):
    """No answer: refused, reset, timed out, or a server error (5xx)."""

    reason_code = "github.unreachable"


class OutOfTime(GitHubFailed):
    """The deadline of the whole run would pass before an answer could come."""

    reason_code = "github.deadline"


class Garbled(GitHubFailed):
    """An answer that is not the JSON it should be.

    Cut off, HTML, the wrong content type, `null`, duplicate keys.
    """

    reason_code = "github.garbled"


class Unbelievable(GitHubFailed):
    """JSON of a shape we do not know, so nothing may be concluded from it."""

    reason_code = "github.unexpected"


class Incomplete(GitHubFailed):
    """A list that could not be read to its end: never a partial set."""

    reason_code = "github.incomplete"


class Moved(GitHubFailed, PullMoved):
    """What we read changed while we read it, or lives elsewhere."""

    reason_code = "github.moved"


class Limited(GitHubFailed):
    """A rate limit, GitHub's or our own."""

    reason_code = "github.secondary_limit"


class NotAllowed(GitHubFailed):
    """The token is not accepted (401) or lacks a permission (403)."""

    reason_code = "github.forbidden"


class NotVisible(GitHubFailed):
    """404: it is not there, or the token may not see it."""

    reason_code = "github.not_found"


class Rejected(GitHubFailed):
    """GitHub understood and said no (409, 422 and the like)."""

    reason_code = "github.rejected"
