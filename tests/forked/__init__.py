"""The command line in a process of its own, without paying for its imports each time.

A server has imported what commands import, and has run none. It forks a child for every command line: the child has its own environment,
folder, standard streams, modules and exit code, as an interpreter that was started for it. What is about the start of an interpreter (its
options, the modules a command imports) starts one, and with `TEST_EXAMPLES=all` every command does. There is a server for each
environment with which an interpreter would start otherwise: another locale, another clock.
"""

from __future__ import annotations

import array
import atexit
import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tests.examples import ALL

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
# What an interpreter reads when it starts, and the loader of programs.
AT_THE_START = ("PYTHON", "LC_", "LANG", "LD_", "LOCPATH", "FAKETIME", "DONT_FAKE")
# Python reads no bytecode by this, but writes none.
HARMLESS = ("PYTHONDONTWRITEBYTECODE",)
CAN_FORK = hasattr(os, "pidfd_open") and not ALL


def run(arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Return what a command line of changeflow wrote, byte for byte, and its exit code; less than 0: the signal that ended it."""
    if not CAN_FORK:
        command = [sys.executable, "-m", "changeflow", *arguments]
        return subprocess.run(command, cwd=cwd, env=env, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = run_with_streams(arguments, cwd=cwd, env=env, out=out.fileno(), err=err.fileno())
        return subprocess.CompletedProcess([*arguments], code, _written(out), _written(err))


def run_with_streams(arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], out: int, err: int) -> int:
    """Run a command line whose output goes to open files, such as a terminal; return its exit code."""
    if not CAN_FORK:
        command = [sys.executable, "-m", "changeflow", *arguments]
        return subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err, check=False).returncode
    fields = [str(cwd), str(len(arguments)), *arguments, *(f"{name}={value}" for name, value in env.items())]
    told = b"\0".join(map(os.fsencode, fields))
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(str(_server_for(env) / "address"))
            streams = array.array("i", [nothing, out, err])
            server.sendmsg([len(told).to_bytes(8, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
            server.sendall(told)
            answer = server.recv(16)
    finally:
        os.close(nothing)
    assert answer, "the server ended"
    return int(answer)


def folder_of_program() -> Path:
    """Return a folder for PATH whose `changeflow` asks the server; that of the interpreter, where every command starts one."""
    return _server_for(os.environ) / "bin" if CAN_FORK else Path(sys.executable).parent


def _server_for(env: Mapping[str, str]) -> Path:
    """Return the folder of the server that was started with the same environment, as far as an interpreter reads it when it starts."""
    return _server(tuple(sorted((name, value) for name, value in env.items() if name.startswith(AT_THE_START) and name not in HARMLESS)))


def _written(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


@functools.cache
def _server(read_at_the_start: tuple[tuple[str, str], ...]) -> Path:
    """Start a server, which ends with this process; return its folder."""
    folder = Path(tempfile.mkdtemp(prefix="forked-"))
    program = folder / "bin" / "changeflow"
    program.parent.mkdir()
    client = (HERE / "client.py").read_text(encoding="utf-8")
    program.write_text(f"#!{sys.executable} -IS\nADDRESS = {str(folder / 'address')!r}\n{client}", encoding="utf-8")
    program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", *HARMLESS)}
    # Its standard input is closed when this process ends, however that happens, and then it ends, too.
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forked.server", str(folder / "address")],
        cwd=PROJECT, env=kept | dict(read_at_the_start), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    atexit.register(_end, server, folder)
    return folder


def _end(server: subprocess.Popen[bytes], folder: Path) -> None:
    server.communicate(timeout=30)
    shutil.rmtree(folder, ignore_errors=True)
