"""Imports what commands import, and forks a child for every command line it is told: `python -m tests.forked.server ADDRESS`."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import os
import pkgutil
import selectors
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from typing import TextIO

from pydantic import BaseModel

import changeflow
from changeflow.__main__ import main
from changeflow.checks import conditions
from changeflow.documents import schema
from changeflow.ledger import statement
from changeflow.model.kinds import KINDS, record_of
from changeflow.policy.cel import compile_condition
from changeflow.utf8 import use_utf8

# Large packages that few commands need, and packages of files that are no modules.
LEFT_OUT = ("changeflow.templates",)


def import_all() -> None:
    """Import every module of the program whose requirements are installed."""
    for module in pkgutil.walk_packages(changeflow.__path__, "changeflow."):
        if module.name.endswith("__main__") or module.name.startswith(LEFT_OUT):
            continue
        with contextlib.suppress(ImportError):
            importlib.import_module(module.name)


def every_model(model: type[BaseModel] = BaseModel) -> Iterator[type[BaseModel]]:
    """The models of the program, whose readers are built when they are needed first."""
    for below in model.__subclasses__():
        if below.__module__.startswith("changeflow."):
            yield below
        yield from every_model(below)


def build_readers() -> None:
    """Build what a process builds when it first reads a document of a kind, an entry of a ledger or a condition: nothing of it knows one."""
    for model in every_model():
        model.model_rebuild()
    for kind in KINDS:
        record_of(kind.name)
        schema._valid(kind.name)
    statement._bodies()
    compile_condition("true")
    conditions._known()


def receive(connection: socket.socket) -> tuple[list[bytes], list[int]]:
    """Return the fields of a command line, and its standard streams."""
    head, streams, _, _ = socket.recv_fds(connection, 8, 3)
    size = int.from_bytes(head, "big")
    told = b""
    while len(told) < size and (more := connection.recv(size - len(told))):
        told += more
    return told.split(b"\0"), streams


def become(fields: list[bytes], streams: list[int]) -> None:
    """Take the streams, folder, arguments and environment over, as a process that was started with them."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_IGN)
    os.chdir(fields[0])
    count = int(fields[1])
    sys.argv[1:] = map(os.fsdecode, fields[2 : 2 + count])
    os.environ.clear()
    for setting in fields[2 + count :]:
        name, _, value = setting.partition(b"=")
        os.environb[name] = value
    time.tzset()
    sys.stdin = sys.__stdin__ = opened(0, "r", "strict")
    sys.stdout = sys.__stdout__ = opened(1, "w", "strict")
    sys.stderr = sys.__stderr__ = opened(2, "w", "backslashreplace")


def opened(number: int, mode: str, errors: str) -> TextIO:
    stream = open(number, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115 - open until the end
    assert isinstance(stream, io.TextIOWrapper)
    if mode == "w":
        stream.reconfigure(line_buffering=number == 2 or stream.isatty())
    return stream


def child(fields: list[bytes], streams: list[int]) -> None:
    """Run the command line, and end as an interpreter does."""
    code: object = 70
    try:
        become(fields, streams)
        try:
            code = main()
        except SystemExit as end:
            code = end.code
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code if isinstance(code, int) else int(code is not None))


def serve(address: str) -> None:
    """Fork until standard input is closed, one child for each connection; its exit code is the answer."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(64)
    waiting = selectors.DefaultSelector()
    waiting.register(listening, selectors.EVENT_READ)
    waiting.register(0, selectors.EVENT_READ)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for key, _ in waiting.select():
            if key.fd == 0:
                return
            if key.fileobj is listening:
                connection, _ = listening.accept()
                fields, streams = receive(connection)
                number = os.fork()
                if number == 0:
                    listening.close()
                    connection.close()
                    waiting.close()
                    child(fields, streams)
                for stream in streams:
                    os.close(stream)
                waiting.register(os.pidfd_open(number), selectors.EVENT_READ, (number, connection))
                continue
            number, connection = key.data
            waiting.unregister(key.fd)
            os.close(key.fd)
            _, status = os.waitpid(number, 0)
            code = os.waitstatus_to_exitcode(status)
            with contextlib.suppress(OSError):
                connection.sendall(b"%d" % code)
            connection.close()


if __name__ == "__main__":
    use_utf8()
    import_all()
    build_readers()
    # A child would copy every page that the search for garbage writes to.
    gc.collect()
    gc.freeze()
    serve(sys.argv[1])
