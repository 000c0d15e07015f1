"""One policy for everything that travels between us and GitHub.

Every request has a name, counts against a budget and lives inside one deadline. Asking again
happens only where it cannot do something twice: reads, writes that say the same twice, and writes
whose effect can be read back. An answer is believed after it was read to its end, parsed strictly
and found to have the shape it should have. Redirects stay on the same host, and the token with
them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from changeflow.hosts.github import failures, http_answers
from changeflow.hosts.github.budget import Budget
from changeflow.hosts.github.http_answers import Answer
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.session import Address, Credentials, Installation, connect
from changeflow.hosts.github.timing import Deadline, ServerTime, SystemClock, WaitClock
from changeflow.hosts.github.transport import Request, RetryPolicy, Stored, Transport
from changeflow.model.phrases import told

T = TypeVar("T")

_NO_CONTENT: Final = 204

__all__ = ["Client", "RetryPolicy", "Stored"]


class Client:
    """The client of one GitHub with one set of credentials. `repr` shows no secret.

    Args:
        address: where GitHub is.
        credentials: a token or an App installation.
        policy: patience and care.
        clock: time; tests hand in their own.
        stored: answers of earlier reads.
        chance: a number from 0 to 1 that spreads repeats.
    """

    def __init__(
        self,
        address: Address,
        credentials: Credentials,
        *,
        policy: RetryPolicy | None = None,
        clock: WaitClock | None = None,
        stored: Stored | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.address = address
        self.policy = policy or RetryPolicy()
        self._credentials = credentials
        self._chance = chance
        session = connect(address, credentials)
        self._clock = clock or SystemClock()
        self._transport = Transport(session, self._clock, self.policy, stored or Stored())
        self._renewed = False
        self._visible: dict[str, bool] = {}

    def __repr__(self) -> str:
        return f"Client({self.address.api})"

    @property
    def budget(self) -> Budget:
        """Tell what was spent; `budget.line()` says it in one line."""
        return self._transport.budget

    @property
    def time(self) -> ServerTime:
        """Tell what time GitHub says it is."""
        return self._transport.time

    def widen(self, requests: int, seconds: float) -> None:
        """Allow more requests and time for a run that is about more than one thing."""
        self.budget.widen(requests)
        self._transport.deadline = Deadline(self._clock, seconds)

    def affords(self, requests: int, seconds: float, kept: int) -> bool:
        """Tell whether there is room for as many requests and seconds.

        GitHub's limits must have `kept` requests left for others.
        """
        return self.budget.affords(requests, kept) and self._transport.deadline.left() >= seconds

    @contextmanager
    def portion(self, requests: int, seconds: float) -> Iterator[None]:
        """Allow at most as many requests and seconds while it lasts.

        What one thing wastes is not taken from the others.
        """
        whole = self._transport.deadline
        self._transport.deadline = Deadline(self._clock, min(seconds, whole.left()))
        try:
            with self.budget.portion(requests):
                yield
        finally:
            self._transport.deadline = whole

    def url(self, path: str, query: Mapping[str, str | int] | None = None) -> str:
        """Return the full address of a path."""
        return self.address.api + path + (f"?{urlencode(query)}" if query else "")

    def get(
        self,
        name: str,
        path: str,
        read: Callable[[JsonNode], T],
        *,
        query: Mapping[str, str | int] | None = None,
        verdict: bool = False,
    ) -> T:
        """Return an object, read by `read`.

        Raises:
            failures.GitHubFailed: with a reason code.
        """
        return read(_object(name, self.fetch(name, self.url(path, query), verdict=verdict)))

    def fetch(self, name: str, url: str, *, verdict: bool = False) -> Answer:
        """Return the answer to a GET, strict JSON.

        The stored one when GitHub says that nothing has changed.
        """
        return self._explained(Request(name, "GET", url, verdict=verdict), _unread)

    def write(
        self,
        name: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        read: Callable[[JsonNode], T],
        *,
        again: bool | Callable[[], T | None] = False,
        verdict: bool = False,
    ) -> T:
        """Change something and read the object GitHub answers with.

        Args:
            name: what it is, for people.
            method: POST, PATCH, PUT or DELETE.
            path: below the API's address.
            body: what is sent as JSON.
            read: checks the answer's shape and takes what is needed from it.
            again: what to do when it is unknown whether the write happened. True: it may be
                repeated, saying the same twice is harmless. A function: it looks whether the effect
                is there and returns what `read` would have, or None.
            verdict: whether it may use the reserve of the limits.

        Raises:
            failures.GitHubFailed: with a reason code; `ambiguous` is set when the write may have
                happened.
        """
        request = self._request(name, method, path, body, repeatable=again is True, verdict=verdict)
        for attempt in range(1, self.policy.attempts + 1):
            try:
                return read(self._explained(request, lambda answer, _: _object(name, answer)))
            except failures.GitHubFailed as failure:
                if not failure.ambiguous or not callable(again):
                    raise
                found = again()
                if found is not None:
                    return found
                if attempt == self.policy.attempts:
                    raise
                self._pause(failure)
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def send(
        self,
        name: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        verdict: bool = False,
    ) -> None:
        """Change something that may safely be sent twice; the answer only has to be GitHub's."""
        request = self._request(name, method, path, body, repeatable=True, verdict=verdict)

        def read(answer: Answer, _: int) -> None:
            if answer.status != _NO_CONTENT:
                answer.json(name)

        self._explained(request, read)

    def order(
        self, name: str, path: str, body: Mapping[str, Any], read: Callable[[JsonNode], T]
    ) -> T | None:
        """Change something that must not be sent twice, and read what GitHub answers with.

        Returns:
            what `read` makes of the object; None where GitHub says that it did it, and no more.

        Raises:
            failures.GitHubFailed: with a reason code. Unless it is a refusal or a limit, it may
                have been done.
        """
        request = self._request(name, "POST", path, body, repeatable=False, verdict=False)

        def judge(answer: Answer, _: int) -> T | None:
            return None if answer.status == _NO_CONTENT else read(_object(name, answer))

        return self._explained(request, judge)

    def graphql(
        self, name: str, query: str, variables: Mapping[str, Any], read: Callable[[JsonNode], T]
    ) -> T:
        """Ask a GraphQL query (never a mutation: it may be repeated) and read its `data`.

        Any error in the answer is an error.
        """
        body = json.dumps({"query": query, "variables": dict(variables)}).encode()
        request = Request(name, "POST", self.address.graphql, body, resource="graphql")
        return read(
            self._persist(request, lambda answer, attempt: self._data(name, answer, attempt))
        )

    def _request(
        self,
        name: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        *,
        repeatable: bool,
        verdict: bool,
    ) -> Request:
        data = None if body is None else json.dumps(body).encode()
        return Request(name, method, self.url(path), data, repeatable=repeatable, verdict=verdict)

    def _explained(self, request: Request, judge: Callable[[Answer, int], T]) -> T:
        """Tell "not there" from "the token cannot see the repository".

        GitHub answers 404 to both.
        """
        try:
            return self._persist(request, judge)
        except failures.NotVisible as failure:
            if failure.status == 404 and not self._sees_repository(request):  # noqa: PLR2004 - HTTP
                failure.reason_code = "github.invisible"
                failure.advise(told("hub.give_access"))
                failure.trace = ""
            raise

    def _sees_repository(self, request: Request) -> bool:
        """Tell whether the token sees the repository a path is in.

        True where that is not the question or cannot be known.
        """
        parts = request.url.removeprefix(self.address.api).partition("?")[0].split("/")
        if parts[1:2] != ["repos"]:
            return True
        root = "/".join(parts[:4])
        if root not in self._visible:
            try:
                self._persist(Request("repository", "GET", self.url(root)), _unread)
                self._visible[root] = True
            except failures.NotVisible:
                self._visible[root] = False
            except failures.GitHubFailed:
                return True
        return self._visible[root]

    def _persist(self, request: Request, judge: Callable[[Answer, int], T]) -> T:
        """Ask until there is a good answer, or asking again is unsafe, useless or too late."""
        for attempt in range(1, self.policy.attempts + 1):
            try:
                return judge(self._authenticated(request, attempt), attempt)
            except failures.GitHubFailed as failure:
                unsafe = failure.ambiguous and not request.repeatable
                if failure.pause is None or unsafe or attempt == self.policy.attempts:
                    raise
                self._pause(failure)
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _pause(self, failure: failures.GitHubFailed) -> None:
        """Wait as long as the failure asks, with a spread so that many runs do not collide."""
        pause = failure.pause or 0.0
        self._transport.deadline.wait(pause + self._chance() * min(max(pause, 0.5), 5.0), failure)
        self.budget.repeats += 1

    def _authenticated(self, request: Request, attempt: int) -> Answer:
        """Send, and renew an installation's token once when GitHub no longer accepts it."""
        app = None
        if request.auth is None and isinstance(self._credentials, Installation):
            app = self._credentials
        if app is not None and self._transport.session.auth is None:
            self._renew(app)
        try:
            return self._transport.exchange(request, attempt)
        except failures.NotAllowed as failure:
            if app is None or self._renewed or failure.reason_code != "github.unauthorised":
                raise
        self._renewed = True
        self._renew(app)
        return self._transport.exchange(request, attempt)

    def _renew(self, app: Installation) -> None:
        """Make a new installation token with the App's key.

        github3.py's own way would bypass this policy.
        """
        from github3.apps import create_token
        from github3.session import AppBearerTokenAuth

        # seconds; GitHub refuses more than ten minutes
        lifetime = 540
        bearer = AppBearerTokenAuth(
            create_token(app.private_key.encode(), str(app.app_id), lifetime), lifetime
        )
        url = self.url(f"/app/installations/{app.installation_id}/access_tokens")
        node = self._persist(
            Request("token", "POST", url, auth=bearer, verdict=True),
            lambda answer, _: _object("token", answer),
        )
        self._transport.session.app_installation_token_auth(  # type: ignore[attr-defined]  # github3's session has it
            {"token": node.text("token"), "expires_at": node.text("expires_at")}
        )

    def _data(self, name: str, answer: Answer, attempt: int) -> JsonNode:
        node = _object(name, answer)
        errors = node.value.get("errors")
        if errors is not None and errors != []:
            if not isinstance(errors, list):
                errors = [{"message": "errors of an unknown shape"}]
            raise self._transport.redacted(
                http_answers.graphql_failure(name, errors, answer, attempt, self.time.estimate())
            )
        return node.at("data")


def _object(name: str, answer: Answer) -> JsonNode:
    node = JsonNode(answer.json(name), name)
    if not isinstance(node.value, dict):
        raise node.fail("an object")
    return node


def _unread(answer: Answer, _attempt: int) -> Answer:
    return answer
