"""Queries asked of a real Prometheus on loopback: the program of Debian, where it is at hand.

`PROMETHEUS` names the program; otherwise it is looked up on PATH. The server ends with the tests.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from changeflow.model.verification import Query
from changeflow.repo.metrics import Measured, measure

PROGRAM = os.environ.get("PROMETHEUS") or shutil.which("prometheus")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="the program `prometheus` is not here")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("prometheus")
    (folder / "p.yml").write_text("global: {}\n", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    options = [f"--web.listen-address={address}", "--config.file=p.yml", "--storage.tsdb.path=data"]
    with subprocess.Popen(
        [str(PROGRAM), *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            yield _ready(f"http://{address}")
        finally:
            server.terminate()


def _ready(url: str) -> str:
    until = time.monotonic() + 10
    while asked(url, "1").value != 1.0:
        assert time.monotonic() < until, "the server does not answer"
        time.sleep(0.05)
    return url


def asked(url: str, promql: str) -> Measured:
    return measure(Query(url=url, promql=promql, below=1), 3)


@pytest.mark.parametrize(("promql", "value"), [("1+1", 2.0), ("vector(0.02)", 0.02)])
def test_one_number_is_known(url: str, promql: str, value: float) -> None:
    assert asked(url, promql).value == value


@pytest.mark.parametrize(
    ("promql", "why"),
    [
        ("nothing_here", "empty"),
        ("0/0", "NaN"),
        ("1/0", "Inf"),
        ('label_replace(vector(1),"a","1","","") or vector(2)', "2 series"),
        ("sum(", "HTTP status 400"),
        ("'text'", "string"),
        ("up[5m]", "matrix"),
    ],
)
def test_anything_else_is_not_known(url: str, promql: str, why: str) -> None:
    seen = asked(url, promql)
    assert seen.value is None
    assert why in seen.why
