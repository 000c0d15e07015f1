"""A second verifier of the ledger, written from docs/reference/evidence-format.md alone: standard library, git and ssh-keygen.

    python second_verifier.py REPOSITORY ALLOWED_SIGNERS [--branch B] [--repository ID] [--checkpoint FILE]...

It imports nothing of changeflow. It prints a line for each rule that is broken, with the path, and exits 1 if there is any.
"""

# ruff: noqa: C901, PLR0912, T201, TRY301 - it reads as its page does, from above to below, and prints
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

PATH = re.compile(r"(CHG-[0-9]{8}-[a-z0-9][a-z0-9-]{0,46}|_)/([0-9]{6,9})-(approval|assessment|baseline|decision|evidence|release|review)\.json")
TYPE = "application/vnd.in-toto+json"
SKEW = timedelta(minutes=5)


class Bad(Exception):
    """A file that is no entry; the text is the rule."""


def git(repo, *words):
    return subprocess.run(["git", "-C", repo, *words], capture_output=True, check=True).stdout


def canonical(value):
    def normal(one):
        if isinstance(one, str):
            return unicodedata.normalize("NFC", one)
        if isinstance(one, dict):
            return {normal(key): normal(item) for key, item in one.items()}
        return [normal(item) for item in one] if isinstance(one, list) else one

    return json.dumps(normal(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parse(data):
    def unique(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a key twice")
        return dict(pairs)

    def no_float(text):
        raise ValueError(text)

    try:
        value = json.loads(data.decode(), object_pairs_hook=unique, parse_float=no_float, parse_constant=no_float)
        if canonical(value) != data:
            raise ValueError("not canonical")
    except (ValueError, RecursionError) as error:
        raise Bad("ledger-unreadable") from error
    return value


def files_of(repo, tip, found):
    """Files in the order of the commits that added them, as they are at the tip."""
    order, parent = [], None
    for line in git(repo, "rev-list", "--topo-order", "--reverse", "--parents", tip).decode().splitlines():
        commit, *parents = line.split()
        if parents != ([parent] if parent else []):
            found.add(("ledger-commit", ""))
        base = ["--root", commit] if not parents else [parents[0], commit]
        raw = git(repo, "diff-tree", "-r", "-z", "--no-renames", "--no-commit-id", *base).decode("utf-8", "surrogateescape").split("\0")[:-1]
        changes = list(zip(raw[::2], raw[1::2], strict=True))
        if len(changes) != 1:
            found.add(("ledger-commit", ""))
        for facts, path in changes:
            _, mode, _, _, status = facts.split()
            if status != "A" or mode != "100644":
                found.add(("ledger-commit", path))
            if path not in order:
                order.append(path)
        parent = commit
    blobs = {}
    for line in git(repo, "ls-tree", "-r", "-z", tip).decode("utf-8", "surrogateescape").split("\0")[:-1]:
        facts, path = line.split("\t", 1)
        blobs[path] = facts.split()
    return [(path, git(repo, "cat-file", "blob", blobs[path][2]) if blobs[path][1] == "blob" else b"") for path in order if path in blobs]


def open_entry(path, data):
    """Return envelope, payload, statement and kind."""
    named = PATH.fullmatch(path)
    if named is None:
        raise Bad("ledger-extra-file")
    if not data.endswith(b"\n"):
        raise Bad("ledger-unreadable")
    wrapped = parse(data[:-1])
    try:
        if set(wrapped) != {"payload", "payloadType", "signatures"} or wrapped["payloadType"] != TYPE or len(wrapped["signatures"]) > 8:
            raise Bad("ledger-unreadable")
        payload = base64.b64decode(wrapped["payload"], validate=True)
        said = parse(payload)
        if said["_type"] != "https://in-toto.io/Statement/v1":
            raise Bad("ledger-unreadable")
        kind = re.fullmatch(r"https://changeflow\.dev/([a-z-]+)/v1", said["predicateType"])
        if kind is None or kind[1] not in ("approval", "assessment", "baseline", "decision", "evidence", "release", "review"):
            raise Bad("ledger-version")
        place = said["predicate"]["ledger"]
        times = [datetime.fromisoformat(place[name]) for name in ("at", "recorded_at")]
        if set(said) != {"_type", "subject", "predicateType", "predicate"} or not said["subject"]:
            raise Bad("ledger-unreadable")
        if place["simulated"] is not True and times[0] != times[1]:
            raise Bad("ledger-unreadable")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Bad("ledger-unreadable") from error
    return wrapped, payload, said, kind[1], times[0]


def blob_string(data):
    size = int.from_bytes(data[:4], "big")
    return data[4 : 4 + size]


def signer(payload, one, allowed, folder):
    """Return the person whose key made a signature."""
    sig = base64.b64decode(one["sig"], validate=True)
    if sig[:6] != b"SSHSIG" or one["keyid"] != "SHA256:" + base64.b64encode(hashlib.sha256(blob_string(sig[10:])).digest()).decode().rstrip("="):
        raise Bad("ledger-signature")
    text = base64.b64encode(sig).decode()
    lines = [text[start : start + 70] for start in range(0, len(text), 70)]
    (folder / "sig").write_text("\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]))
    files = ["-s", str(folder / "sig"), "-f", str(allowed)]
    who = subprocess.run(["ssh-keygen", "-Y", "find-principals", *files], capture_output=True, text=True, check=False)
    if who.returncode:
        raise Bad("ledger-unknown-key")
    person = who.stdout.split()[0]
    pae = b"DSSEv1 %d %b %d %b" % (len(TYPE), TYPE.encode(), len(payload), payload)
    good = subprocess.run(["ssh-keygen", "-Y", "verify", *files, "-I", person, "-n", "changeflow"], input=pae, capture_output=True, check=False)
    if good.returncode:
        raise Bad("ledger-signature")
    return person


def checkpoint(path, digests, origin, found):
    """Compare a cosigned checkpoint with the entries by their numbers."""
    text = Path(path).read_bytes()
    note = re.fullmatch(r"(.+)\n([0-9]+)\n([A-Za-z0-9+/]{43}=)\ncommit [0-9a-f]+\n\n((?:\u2014 [^ +\n]+ [A-Za-z0-9+/=]+\n)+)", text.decode("utf-8", "replace"))
    if note is None or note[1] != origin or any(len(base64.b64decode(line.split()[2])) != 76 for line in note[4].splitlines()):
        found.add(("ledger-witness", path))
    elif int(note[2]) not in digests:
        found.add(("ledger-truncated", path))
    elif base64.b64decode(note[3]) != digests[int(note[2])]:
        found.add(("ledger-rewritten", path))


def verify(repo, allowed, branch="changeflow/ledger", repository=None, checkpoints=(), require=False):
    """Return the broken rules as (rule, path)."""
    found, digests, payloads, latest = set(), {}, {}, {}
    number, previous, named = 1, None, False
    with tempfile.TemporaryDirectory() as folder:
        for path, data in files_of(repo, f"refs/heads/{branch}", found):
            expected, before = number, previous
            number, previous = number + 1, "sha256:" + hashlib.sha256(data).hexdigest()
            try:
                wrapped, payload, said, kind, at = open_entry(path, data)
            except Bad as bad:
                found.add((str(bad), path))
                continue
            place = said["predicate"]["ledger"]
            digests[place["seq"]] = hashlib.sha256(data).digest()
            if path != f"{place['change']}/{place['seq']:06d}-{kind}.json":
                found.add(("ledger-misplaced", path))
            if place["seq"] != expected:
                found.add(("ledger-sequence", path))
                number = max(expected, place["seq"]) + 1
            if place["previous"] != before:
                found.add(("ledger-predecessor", path))
            if payloads.setdefault(payload, path) != path:
                found.add(("ledger-replayed", path))
            if place.get("repository") != repository and (named or place.get("repository") is not None or repository is None):
                found.add(("ledger-repository", path))
            named = named or place.get("repository") is not None
            clock = place["simulated"]
            if clock in latest and latest[clock] - at > SKEW:
                found.add(("ledger-time", path))
            latest[clock] = max(at, latest.get(clock, at))
            people = set()
            if len({one["keyid"] for one in wrapped["signatures"]}) < len(wrapped["signatures"]):
                found.add(("ledger-signature", path))
            for one in wrapped["signatures"]:
                try:
                    people.add(signer(payload, one, allowed, Path(folder)))
                except Bad as bad:
                    found.add((str(bad), path))
            if kind == "approval" and people - {said["predicate"]["by"]}:
                found.add(("ledger-forged", path))
            if require and not wrapped["signatures"]:
                found.add(("ledger-unsigned", path))
        origin = "changeflow.dev/ledger" + (f"/{repository}" if repository else "")
        for one in checkpoints:
            checkpoint(one, digests, origin, found)
    return found


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("repo")
    words.add_argument("allowed")
    words.add_argument("--branch", default="changeflow/ledger")
    words.add_argument("--repository")
    words.add_argument("--checkpoint", action="append", default=[])
    words.add_argument("--require-signatures", action="store_true")
    given = words.parse_args()
    broken = verify(given.repo, given.allowed, given.branch, given.repository, given.checkpoint, given.require_signatures)
    for rule, path in sorted(broken):
        print(rule, path)
    sys.exit(1 if broken else 0)
