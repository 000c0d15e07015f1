"""One exchange with GitHub: a request out, an answer in, read to its end and judged.

Asking again is the client's business.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from changeflow.hosts.github import failures, http_answers
from changeflow.hosts.github.budget import Budget
from changeflow.hosts.github.http_answers import Answer
from changeflow.hosts.github.session import origin
from changeflow.hosts.github.timing import Deadline, ServerTime, WaitClock
from changeflow.lazy_dataclass import dataclass
from changeflow.model.phrases import told

if TYPE_CHECKING:
    import requests

API_VERSION: Final = "2022-11-28"
CHUNK: Final = 65_536
REDIRECTS: Final = 3


@dataclass(frozen=True)
class RetryPolicy:
    """How patient and how careful the client is. Times in seconds, sizes in bytes.

    `ceiling` bounds the requests of a run, `reserve` is what is kept of GitHub's hourly limit for
    the verdict, `write_gap` the time between writes that GitHub asks for, `pages` the longest list
    that is read.
    """

    deadline: float = 300.0
    attempts: int = 4
    connect: float = 5.0
    read: float = 15.0
    size: int = 32 * 1024 * 1024
    ceiling: int = 200
    reserve: int = 10
    write_gap: float = 1.0
    pages: int = 100


@dataclass(frozen=True)
class Request:
    """One question.

    `repeatable`: asking twice does no more than asking once. `verdict`: may use the reserve.
    """

    name: str
    method: str
    url: str
    body: bytes | None = None
    resource: str = "core"
    repeatable: bool = True
    verdict: bool = False
    auth: Any = field(default=None, repr=False)

    @property
    def changes(self) -> bool:
        """Tell whether it changes something over there. Our GraphQL is queries only."""
        return self.method != "GET" and self.resource != "graphql"


@dataclass
class Stored:
    """Answers kept for `If-None-Match`, by address.

    Share one between runs of a long-lived process.
    """

    answers: dict[str, Answer] = field(default_factory=dict)


class Transport:
    """Sends requests over github3.py's session."""

    def __init__(
        self, session: requests.Session, clock: WaitClock, policy: RetryPolicy, stored: Stored
    ) -> None:
        self.time = ServerTime(clock)
        self.deadline = Deadline(clock, policy.deadline)
        self.budget = Budget(self.time.estimate, policy.ceiling, policy.reserve)
        self.session = session
        self._clock = clock
        self._policy = policy
        self._stored = stored
        self._last_write: float | None = None

    def exchange(self, request: Request, attempt: int) -> Answer:
        """Return the answer to a request, when it is a good one.

        Raises:
            failures.GitHubFailed: for every other.
        """
        answer = self._follow(request, conditional=True)
        if answer.status == 304:  # noqa: PLR2004 - HTTP
            stored = self._stored.answers.get(request.url)
            if stored is not None:
                self.budget.unchanged += 1
                return stored
            answer = self._follow(request, conditional=False)
        failure = http_answers.failure(request.name, answer, attempt, self.time.estimate())
        if failure is not None:
            raise self.redacted(_traceable(failure, answer))
        if request.method == "GET":
            answer.json(request.name)
            if "etag" in answer.headers:
                self._stored.answers[request.url] = answer
        return answer

    def redacted(self, failure: failures.GitHubFailed) -> failures.GitHubFailed:
        """Take the token out of a message: a server may echo what it was sent."""
        token = getattr(self.session.auth, "token", None)
        if token:
            failure.clean(lambda text: text.replace(token, "***"))
        return failure

    def _follow(self, request: Request, *, conditional: bool) -> Answer:
        """Send, following redirects of reads on the same host only."""
        url = request.url
        for _ in range(REDIRECTS + 1):
            answer = self._once(request, url, conditional=conditional)
            target = answer.headers.get("location")
            if answer.status not in (301, 302, 307, 308) or target is None:
                return answer
            url = urljoin(url, target)
            if origin(url) != origin(request.url):
                raise failures.Moved(
                    told("hub.other_host", name=request.name), reason_code="github.other_host"
                )
            if request.method != "GET":
                raise failures.Moved.of("hub.renamed", name=request.name)
        raise failures.Moved.of("hub.circles", name=request.name)

    def _once(self, request: Request, url: str, *, conditional: bool) -> Answer:
        """Send one request, and read one answer to its end."""
        import requests
        from github3.exceptions import GeneratedTokenExpired

        self.deadline.check(request.name)
        self._space_writes(request)
        self.budget.spend(
            request.name, request.resource, verdict=request.verdict, write=request.changes
        )
        try:
            with self._send(request, url, conditional=conditional) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                answer = Answer(response.status_code, headers, self._body(request, response))
        except GeneratedTokenExpired:
            raise failures.NotAllowed(
                told("hub.expired", name=request.name), reason_code="github.unauthorised"
            ) from None
        except requests.exceptions.RequestException as error:
            # The library's own text may quote headers or proxies: only its kind is passed on.
            raise failures.Unreachable(
                told("hub.no_answer", name=request.name, kind=type(error).__name__),
                pause=1.0,
                ambiguous=True,
            ) from None
        self.time.heard(answer.headers.get("date"))
        self.budget.heard(answer.headers, request.resource)
        return answer

    def _send(self, request: Request, url: str, *, conditional: bool) -> requests.Response:
        left = self.deadline.left()
        return self.session.request(
            request.method,
            url,
            data=request.body,
            headers=self._headers(request, url, conditional=conditional),
            timeout=(min(self._policy.connect, left), min(self._policy.read, left)),
            allow_redirects=False,
            stream=True,
            auth=request.auth,
        )

    def _body(self, request: Request, response: requests.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(CHUNK):
            size += len(part)
            if size > self._policy.size:
                raise failures.Garbled(
                    told("hub.too_large", name=request.name, size=self._policy.size), ambiguous=True
                )
            self.deadline.check(request.name)
            parts.append(part)
        return b"".join(parts)

    def _headers(self, request: Request, url: str, *, conditional: bool) -> dict[str, str]:
        from changeflow import __version__

        headers = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": API_VERSION,
            "User-Agent": f"changeflow/{__version__}",
        }
        if request.method == "GET" and conditional:
            stored = self._stored.answers.get(url)
            if stored:
                headers["If-None-Match"] = stored.headers["etag"]
        return headers

    def _space_writes(self, request: Request) -> None:
        """GitHub asks for a second between writes."""
        if not request.changes:
            return
        if self._last_write is not None:
            gap = self._last_write + self._policy.write_gap - self._clock.monotonic()
            if gap > 0:
                self._clock.sleep(min(gap, self.deadline.left()))
        self._last_write = self._clock.monotonic()


def _traceable(failure: failures.GitHubFailed, answer: Answer) -> failures.GitHubFailed:
    """GitHub's number for the request, which its support asks for."""
    number = answer.headers.get("x-github-request-id", "")
    if re.fullmatch(r"[0-9A-Fa-f:]{4,80}", number, re.ASCII):
        failure.trace = number
    return failure
