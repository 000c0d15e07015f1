"""Real git repositories, real SSH keys and ledger drafts for tests."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from changeflow.ledger.envelope import Signature
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.ledger.statement import Draft
from changeflow.model.evidence import ApprovalBody, Body, ReleaseBody
from changeflow.model.people import Person
from changeflow.model.subjects import Subject
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch, Signer
from changeflow.repo.signature_verifier import sign

BRANCH = "changeflow/ledger"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CONTENT = "sha256:" + "ab" * 32


# git without its upkeep, for which every commit would start another process.
GIT = ("git", "-c", "gc.auto=0", "-c", "maintenance.auto=false")


def speaking(arguments: Sequence[str]) -> dict[str, str]:
    """The environment in which a command comes from whom `--as` names: by a commit, where they have no key."""
    named = dict(itertools.pairwise(arguments)).get("--as")
    return {"GIT_COMMITTER_NAME": named, "GIT_COMMITTER_EMAIL": f"{named}@example.com"} if named else {}


def head_of(root: Path) -> str:
    """Return the commit of HEAD: git is asked only where it does not stand in two files of this folder, as it does after a commit."""
    try:
        told = (root / ".git" / "HEAD").read_text(encoding="ascii").strip()
        ref = told.removeprefix("ref: ")
        return told if ref == told else (root / ".git" / ref).read_text(encoding="ascii").strip()
    except OSError:
        return subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True).stdout.strip()


class Repo:
    """A git repository in a folder, driven by git itself."""

    def __init__(self, path: Path, *init: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self("init", "-q", "-b", "main", *init)

    def __call__(self, *arguments: str, stdin: bytes = b"") -> str:
        done = subprocess.run([*GIT, *arguments], cwd=self.path, input=stdin, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def write(self, path: str, text: str = "text\n") -> Path:
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def commit(self, message: str = "work", *, author: str = "Alice <alice@example.com>", committer: str | None = None) -> str:
        """Commit everything as somebody; the new commit."""
        name, _, address = (committer or author).rstrip(">").partition(" <")
        self("add", "-A")
        self("-c", f"user.name={name}", "-c", f"user.email={address}", "commit", "-q", "--allow-empty", "-m", message, "--author", author)
        return head_of(self.path)

    @property
    def git(self) -> Git:
        return Git(self.path)


@dataclass(frozen=True)
class Keys:
    """A private key file for every name, and the ring the roster would make of them."""

    files: dict[str, Path]

    def line(self, name: str) -> str:
        return self.files[name].with_suffix(".pub").read_text(encoding="ascii").strip()

    def ring(self, *names: str) -> KeyRing:
        return key_ring({name: Person(keys=(self.line(name),)) for name in names})

    def certificate(self, name: str) -> Path:
        """A certificate for somebody's key, signed by that key itself. Signatures with it are left to ssh-keygen."""
        file = self.files[name]
        subprocess.run(["ssh-keygen", "-q", "-s", str(file), "-I", name, "-n", name, str(file.with_suffix(".pub"))], check=True)
        return file.with_name(f"{name}-cert.pub")

    def signer(self, name: str, file: Path | None = None) -> Signer:
        def signs(payload: bytes) -> Signature:
            return sign(payload, str(file or self.files[name]))

        return signs


def make_keys(folder: Path, names: Sequence[str]) -> Keys:
    files = {}
    for name in names:
        files[name] = folder / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(files[name])], check=True)
    return Keys(files)


def change_id(name: str = "db") -> str:
    return f"CHG-20261121-{name}"


def approval(by: str = "carol", change: str = "db", *, decision: str = "approve", comment: str = "", later: int = 0) -> Draft:
    """An opinion, `later` minutes after noon."""
    body = ApprovalBody(decision=decision, by=by, role="cab", digest=CONTENT, comment=comment)  # type: ignore[arg-type]
    return draft(body, change, later=later)


def release(event: str = "started", change: str = "db", *, later: int = 0, **facts: object) -> Draft:
    body = ReleaseBody(event=event, run="run-1", digest=CONTENT, **facts)  # type: ignore[arg-type]
    return draft(body, change, later=later)


def draft(body: Body, change: str = "db", *, later: int = 0, real: datetime | None = None) -> Draft:
    at = NOON + timedelta(minutes=later)
    subject = (Subject(name=f"changes/{change_id(change)}/rfc.yaml", sha256="cd" * 32, commit="ef" * 20),)
    return Draft(change=change_id(change), body=body, at=at, recorded_at=real or at, subject=subject)


def ledger(repo: Repo, **options: object) -> LedgerBranch:
    return LedgerBranch(repo.git, BRANCH, **options)  # type: ignore[arg-type]


def filled(repo: Repo, count: int, **options: object) -> LedgerBranch:
    """A ledger with approvals on three changes."""
    branch = ledger(repo, **options)
    for number in range(count):
        branch.append_deciding(lambda _, number=number: approval(change=f"c{number % 3}", comment=f"number {number}", later=number))  # type: ignore[misc]
    return branch


def rules(problems: Sequence[object]) -> set[str]:
    return {problem.rule for problem in problems}  # type: ignore[attr-defined]
