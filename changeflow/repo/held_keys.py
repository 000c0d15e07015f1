"""Keys with a passphrase, held for one command by an agent of its own, so that it is asked for once.

A command may sign several entries, each of which names the one before it, so that they cannot be
signed together. The passphrase is typed into `ssh-add`; this process never has it. The agent ends
with this process, also where that is killed, and forgets the key after an hour.
"""

from __future__ import annotations

import atexit
import base64
import binascii
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.model.sshkeys import SshFormatError, fingerprint, public_key, string
from changeflow.repo import child_processes

# seconds for which a key is held: as long as most releases run
_HELD: Final = 3600
# seconds that an agent may take to begin
_PATIENCE: Final = 20.0
_LOOK: Final = 0.01
_MAGIC: Final = b"openssh-key-v1\0"
_BEGIN: Final = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_END: Final = b"-----END OPENSSH PRIVATE KEY-----"
_OLD: Final = (b"Proc-Type: 4,ENCRYPTED", b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
# more than any key has
_LONGEST: Final = 64 * 1024
# the agents of this process: key file -> its socket
_sockets: dict[Path, str] = {}


def surroundings_with(file: Path, keyid: str | None) -> dict[str, str]:
    """Return variables with which ssh-keygen finds the key of a file without asking.

    Nothing is needed for a key without a passphrase, for one that the user's own agent holds, and
    where no agent can be started: ssh-keygen asks then, each time.

    Args:
        file: of a private key.
        keyid: its fingerprint; None where its public half cannot be read.

    Raises:
        errors.Interrupted: when the user asked to end instead of answering.
    """
    if file not in _sockets:
        if not _is_locked(file) or _is_held_already(keyid):
            return {}
        socket = _begun()
        if socket is None or not _added(file, socket):
            return {}
        _sockets[file] = socket
    return {"SSH_AUTH_SOCK": _sockets[file]}


def _is_locked(file: Path) -> bool:
    """Return whether a file is a private key with a passphrase, and not one on a device."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_LONGEST)
    except OSError:
        return False
    if any(mark in data for mark in _OLD):
        # ssh-keygen finds such a key in an agent by its public half alone
        return Path(f"{file}.pub").is_file()
    begin, end = data.find(_BEGIN), data.find(_END)
    if begin < 0 or end < begin:
        return False
    try:
        blob = base64.b64decode(b"".join(data[begin + len(_BEGIN) : end].split()), validate=True)
        if not blob.startswith(_MAGIC):
            return False
        cipher, rest = string(blob[len(_MAGIC) :])
        # key derivation, its options, the number of keys, the first key
        rest = string(string(rest)[1])[1]
        kind = string(string(rest[4:])[0])[0]
    except (binascii.Error, SshFormatError):
        return False
    return cipher != b"none" and not kind.startswith(b"sk-")


def _is_held_already(keyid: str | None) -> bool:
    """Return whether the user's own agent holds the key."""
    if keyid is None or not os.environ.get("SSH_AUTH_SOCK"):
        return False
    try:
        listed = child_processes.run(["ssh-add", "-L"], environment=os.environ, patience=_PATIENCE)
    except (OSError, child_processes.LateError):
        return False
    for line in listed.stdout.decode("utf-8", "replace").splitlines():
        try:
            if fingerprint(public_key(line.strip())[1]) == keyid:
                return True
        except SshFormatError:
            continue
    return False


def _begun() -> str | None:
    """Begin an agent that ends with this process, and return its socket; None where that fails."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="changeflow-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    socket = folder / "agent"
    try:
        # it lives as long as `cat`, which lives as long as its input is open here
        agent = subprocess.Popen(
            ["ssh-agent", "-a", str(socket), "-t", str(_HELD), "cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return None
    atexit.register(_end, agent, str(socket))
    until = time.monotonic() + _PATIENCE
    while not socket.exists():
        if agent.poll() is not None or time.monotonic() > until:
            return None
        time.sleep(_LOOK)
    return str(socket)


def _end(agent: subprocess.Popen[bytes], socket: str) -> None:
    """Have the agent forget its keys now, and end within the seconds in which it misses `cat`."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            ["ssh-add", "-D"],
            env=os.environ | {"SSH_AUTH_SOCK": socket},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    if agent.stdin is not None:
        agent.stdin.close()
    agent.kill()


def _added(file: Path, socket: str) -> bool:
    """Let ssh-add ask for the passphrase on the terminal; return whether the agent has the key."""
    surroundings = os.environ | {"SSH_AUTH_SOCK": socket, "LC_ALL": "C"}
    try:
        done = child_processes.run(["ssh-add", "-q", str(file)], environment=surroundings)
    except OSError:
        return False
    except child_processes.StoppedError as stopped:
        raise errors.Interrupted.of("key.stopped", verb="sign") from stopped
    return done.returncode == 0
