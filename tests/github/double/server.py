"""The double on loopback: real HTTP with entity tags, rate-limit headers and dates, over the world, with faults on demand."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from graphql import GraphQLSchema, parse, validate

from github.double import graph, rest
from github.double.contract import Contract
from github.double.faults import Fault, Faults
from github.double.rest import Call, Refusal, Reply
from github.double.world import Token, World

PREFIXES = ("/api/v3", "")
GRAPHQL = ("/graphql", "/api/graphql")


@dataclass(frozen=True)
class Recorded:
    """A request as it came, and what it was answered with (None: nothing)."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: Any
    status: int | None
    answer: Any = field(repr=False, default=None)
    faulty: bool = False

    @property
    def changes(self) -> bool:
        """Whether it was meant to change something."""
        return self.method != "GET" and self.path not in GRAPHQL


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no event; anything else is the double's own fault and already noted."""


class Double:
    """A GitHub to talk to. Use as a context manager; `url` is what `GITHUB_API_URL` would say.

    `problems` collects everything in which requests or honest answers break GitHub's own description.
    """

    def __init__(self, world: World, contract: Contract, schema: GraphQLSchema, prefix: str = "/api/v3") -> None:
        self.world, self.contract, self.schema = world, contract, schema
        self.faults = Faults()
        self.requests: list[Recorded] = []
        self.problems: list[str] = []
        self.date: datetime | None = None  # what the header `Date` says; None: the time of the world, which every deed moves on
        self.remaining = {"core": 5_000, "graphql": 5_000}
        self.lock = threading.Lock()
        self._prefix = prefix
        self._server = _Server(("127.0.0.1", 0), type("Bound", (_Handler,), {"double": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return self.origin + self._prefix

    @property
    def writes(self) -> list[Recorded]:
        """Requests that were meant to change something."""
        return [request for request in self.requests if request.changes]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    double: Double
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # otherwise every answer waits 44 ms for a delayed acknowledgement

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Tests are quiet."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        prefix = next(prefix for prefix in PREFIXES if parts.path.startswith(prefix))
        path = parts.path if parts.path in GRAPHQL else parts.path.removeprefix(prefix)
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        body = json.loads(raw) if raw else None
        with self.double.lock:
            try:
                self._answer(path, prefix, dict(parse_qsl(parts.query)), body)
            except ConnectionError:
                raise
            except Exception as error:  # the double itself is broken: the test must fail and say so
                self.double.problems.append(f"{self.command} {path}: {error!r}")
                raise

    def _answer(self, path: str, prefix: str, query: dict[str, str], body: Any) -> None:
        routes = [f"{self.command} {path}"]
        if path in GRAPHQL:
            routes.append("GRAPHQL " + (re.findall(r"query (\w+)", body["query"]) or [""])[0])
        fault = self.double.faults.next(*routes)
        if fault is not None and fault.kind == "hook" and fault.hook is not None:
            fault.hook()
        if fault is not None and fault.kind in ("answer", "reset"):
            self._record(path, query, body, fault.status if fault.kind == "answer" else None, None, faulty=True)
            if fault.kind == "reset":
                self._reset()
                return
            self._send(fault.status, fault.body, {**self._limits(path), **fault.headers})
            return
        reply = self._honest(path, prefix, query, body)
        self._check(path, query, body, reply)
        self._record(path, query, body, reply.status, reply.data, faulty=fault is not None)
        self._finish(path, reply, fault)

    def _finish(self, path: str, reply: Reply, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        if kind == "drop":
            self._reset()
            return
        data = fault.change(reply.data) if fault is not None and fault.change is not None else reply.data
        text = b"" if data is None and reply.status == 204 else json.dumps(data).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", **self._limits(path), **(reply.headers or {})}
        if self.command == "GET" and reply.status == 200:
            headers["ETag"] = f'W/"{hashlib.sha256(text).hexdigest()}"'
            if self.headers.get("If-None-Match") == headers["ETag"]:
                self.double.remaining["core"] += 1
                self._send(304, b"", headers)
                return
        cut = text[: len(text) // 2]
        self._send(reply.status, cut if kind in ("truncate", "short") else text, headers, len(text) if kind == "short" else None)

    def _honest(self, path: str, prefix: str, query: dict[str, str], body: Any) -> Reply:
        try:
            token = self._token(path)
            if path in GRAPHQL:
                data = graph.execute(
                    self.double.schema, self.double.world, token.account, body["query"], body.get("variables") or {}
                )
                return Reply(200, data)
            found = re.match(r"/repos/([^/]+)/([^/]+)", path)
            world = self.double.world
            if found and (found[1].lower(), found[2].lower()) != (world.owner.lower(), world.name.lower()):
                return Reply(404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"})
            call = Call(world, self.double.contract, token, self.double.origin + prefix, path, query, body)
            return rest.answer(call, self.command)
        except Refusal as refusal:
            errors = {"errors": refusal.errors} if refusal.errors else {}
            data = {"message": refusal.message, "documentation_url": "https://docs.github.com/rest", **errors}
            return Reply(refusal.status, data, refusal.headers)

    def _token(self, path: str) -> Token:
        kind, _, secret = self.headers.get("Authorization", "").partition(" ")
        if kind == "Bearer" and path.startswith("/app/"):
            return Token("", next(iter(self.double.world.accounts.values())), None, {})
        if secret not in self.double.world.tokens:
            raise Refusal(401, "Bad credentials")
        return self.double.world.tokens[secret]

    def _check(self, path: str, query: dict[str, str], body: Any, reply: Reply) -> None:
        """Hold what came and what goes against GitHub's own description."""
        problems = self.double.problems
        if self.headers.get("X-GitHub-Api-Version") != "2022-11-28":
            problems.append(f"{self.command} {path}: no API version")
        if path in GRAPHQL:
            problems += [f"GraphQL: {error.message}" for error in validate(self.double.schema, parse(body["query"]))]
            return
        contract = self.double.contract
        found = contract.request_problems(self.command, path, query, body)
        problems += [f"request {self.command} {path}: {problem}" for problem in found]
        found = contract.answer_problems(self.command, path, reply.status, reply.data)
        problems += [f"answer {self.command} {path} {reply.status}: {problem}" for problem in found]

    def _record(self, path: str, query: dict[str, str], body: Any, status: int | None, answer: Any, *, faulty: bool) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.double.requests.append(Recorded(self.command, path, query, headers, body, status, answer, faulty))

    def _limits(self, path: str) -> dict[str, str]:
        resource = "graphql" if path in GRAPHQL else "core"
        self.double.remaining[resource] -= 1
        return {
            "X-RateLimit-Limit": "5000", "X-RateLimit-Resource": resource,
            "X-RateLimit-Remaining": str(max(0, self.double.remaining[resource])),
            "X-RateLimit-Reset": str(int(self.double.world.now.timestamp()) + 1_800),
            "X-GitHub-Request-Id": f"{len(self.double.requests):04X}:0001", "X-GitHub-Media-Type": "github.v3; format=json",
        }  # fmt: skip

    def _send(self, status: int, body: bytes, headers: Mapping[str, str], length: int | None = None) -> None:
        self.send_response_only(status)
        for name, value in {"Date": format_datetime(self.double.date or self.double.world.now, usegmt=True), **headers}.items():
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or length is not None

    def _reset(self) -> None:
        """Close with a reset, as a broken connection does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()
