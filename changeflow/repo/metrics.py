"""Asking a Prometheus-compatible server for one number, over HTTP.

Whatever is not one finite number is not known, and says why. Nothing is followed: a redirect is an
answer that is not known. Certificates are verified.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import math
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from changeflow.lazy_dataclass import dataclass
from changeflow.model.servers import may_be_sent
from changeflow.model.verification import Query

NO_TOKENS: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})
# bytes of an answer that are read
LARGEST: Final = 1024 * 1024
_POLL: Final = 0.05
# characters of a server's words that are quoted
_QUOTED: Final = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """The value of a query, or why it is not known; `interrupted`: the user asked to end."""

    value: float | None
    why: str = ""
    interrupted: bool = False


def measure(
    query: Query,
    seconds: float,
    stop: Callable[[], int] = lambda: 0,
    tokens: Mapping[str, Sequence[str]] = NO_TOKENS,
) -> Measured:
    """Ask once, for at most so many seconds however slowly the server answers.

    Args:
        query: what is asked.
        seconds: however slowly the server answers.
        stop: how many times the user asked to end.
        tokens: variables that may be sent, to the servers that may get them.
    """
    token = ""
    if query.token_from is not None:
        token = os.environ.get(query.token_from, "").strip()
        why = _why_not_sent(query.url, query.token_from, token, tokens)
        if why:
            return Measured(None, f"not known: {why}")
    found: list[Measured] = []
    # the thread of a server that never ends its answer is left behind, and ends with the process
    thread = threading.Thread(
        target=lambda: found.append(_asked(query, token, seconds)), daemon=True
    )
    until = time.monotonic() + seconds
    thread.start()
    while thread.is_alive() and time.monotonic() < until:
        if stop():
            return Measured(None, "interrupted", interrupted=True)
        thread.join(_POLL)
    if not found:
        return Measured(None, f"not known: no whole answer within {seconds:g} s")
    answer = found[0]
    if not token:
        return answer
    return Measured(answer.value, answer.why.replace(token, "[redacted]"))


def _why_not_sent(
    url: str, variable: str, token: str, tokens: Mapping[str, Sequence[str]]
) -> str:
    """Return why a token is not sent; empty where it is."""
    if not may_be_sent(url, tokens.get(variable, ())):
        return f"`release.tokens` does not let `{variable}` be sent there"
    if not token:
        return f"`{variable}` is not in the environment"
    return "" if _is_private(url) else "a token is sent by https only"


def _is_private(url: str) -> bool:
    """Return whether nobody on the way can read a request."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _asked(query: Query, token: str, seconds: float) -> Measured:
    try:
        status, body = _answer(query, token, seconds)
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = (isinstance(error, OSError) and error.strerror) or str(error) or repr(error)
        return Measured(None, f"not known: no answer ({_short(why)})")
    if len(body) > LARGEST:
        return Measured(None, f"not known: the answer has more than {LARGEST} bytes")
    return value_in(status, body)


def _answer(query: Query, token: str, seconds: float) -> tuple[int, bytes]:
    parts = urlsplit(query.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    path = f"{parts.path.rstrip('/')}/api/v1/query?{urlencode({'query': query.promql})}"
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read(LARGEST + 1)
    finally:
        connection.close()


def value_in(status: int, body: bytes) -> Measured:
    """Return the one finite number of an answer of `/api/v1/query`, or why there is none."""
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return Measured(None, f"not known: HTTP status {status}, and the answer is no JSON")
    if not isinstance(answer, dict):
        return Measured(None, f"not known: HTTP status {status}, and the answer is no object")
    if status != http.client.OK or answer.get("status") != "success":
        said = _short(str(answer.get("error") or "no reason given"))
        return Measured(None, f"not known: HTTP status {status}: {said}")
    data = answer.get("data")
    if not isinstance(data, dict):
        return Measured(None, "not known: the answer has no data")
    return _value_of(data)


def _value_of(data: dict[str, Any]) -> Measured:
    result, kind = data.get("result"), data.get("resultType")
    if kind == "scalar":
        return _number(result)
    if kind != "vector" or not isinstance(result, list):
        return Measured(None, f"not known: the answer is a {_short(str(kind))}, no single value")
    if not result:
        return Measured(None, "not known: the answer is empty, there is no data")
    if len(result) > 1:
        return Measured(None, f"not known: {len(result)} series, where one is asked for")
    return _number(result[0].get("value") if isinstance(result[0], dict) else None)


def _number(pair: Any) -> Measured:
    text = pair[1] if isinstance(pair, list) and len(pair) == len(("time", "value")) else None
    if not isinstance(text, str):
        return Measured(None, "not known: the answer has no value")
    try:
        value = float(text)
    except ValueError:
        return Measured(None, f"not known: `{_short(text)}` is no number")
    if not math.isfinite(value):
        return Measured(None, f"not known: the value is {_short(text)}")
    return Measured(value)


def _short(text: str) -> str:
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(clean.split())[:_QUOTED]
