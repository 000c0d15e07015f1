"""Tamper with a ledger as a case says, and with its honest twin: operations on files and commits, written with git fast-import."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from changeflow.ledger import envelope, statement
from changeflow.ledger.checkpoint import Checkpoint, Note, WitnessKey, origin_of
from changeflow.ledger.cosigning import cosigned, private_key, public_of
from changeflow.ledger.envelope import DsseEnvelope
from changeflow.model.canonical import canonical_json, digest_bytes
from changeflow.repo.signature_verifier import sign
from tests.repositories import BRANCH, NOON, Keys, Repo, approval

ID = "r-0123456789abcdef"
STEPS = 6
SEEN = int((NOON + timedelta(hours=2)).timestamp())
Change = tuple[str, str, bytes | None]
Said = dict[str, Any]


@dataclass
class Ledger:
    """The files of a ledger in their order, the commits that add them, and a checkpoint that a witness cosigned before."""

    keys: Keys
    signed: bool = True
    files: list[tuple[str, bytes]] = field(default_factory=list)
    note: bytes = b""
    # what each commit does: mode, path and content (None: removed); None: as the files say
    commits: list[list[Change]] | None = None
    merged: bool = False

    @classmethod
    def honest(cls, keys: Keys, *, signed: bool = True) -> Ledger:
        made = cls(keys, signed)
        for number in range(STEPS):
            made.append({"by": "carol" if number % 2 else "dave", "comment": f"number {number}", "later": number})
        made.note = made.cosigned()
        return made

    def cosigned(self, name: str = "audit", key: str = "erin", origin: str = "") -> bytes:
        """A checkpoint of the ledger as it is now."""
        root = hashlib.sha256(self.files[-1][1]).digest()
        checkpoint = Checkpoint(origin or origin_of(ID), len(self.files), root, "ab" * 20)
        private = private_key(self.keys.files[key].read_bytes())
        return Note(checkpoint, (cosigned(checkpoint, name, private, SEEN),)).data

    @property
    def key(self) -> str:
        """The verifier key of the witness."""
        private = private_key(self.keys.files["erin"].read_bytes())
        return WitnessKey("audit", public_of(private)).text

    def copy(self) -> Ledger:
        return replace(self, files=list(self.files))

    # -- what honest people do

    def append(self, how: Said) -> None:
        by = how.get("by", "carol")
        draft = approval(by, how.get("change", "db"), decision=how.get("decision", "approve"), comment=how.get("comment", ""), later=how.get("later", 10))
        previous = digest_bytes(self.files[-1][1]) if self.files else None
        payload = statement.encode(draft, len(self.files) + 1, previous, "changeflow 1", how.get("repository", ID))
        self.files.append((statement.file_name(draft.change, len(self.files) + 1, "approval"), self.wrap(payload, how.get("sign", by))))

    def wrap(self, payload: bytes, signer: str | list[str] | None) -> bytes:
        names = [] if signer is None or not self.signed else [signer] if isinstance(signer, str) else signer
        wrapped = DsseEnvelope(payload)
        made = tuple(sign(wrapped.signed_bytes, str(self.keys.files[name])) for name in names)
        return envelope.encode(DsseEnvelope(payload, made))

    # -- what others do

    def edit(self, how: Said) -> None:
        """Change what an entry says. `sign`: keep (the old signature), none, or who signs anew."""
        index = how["entry"] - 1
        path, data = self.files[index]
        plain = json.loads(data)
        said = json.loads(base64.b64decode(plain["payload"]))
        for route, value in how.get("set", {}).items():
            inside, name = _inside(said, route)
            inside[name] = value
        for route in how.get("drop", ()):
            inside, name = _inside(said, route)
            del inside[name]
        signer = how.get("sign", "keep")
        payload = canonical_json(said)
        if signer == "keep":
            plain["payload"] = base64.b64encode(payload).decode()
            self.files[index] = (path, canonical_json(plain) + b"\n")
        else:
            self.files[index] = (path, self.wrap(payload, None if signer == "none" else signer))
        if how.get("path"):
            self.files[index] = (how["path"], self.files[index][1])

    def wrapping(self, how: Said) -> None:
        """Change the envelope of an entry."""
        path, data = self.files[how["entry"] - 1]
        plain = json.loads(data)
        for route, value in how.get("set", {}).items():
            inside, name = _inside(plain, route)
            inside[name] = value
        if how.get("times"):
            plain["signatures"] *= how["times"]
        spelt = json.dumps(plain, indent=1).encode() if how.get("spelt") == "wide" else canonical_json(plain)
        self.files[how["entry"] - 1] = (path, spelt + b"\n")

    def signature_of(self, how: Said) -> None:
        """Take the signature of another entry, or change a byte of its own."""
        path, data = self.files[how["entry"] - 1]
        plain = json.loads(data)
        if "like" in how:
            plain["signatures"] = json.loads(self.files[how["like"] - 1][1])["signatures"]
        else:
            blob = bytearray(base64.b64decode(plain["signatures"][0]["sig"]))
            blob[how["byte"]] ^= 1
            plain["signatures"][0]["sig"] = base64.b64encode(blob).decode()
        self.files[how["entry"] - 1] = (path, canonical_json(plain) + b"\n")

    def bytes_of(self, how: Said) -> None:
        """Put other bytes in the place of some of a file."""
        path, data = self.files[how["entry"] - 1]
        if "keep" in how:
            data = data[: how["keep"]]
        self.files[how["entry"] - 1] = (path, how.get("before", "").encode() + data + how.get("after", "").encode())

    def spelling(self, how: Said) -> None:
        """Spell a statement otherwise, and sign that."""
        path, data = self.files[how["entry"] - 1]
        payload = base64.b64decode(json.loads(data)["payload"])
        for old, new in how["replace"]:
            assert old.encode() in payload, old
            payload = payload.replace(old.encode(), new.encode())
        self.files[how["entry"] - 1] = (path, self.wrap(payload, how.get("sign", "carol")))

    def relink(self, how: Said) -> None:
        """Let every entry from one on name its predecessor again, with its old signature: what somebody without keys can do."""
        for index in range(how["from"] - 1, len(self.files)):
            self.edit({"entry": index + 1, "set": {"predicate.ledger.previous": digest_bytes(self.files[index - 1][1])}})

    def renumber(self, how: Said) -> None:
        """As `relink`, with numbers and paths anew."""
        for index in range(how["from"] - 1, len(self.files)):
            path = self.files[index][0]
            self.edit({"entry": index + 1, "set": {"predicate.ledger.seq": index + 1, "predicate.ledger.previous": digest_bytes(self.files[index - 1][1]) if index else None}})
            self.files[index] = (f"{path[:-len('000000-approval.json')]}{index + 1:06d}-approval.json", self.files[index][1])

    def drop(self, how: Said) -> None:
        self.files = [one for number, one in enumerate(self.files, 1) if number not in how["entries"]]

    def swap(self, how: Said) -> None:
        one, two = how["entries"]
        self.files[one - 1], self.files[two - 1] = self.files[two - 1], self.files[one - 1]

    def rename(self, how: Said) -> None:
        self.files[how["entry"] - 1] = (how["path"], self.files[how["entry"] - 1][1])

    def replay(self, how: Said) -> None:
        """Add an entry a second time, under the next number."""
        path, data = self.files[how["entry"] - 1]
        self.files.append((f"{path[: path.index('/')]}/{len(self.files) + 1:06d}-approval.json", data))

    def add(self, how: Said) -> None:
        self.files.append((how["path"], how.get("text", "").encode()))

    def commit(self, how: Said) -> None:
        """Add a commit of another shape."""
        path, data = self.files[how.get("entry", 1) - 1]
        self.commits = self.plain_commits()
        match how["kind"]:
            case "edits":
                self.commits.append([("100644", path, data.replace(b"e", b"f", 1))])
            case "deletes":
                self.commits.append([("100644", path, None)])
            case "renames":
                self.commits.append([("100644", path, None), ("100644", how["path"], data)])
            case "nothing":
                self.commits.append([])
            case "executable" | "link":
                mode = "100755" if how["kind"] == "executable" else "120000"
                last = self.commits.pop()
                self.commits.append([(mode, last[0][1], last[0][2])])
            case "two":
                self.commits.append([*self.commits.pop(), *self.commits.pop()])
            case "there-and-back":
                self.commits += [[("100644", path, None)], [("100644", path, data)]]
            case "merge":
                self.merged = True

    def checkpoint(self, how: Said) -> None:
        """Change the note of the witness."""
        if "replace" in how:
            old, new = how["replace"]
            assert old.encode() in self.note
            self.note = self.note.replace(old.encode(), new.encode(), 1)
        else:
            self.note = self.cosigned(how.get("name", "audit"), how.get("key", "erin"), how.get("origin", ""))

    # -- on the branch

    def plain_commits(self) -> list[list[Change]]:
        return [[("100644", path, data)] for path, data in self.files]

    def write(self, repo: Repo) -> None:
        """Write the branch."""
        commits = self.plain_commits() if self.commits is None else self.commits
        stream, parent = [b"feature done\n"], ""
        for number, changes in enumerate(commits, 1):
            stream.append(b"commit refs/heads/%b\nmark :%d\ncommitter carol <carol@example.com> %d +0000\ndata 5\nentry\n" % (BRANCH.encode(), number, SEEN + number))
            if parent:
                stream.append(f"from {parent}\n".encode())
                if self.merged and number == len(commits):
                    stream.append(b"merge :1\n")
            for mode, path, data in changes:
                if data is None:
                    stream.append(f'D "{path}"\n'.encode())
                else:
                    stream.append(f'M {mode} inline "{path}"\ndata {len(data)}\n'.encode() + data + b"\n")
            parent = f":{number}"
        repo("fast-import", "--quiet", "--force", stdin=b"".join([*stream, b"done\n"]))


def _inside(said: Any, route: str) -> tuple[Any, Any]:
    *way, name = (int(part) if part.isdecimal() else part for part in route.split("."))
    for part in way:
        said = said[part]
    return said, name


def tampered(ledger: Ledger, steps: list[Said]) -> Ledger:
    """Do what the steps of a case say."""
    for step in steps:
        ((name, how),) = step.items()
        act: Callable[[Said], None] = getattr(ledger, name)
        act(how)
    return ledger
