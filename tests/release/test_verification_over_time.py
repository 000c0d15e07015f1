"""Verifications that last, and those that ask a metric, against real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow import errors
from changeflow.model.change import VerificationStep
from changeflow.model.evidence import ReleaseBody
from changeflow.model.verification import Query
from changeflow.release.plan import plan
from changeflow.release.soak import Soak, passes
from changeflow.repo.metrics import Measured, measure
from changeflow.usecases.release import run as release
from tests.release.building import change
from tests.release.fakes import Stage
from tests.release.plans import do, outcomes


def vector(*values: str) -> bytes:
    result = [{"metric": {}, "value": [1.5, value]} for value in values]
    answer = {"status": "success", "data": {"resultType": "vector", "result": result}}
    return json.dumps(answer).encode()


TOKEN = {"token_from": "METRICS_TOKEN"}
# path -> status, body
ODD: dict[str, tuple[int, bytes]] = {
    "good": (200, vector("0.02")),
    "empty": (200, vector()),
    "nan": (200, vector("NaN")),
    "inf": (200, vector("+Inf")),
    "several": (200, vector("0.01", "0.01")),
    "word": (200, vector("low")),
    "bad": (400, b'{"status":"error","errorType":"bad_data","error":"parse error: at char 3"}'),
    "failed": (200, b'{"status":"error","error":"too many samples"}'),
    "down": (503, b"<html>busy</html>"),
    "html": (200, b"<html>log in</html>"),
    "list": (200, b"[]"),
    "matrix": (200, b'{"status":"success","data":{"resultType":"matrix","result":[]}}'),
    "giant": (200, b" " * 1_100_000),
    "moved": (302, vector("0.0")),
    "deep": (200, b"[" * 200_000),
}


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.split("/")[1]
        if name == "slow":
            self.server.released.wait(5)  # type: ignore[attr-defined]
            return
        if name == "echo":
            said = self.headers["Authorization"] or ""
            self._say(400, json.dumps({"status": "error", "error": said}).encode())
            return
        self._say(*ODD[name])

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Location", "http://192.0.2.1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    found = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found.released = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{found.server_port}"
    found.released.set()  # type: ignore[attr-defined]
    found.shutdown()
    found.server_close()
    thread.join()


def query(url: str, **words: Any) -> Query:
    limits = words or {"below": 1}
    return Query.model_validate({"url": url, "promql": "x"} | limits)


@pytest.mark.parametrize("name", [*ODD, "slow"])
def test_only_one_finite_number_is_known(server: str, name: str) -> None:
    seen = measure(query(f"{server}/{name}"), 0.3)
    if name == "good":
        assert seen == Measured(0.02)
    else:
        assert seen.value is None
        assert seen.why.startswith("not known: ")


def test_each_odd_answer_has_words_of_its_own(server: str) -> None:
    whys = [measure(query(f"{server}/{name}"), 2).why for name in ODD if name != "good"]
    assert len(set(whys)) == len(whys) - 1  # a list and a very deep answer aside, all differ
    assert "parse error: at char 3" in measure(query(f"{server}/bad"), 2).why


def test_no_server_is_not_known() -> None:
    assert "no answer" in measure(query("http://127.0.0.1:1"), 2).why


def test_a_token_is_taken_from_the_environment_and_never_shown(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = query(f"{server}/echo", below=1, **TOKEN)
    monkeypatch.delenv("METRICS_TOKEN", raising=False)
    allowed = {"METRICS_TOKEN": (server, "http://metrics.example.org")}
    assert "METRICS_TOKEN` is not in the environment" in measure(asked, 2, tokens=allowed).why
    monkeypatch.setenv("METRICS_TOKEN", "hunter2hunter2")
    assert "Bearer [redacted]" in measure(asked, 2, tokens=allowed).why
    elsewhere = query("http://metrics.example.org", below=1, **TOKEN)
    assert measure(elsewhere, 2, tokens=allowed).why == "not known: a token is sent by https only"


@pytest.mark.parametrize(
    ("listed", "url", "sent"),
    [
        ("https://m.example", "https://m.example", True),
        ("https://m.example", "https://m.example/prometheus", True),
        ("https://m.example/prometheus", "https://m.example/prometheus/eu", True),
        ("https://m.example", "https://m.example.evil.org", False),
        ("https://m.example", "https://m.example:8443", False),
        ("https://m.example", "http://m.example", False),
        ("https://m.example/prometheus", "https://m.example/prometheus-of-others", False),
        ("https://m.example/prometheus", "https://m.example", False),
    ],
)
def test_a_token_is_sent_where_the_configuration_says_and_nowhere_else(
    listed: str, url: str, sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("METRICS_TOKEN", raising=False)
    asked = query(url, below=1, **TOKEN)
    # what may be sent is looked for in the environment next
    word = "is not in the environment" if sent else "does not let `METRICS_TOKEN` be sent there"
    assert word in measure(asked, 2, tokens={"METRICS_TOKEN": (listed,)}).why
    assert "does not let" in measure(asked, 2, tokens={"OTHER": (listed,)}).why
    assert "does not let" in measure(asked, 2).why


def test_an_interruption_ends_a_query_at_once(server: str) -> None:
    assert measure(query(f"{server}/slow"), 5, lambda: 1).interrupted


@pytest.mark.parametrize(
    "url", ["http://user:pass@host", "file:///etc/passwd", "http://h/?a=b", "http://a@b", "host"]
)
def test_an_address_is_http_without_credentials(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        query(url)


@pytest.mark.parametrize("limits", [{"above": 1, "below": 2}, {"token_from": "X"}])
def test_a_query_has_exactly_one_threshold(limits: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        query("http://h", **limits)


@given(st.lists(st.booleans(), max_size=8), st.integers(1, 4), st.integers(0, 7))
def test_a_series_passes_if_it_is_whole_and_no_run_of_failures_is_too_long(
    series: list[bool], failures: int, more: int
) -> None:
    soak = Soak(timedelta(seconds=more), timedelta(seconds=1), failures)
    runs = any(
        not any(series[start : start + failures]) for start in range(len(series) - failures + 1)
    )
    assert passes(soak, series) == (not runs and len(series) >= more + 1)


@pytest.mark.parametrize(
    ("worse", "value"), list(product(("higher", "lower"), (80.0, 100.0, 120.0)))
)
def test_a_value_may_get_worse_by_what_is_allowed(worse: str, value: float) -> None:
    asked = query("http://h", not_worse_than={"before": True, "worse": worse, "percent": 10})
    assert asked.keeps(value, 100.0) == (value <= 110 if worse == "higher" else value >= 90)
    assert not asked.keeps(value, None)


def test_content_without_the_new_keys_keeps_its_spelling() -> None:
    old = {"name": "Look", "run": ["./look"]}
    dumped = VerificationStep.model_validate(old).model_dump(mode="json")
    assert set(dumped) == {"name", "run", "manual", "verify", "timeout"}


# -- in a release --------------------------------------------------------------------------------


ASKED = {"url": "http://h", "promql": "x"}


def soaking(**limits: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"name": "Errors", "query": ASKED | limits}
    return found | {"for": "PT1M", "every": "PT30S", "failures": 2}


def stage_of(*values: float | None, **limits: Any) -> tuple[Stage, list[float | None]]:
    left = list(values)

    def seen(_query: Query, _seconds: float, _stop: object) -> Measured:
        value = left.pop(0)
        return Measured(value, "" if value is not None else "not known: no data")

    stage = Stage(change(implementation=[do("Apply")], verification=[soaking(**limits)]))
    stage.measure = seen
    return stage, left


def test_a_soak_that_holds_ends_the_release() -> None:
    stage, left = stage_of(0.1, None, 0.3, below=1)
    answered = release.run(stage.prepared())
    assert outcomes(answered)["verification/0"] == "done"
    assert answered.answer.state == "implemented"
    last = [step.detail for step in answered.answer.steps][-1]
    assert last == "3 probes, 1 failed, lowest 0.1, highest 0.3, last 0.3"
    assert left == []


def test_failures_in_a_row_roll_back_before_the_soak_is_over() -> None:
    stage, left = stage_of(None, 7.0, 0.1, below=1)
    answered = release.run(stage.prepared())
    assert answered.answer.state == "rolled_back"
    assert left == [0.1]


def test_the_value_before_is_recorded_and_compared_with() -> None:
    stage, _ = stage_of(0.1, 0.1, 0.5, 0.5, not_worse_than={"before": True, "percent": 50})
    answered = release.run(stage.prepared())
    assert answered.answer.state == "rolled_back"
    started = next(one.body for one in stage.journal.entries if one.body.kind == "release")
    assert isinstance(started, ReleaseBody)
    assert started.baseline["before/verification/0"] == "0.1"


def test_nothing_starts_without_the_value_before() -> None:
    stage, _ = stage_of(None, not_worse_than={"before": True})
    with pytest.raises(errors.Refused, match="the value before the release is not known"):
        release.run(stage.prepared())
    assert stage.journal.entries == []


def test_a_soak_of_unknown_end_begins_again() -> None:
    planned = plan(change(implementation=[do("Apply")], verification=[soaking(below=1)]))
    assert planned.verification[0].repeats
    assert planned.verification[0].soak == Soak(timedelta(minutes=1), timedelta(seconds=30), 2)
