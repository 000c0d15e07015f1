"""What an HTTP answer means.

Good, worth another try, a limit, a missing permission, not there, refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from changeflow.hosts.github import failures
from changeflow.lazy_dataclass import dataclass
from changeflow.model import strictjson
from changeflow.model.phrases import Told, told

CLIP: Final = 200
# GitHub: without Retry-After wait at least a minute, then exponentially longer
FIRST_PAUSE: Final = 60.0


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, read to its end. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self, name: str) -> Any:
        """Return the body as strict JSON that is an object or a list.

        Raises:
            failures.Garbled: for anything else, `null` and an empty body included: absence of data
                is no data.
        """
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json" and not (
            kind.startswith("application/") and kind.endswith("+json")
        ):
            raise self._garbled("kind", name=name, kind=clip(kind))
        try:
            value = strictjson.parse(self.body, limit=len(self.body), floats=True)
        except ValueError as error:
            raise self._garbled("json", name=name, why=_fault(error)) from None
        if not isinstance(value, dict | list):
            raise self._garbled("value", name=name, kind=type(value).__name__)
        return value

    def _garbled(self, case: str, **data: str) -> failures.Garbled:
        return failures.Garbled(
            told("hub.garbled", case=case, **data),
            status=self.status,
            pause=1.0,
            ambiguous=True,
        )

    def said(self) -> tuple[str, str]:
        """Return GitHub's message and the address of the documentation it names.

        Empty where it gave none.
        """
        try:
            value = strictjson.parse(self.body, limit=len(self.body), floats=True)
        except ValueError:
            return "", ""
        if not isinstance(value, dict):
            return "", ""
        told = [str(value.get("message") or "")]
        for item in value.get("errors") or ():
            if isinstance(item, dict | str):
                told.append(_detail(item))
        message = "; ".join(told[:4]).strip("; ")
        return clip(message), str(value.get("documentation_url") or "")


def clip(text: str) -> str:
    """Shorten a foreign text for a message, on one line."""
    text = " ".join(text.split())
    if len(text) <= CLIP:
        return text
    return text[: CLIP - 1] + "…"


def _detail(item: dict[str, Any] | str) -> str:
    if isinstance(item, str):
        return item
    if item.get("message"):
        return str(item["message"])
    return " ".join(str(item[key]) for key in ("field", "code") if key in item)


def _fault(error: ValueError) -> str:
    """Describe an error without the text it is about: that text may hold anything."""
    if isinstance(error, UnicodeError):
        return "not UTF-8"
    return str(getattr(error, "msg", error))


def failure(name: str, answer: Answer, attempt: int, now: datetime) -> failures.GitHubFailed | None:
    """Return the error an answer stands for, None for a good one (2xx and 304).

    Args:
        name: what was asked, for people.
        answer: the answer.
        attempt: 1 for the first try; later pauses grow.
        now: GitHub's time, for limits that end at a given time.
    """
    if 200 <= answer.status < 300 or answer.status == 304:  # noqa: PLR2004 - the numbers of HTTP
        return None
    message, documentation = answer.said()
    limited = _limit(name, answer, attempt, now, f"{message} {documentation}".lower())
    if limited is not None:
        return limited
    if answer.status >= 500 or answer.status == 408:  # noqa: PLR2004 - the numbers of HTTP
        return _broken(name, answer, message, attempt)
    return _REFUSALS.get(answer.status, _refused)(name, answer, message)


def _broken(name: str, answer: Answer, said: str, attempt: int) -> failures.GitHubFailed:
    return failures.Unreachable(
        told("hub.failed", name=name, status=answer.status, details=_details(said)),
        reason_code="github.server_error",
        status=answer.status,
        pause=float(2 ** (attempt - 1)),
        ambiguous=True,
    )


def _unauthorised(name: str, answer: Answer, said: str) -> failures.GitHubFailed:
    return failures.NotAllowed(
        told("hub.unauthorised", name=name, details=_details(said)),
        reason_code="github.unauthorised",
        status=answer.status,
    )


def _forbidden(name: str, answer: Answer, said: str) -> failures.GitHubFailed:
    needs = _needs(answer)
    hint = [told("hub.no_permission")] if needs else []
    return failures.NotAllowed(
        told("hub.forbidden", name=name, details=_details(said, needs), hint=hint),
        status=answer.status,
    )


def _absent(name: str, answer: Answer, said: str) -> failures.GitHubFailed:
    return failures.NotVisible(
        told("hub.not_visible", name=name, details=_details(said, _needs(answer))),
        status=answer.status,
    )


def _refused(name: str, answer: Answer, said: str) -> failures.GitHubFailed:
    if 300 <= answer.status < 400:  # noqa: PLR2004 - the numbers of HTTP
        return failures.Moved(
            told("hub.elsewhere", name=name, status=answer.status), status=answer.status
        )
    code = "github.rejected"
    if answer.status == 409:  # noqa: PLR2004 - the numbers of HTTP
        code = "github.conflict"
    return failures.Rejected(
        told("hub.refused", name=name, status=answer.status, details=_details(said)),
        reason_code=code,
        status=answer.status,
    )


_REFUSALS: Final[dict[int, Callable[[str, Answer, str], failures.GitHubFailed]]] = {
    401: _unauthorised,
    403: _forbidden,
    404: _absent,
    410: _absent,
}


def _needs(answer: Answer) -> str:
    """Return the permission that GitHub asks for; empty where it names none."""
    return clip(answer.headers.get("x-accepted-github-permissions", ""))


def _details(said: str, needs: str = "") -> list[Told]:
    """Return GitHub's own message, and the permission it asks for, to follow a sentence."""
    if said and needs:
        return [told("hub.detail", case="both", said=said, permission=needs)]
    if needs:
        return [told("hub.detail", case="needs", permission=needs)]
    return [told("hub.detail", said=said)] if said else []


