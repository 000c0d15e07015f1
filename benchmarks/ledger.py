"""Prints what the ledger costs, as ratios of processor time that are taken in one run.

- verify: `changeflow ledger verify` of a signed ledger of 10,000 entries, to `git fsck`, the
  digests of the same bytes, and one Ed25519 verification for each entry in C;
- append: `changeflow approve` in a ledger of 100,000 entries, to the same in an empty one. An
  earlier command has read the long ledger, as any gate does; the new entries are counted and the
  chain of the last of them is shown to hold;
- gate: `changeflow gate approve` with 10,000 entries, to the same with 100.

`--quick` takes a tenth of the entries.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from changeflow.ledger import envelope, statement
from changeflow.ledger.envelope import DsseEnvelope, Signature
from changeflow.ledger.ssh_signature import SshSignature
from changeflow.model.canonical import digest_bytes
from changeflow.model.evidence import DecisionBody
from changeflow.model.sshkeys import fingerprint, prefixed
from tests.hosts.office import CHANGE, Office
from tests.repositories import BRANCH, CONTENT, Keys, draft, make_keys

VERIFY, APPEND, GATE = 10_000, 100_000, 10_000
FEW = 100
WANTED = {"verify": 2.0, "append": 1.5, "gate": 2.0}
ROUNDS = 3
# entries of one change
PER_CHANGE = 100
ID = "r-0123456789abcdef"


class SshKey:
    """Signs as ssh-keygen does, without starting it."""

    def __init__(self, file: Path) -> None:
        key = load_ssh_private_key(file.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(file)
        self.key, self.public = key, key.public_key()
        self.blob = prefixed(b"ssh-ed25519") + prefixed(self.public.public_bytes_raw())
        self.said = SshSignature(self.blob, "changeflow", "ssh-ed25519")

    def sign(self, content: bytes) -> Signature:
        """Return a signature of a content."""
        proof = self.key.sign(self.said.signed_data(content))
        inside = prefixed(b"ssh-ed25519") + prefixed(proof)
        parts = b"".join(map(prefixed, (self.blob, b"changeflow", b"", b"sha512", inside)))
        return Signature(fingerprint(self.blob), b"SSHSIG" + (1).to_bytes(4, "big") + parts)


def grow(office: Office, key: SshKey, count: int) -> None:
    """Write a signed ledger of so many decisions, a commit for each."""
    previous, stream = None, [b"feature done\n"]
    for seq in range(1, count + 1):
        body = DecisionBody(
            gate="deploy",
            open=False,
            digest=CONTENT,
            decision={"reasons": [{"rule": "window", "outcome": "fail", "number": seq}] * 4},
        )
        made = draft(body, f"c{seq // PER_CHANGE}")
        payload = statement.encode(made, seq, previous, "changeflow 1", ID)
        wrapped = DsseEnvelope(payload)
        data = envelope.encode(DsseEnvelope(payload, (key.sign(wrapped.signed_bytes),)))
        previous = digest_bytes(data)
        path = statement.file_name(made.change, seq, "decision")
        parent = f"from :{seq - 1}\n" if seq > 1 else ""
        head = f"commit refs/heads/{BRANCH}\nmark :{seq}\ncommitter c <c@example.com> 1795262400 +0000\ndata 5\nentry\n{parent}"
        stream.append(f"{head}M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
    office.repo("fast-import", "--quiet", "--force", stdin=b"".join([*stream, b"done\n"]))


def office_with(folder: Path, keys: Keys, count: int) -> Office:
    office = Office(folder / f"ledger-{count}", keys, repository=ID, allow_simulated_clock=True)
    office.repo.commit("A request")
    if count:
        grow(office, SshKey(keys.files["carol"]), count)
    return office


def spent(act: Callable[[], object]) -> float:
    """Seconds of processor time of this process and of those it waited for."""

    def used() -> float:
        both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(one.ru_utime + one.ru_stime for one in both)

    before = used()
    act()
    return used() - before


def changeflow(office: Office, *words: str) -> None:
    changeflow_says(office, *words)


def changeflow_says(office: Office, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "changeflow", "--repo", str(office.repo.path), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return done.stdout


def by_the_peers(office: Office, key: SshKey) -> None:
    """`git fsck`, digests of the same bytes, and a verification for each of them in C."""
    subprocess.run(
        ["git", "-C", str(office.repo.path), "fsck", "--no-progress", "--no-dangling"],
        check=True,
        capture_output=True,
    )
    listed = subprocess.run(
        ["git", "-C", str(office.repo.path), "ls-tree", "-r", "--format=%(objectname)", BRANCH],
        check=True,
        capture_output=True,
    ).stdout
    out = subprocess.run(
        ["git", "-C", str(office.repo.path), "cat-file", "--batch"],
        input=listed,
        check=True,
        capture_output=True,
    ).stdout
    hashlib.sha256(out).digest()
    signed = b"x" * 200
    proof = key.key.sign(signed)
    verify = key.public.verify
    for _ in range(listed.count(b"\n")):
        verify(proof, signed)


def ratio(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float, float]:
    """The least time of each, taken in turns, and their ratio."""
    pairs = [(spent(one), spent(other)) for _ in range(ROUNDS)]
    first, second = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    return first, second, first / second


def prove_appended(office: Office, before: int) -> None:
    """Refuse figures of commands that appended something else than one approval each.

    The first one has the assessment before it that it rests on.
    """
    listed = office.repo("log", "--reverse", "--format=", "--name-only", f"-{ROUNDS + 1}", BRANCH)
    kinds = ["assessment", *["approval"] * ROUNDS]
    expected = []
    for seq, kind in enumerate(kinds, start=before + 1):
        expected.append(statement.file_name(CHANGE, seq, kind))
    if listed.split() != expected:
        raise RuntimeError(f"appended: {listed}")
    last = changeflow_says(office, "ledger", "show", str(before + ROUNDS + 1))
    if '"previous"' not in last:
        raise RuntimeError(last)
    print(f"append: {ROUNDS + 1} entries follow {before:,}")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=sorted(WANTED), action="append")
    chosen = parser.parse_args(arguments)
    part = 10 if chosen.quick else 1
    found: dict[str, tuple[float, float, float]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        keys = make_keys(folder, ("carol", "dave"))
        key = SshKey(keys.files["carol"])
        say = ["--as", "dave", "--key", str(keys.files["dave"])]
        asked = chosen.only or sorted(WANTED)
        large = (
            office_with(folder, keys, VERIFY // part) if {"verify", "gate"} & set(asked) else None
        )
        if large and "verify" in asked:
            found["verify"] = ratio(
                lambda: changeflow(large, "ledger", "verify"), lambda: by_the_peers(large, key)
            )
        if large and "gate" in asked:
            few = office_with(folder, keys, FEW)
            changeflow(large, "gate", "approve", CHANGE)
            changeflow(few, "gate", "approve", CHANGE)
            found["gate"] = ratio(
                lambda: changeflow(large, "gate", "approve", CHANGE),
                lambda: changeflow(few, "gate", "approve", CHANGE),
            )
        if "append" in asked:
            huge, empty = office_with(folder, keys, APPEND // part), office_with(folder, keys, 0)
            changeflow(huge, "gate", "approve", CHANGE)
            found["append"] = ratio(
                lambda: changeflow(huge, "approve", CHANGE, *say),
                lambda: changeflow(empty, "approve", CHANGE, *say),
            )
            prove_appended(huge, APPEND // part)
            prove_appended(empty, 0)
    for name, (first, second, times) in found.items():
        print(
            f"{name}: {first:.2f} s to {second:.2f} s, {times:.2f} times (wanted: at most {WANTED[name]})"
        )
    print(
        f"processor time, the least of {ROUNDS}; the machine's load was {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