def _limit(
    name: str, answer: Answer, attempt: int, now: datetime, said: str
) -> failures.Limited | None:
    """Return a rate limit: 429 always.

    403 only with the marks of one, otherwise it is a missing permission.
    """
    if answer.status not in (403, 429):
        return None
    if answer.headers.get("x-ratelimit-remaining") == "0" and "secondary" not in said:
        wait = _reset(answer, now) or FIRST_PAUSE
        return _limited(name, "github.primary_limit", answer.status, wait)
    after = _seconds(answer.headers.get("retry-after"))
    if (
        answer.status == 429  # noqa: PLR2004
        or after is not None
        or "secondary rate limit" in said
        or "abuse" in said
    ):
        if after is None:
            after = FIRST_PAUSE * 2 ** (attempt - 1)
        return _limited(name, "github.secondary_limit", answer.status, after)
    return None


def _limited(name: str, reason_code: str, status: int | None, pause: float) -> failures.Limited:
    kind = "hourly" if reason_code == "github.primary_limit" else "secondary"
    return failures.Limited(
        told("hub.limited", case=kind, name=name, pause=f"{pause:.0f}"),
        reason_code=reason_code,
        status=status,
        pause=pause,
    )


# digits of a sane number of seconds
_DIGITS: Final = 12


def _seconds(text: str | None) -> float | None:
    text = (text or "").strip()
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return float(text)
    return None


def _reset(answer: Answer, now: datetime) -> float | None:
    reset = _seconds(answer.headers.get("x-ratelimit-reset"))
    if reset is None:
        return None
    return max(1.0, reset - now.timestamp() + 1)


def graphql_failure(
    name: str, errors: list[Any], answer: Answer, attempt: int, now: datetime
) -> failures.GitHubFailed:
    """Return the error that a GraphQL answer with `errors` stands for.

    It is one even if the answer also carries data: partial data is no data.
    """
    found = [item for item in errors if isinstance(item, dict)]
    types = {str(item.get("type") or _code(item)) for item in found}
    message = clip("; ".join(str(item.get("message") or "") for item in found[:3]))
    paths = [_path(item) for item in found]
    if types & {"RATE_LIMITED", "RATE_LIMIT"}:
        return _limited(name, "github.primary_limit", None, _reset(answer, now) or FIRST_PAUSE)
    if "secondary rate limit" in message.lower():
        return _limited(name, "github.secondary_limit", None, FIRST_PAUSE * 2 ** (attempt - 1))
    if types & {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
        needs = _needs(answer)
        case = "both" if needs else None
        detail = told("hub.detail", case=case, said=message, permission=needs)
        return failures.NotAllowed.of("hub.query_forbidden", name=name, details=[detail])
    if "NOT_FOUND" in types:
        code = "github.invisible" if "repository" in paths else "github.not_found"
        return failures.NotVisible(
            told("hub.query_not_visible", name=name, said=message), reason_code=code
        )
    if "undefinedField" in types:
        return failures.Rejected(
            told("hub.query_unknown", name=name, said=message), reason_code="github.not_offered"
        )
    return failures.Unreachable(
        told("hub.query_failed", name=name, said=message),
        reason_code="github.graphql",
        pause=float(2 ** (attempt - 1)),
    )


def _path(item: dict[str, Any]) -> str:
    return ".".join(str(step) for step in item.get("path") or ())


def _code(item: dict[str, Any]) -> str:
    extensions = item.get("extensions")
    if not isinstance(extensions, dict):
        return ""
    return str(extensions.get("code") or "")
