"""Counts what two people type at 4 a.m., from the call to a change that is implemented.

The night is played for real: two keys, two clones, a remote that both push to, and a repository that
requires signatures. Every command that one of them types is counted, git's among them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

# at most so many, by two people
MOST = 6
RELEASED = "website-2-0"


@dataclass(frozen=True)
class Typed:
    """A command that a person typed, and what came of it."""

    person: str
    words: tuple[str, ...]
    code: int
    out: str
    err: str


@dataclass
class Night:
    """Two people with a key each, and a clone each of one repository.

    `typed` has the commands of the night; what was before is not counted.
    """

    folder: Path
    typed: list[Typed] = field(default_factory=list)

    def clone(self, person: str) -> Path:
        """Return the clone of a person."""
        return self.folder / person / "shop"

    def key(self, person: str) -> Path:
        """Return the private key of a person."""
        return self.folder / person / ".ssh" / "id_ed25519"

    def environment(self, person: str) -> dict[str, str]:
        """Return the environment of a person: a home of their own, and no settings of others."""
        known = ("GIT_", "CHANGEFLOW_", "SSH_")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(known)}
        return kept | {
            "HOME": str(self.folder / person),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def run(self, person: str, words: Sequence[str], where: Path | None = None) -> Typed:
        """Run a command that is not counted."""
        done = self.start(words, where or self.clone(person), self.environment(person))
        out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        return Typed(person, tuple(words), done.returncode, out, err)

    def start(
        self, words: Sequence[str], where: Path, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        """Start a program, or the command line, and wait for its end."""
        command = [sys.executable, "-m", *words] if words[0] == "changeflow" else words
        return subprocess.run(
            command,
            cwd=where,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def do(self, person: str, *words: str, where: Path | None = None) -> str:
        """Run a command that is not counted and must succeed."""
        done = self.run(person, words, where)
        if done.code:
            raise SystemExit(f"{' '.join(words)} ended with {done.code}:\n{done.out}{done.err}")
        return done.out

    def types(self, person: str, *words: str) -> Typed:
        """Run a command of the night."""
        done = self.run(person, words)
        self.typed.append(done)
        return done

    @property
    def people(self) -> set[str]:
        """Return who typed anything."""
        return {one.person for one in self.typed}


def begin(night: Night) -> None:
    """Make the repository, with a change of the website that was released an hour ago."""
    folder = night.folder
    for person in ("alice", "carol"):
        night.key(person).parent.mkdir(parents=True)
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person]
        subprocess.run([*make, "-f", str(night.key(person))], check=True)
        home = folder / person
        for name, value in (
            ("user.name", person.capitalize()),
            ("user.email", f"{person}@shop.example"),
            ("gpg.format", "ssh"),
            ("user.signingkey", str(night.key(person))),
            ("init.defaultBranch", "main"),
        ):
            night.do(person, "git", "config", "--global", name, value, where=home)
    public = {person: f"{night.key(person)}.pub" for person in ("alice", "carol")}
    night.do(
        "alice", "changeflow", "init", "shop", "--key", public["alice"],
        "--member", f"carol={public['carol']}", where=folder / "alice",
    )  # fmt: skip
    _share(night)
    _release_the_change_before(night)


def _share(night: Night) -> None:
    """Require signatures, and give both a clone whose ledger is pushed."""
    shop, origin = night.clone("alice"), night.folder / "origin.git"
    path = shop / "changeflow.yaml"
    config = yaml.safe_load(path.read_text("utf-8"))
    config["spec"] |= {"require_signatures": True}
    config["spec"]["ledger"]["remote"] = "origin"
    path.write_text(yaml.safe_dump(config), "utf-8")
    night.do("alice", "git", "init", "-q", "--bare", str(origin))
    night.do("alice", "git", "remote", "add", "origin", str(origin))
    night.do("alice", "git", "commit", "-q", "-am", "Share the ledger")
    night.do("alice", "git", "push", "-q", "-u", "origin", "main")
    night.do("carol", "git", "clone", "-q", str(origin), "shop", where=night.folder / "carol")


def _release_the_change_before(night: Night) -> None:
    request = _change_of_the_website()
    change = request["metadata"]["id"]
    path = night.clone("alice") / "changes" / change / "rfc.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(request), "utf-8")
    night.do("alice", "git", "add", "changes")
    night.do("alice", "git", "commit", "-q", "-m", f"Request {change}")
    night.do("alice", "git", "push", "-q", "origin", "main")
    night.do("carol", "git", "pull", "-q")
    night.do("carol", "changeflow", "approve", change, "--as", "carol")
    night.do("alice", "changeflow", "release", "run", change, "--as", "alice")


def _change_of_the_website() -> dict[str, dict[str, object]]:
    now = datetime.now(UTC).replace(microsecond=0)
    opens, closes = now - timedelta(hours=1), now + timedelta(hours=2)
    return {
        "apiVersion": "changeflow/v1",  # type: ignore[dict-item]
        "kind": "ChangeRequest",  # type: ignore[dict-item]
        "metadata": {
            "id": f"CHG-{now:%Y%m%d}-{RELEASED}",
            "title": "Website 2.0",
            "requester": "alice",
        },
        "spec": {
            "type": "normal",
            "reason": "The new baskets",
            "implementer": "alice",
            "items": [{"ci": "website", "action": "modify", "outage": "PT1M"}],
            "assessment": {"complexity": "low", "experience": "routine", "tested": "partly"},
            "implementation": {"steps": [_step("Put 2.0 live", "2.0")]},
            "rollback": {
                "trigger": "Baskets are wrong",
                "limit": "PT10M",
                "steps": [_step("Put 1.9 back", "1.9")],
            },
            "window": {"start": opens.isoformat(), "end": closes.isoformat()},
        },
    }


def _step(name: str, version: str) -> dict[str, object]:
    return {
        "name": name,
        "run": ["./scripts/set-version", "website", version],
        "verify": ["./scripts/has-version", "website", version],
    }


def play(night: Night) -> str:
    """Play the night: the phone rings, and the website goes back to the version before.

    Returns:
        the id of the emergency.
    """
    before = next(path.name for path in (night.clone("alice") / "changes").iterdir())
    made = night.types(
        "alice", "changeflow", "emergency", "stop-the-leak", "--incident", "INC-4711",
        "--because", "The website shows people the baskets of others", "--revert", before, "--commit",
    )  # fmt: skip
    change = made.out.split("/")[1] if made.out else ""
    night.types("alice", "git", "push", "-q", "origin", "main")
    night.types("carol", "git", "pull", "-q")
    night.types("carol", "changeflow", "approve", change, "--as", "carol")
    night.types("alice", "changeflow", "release", "run", change, "--as", "alice")
    return change


def main() -> None:
    """Print the figures, and fail when it takes more commands than promised."""
    with tempfile.TemporaryDirectory() as folder:
        night = Night(Path(folder))
        begin(night)
        began = time.perf_counter()
        change = play(night)
        seconds = time.perf_counter() - began
        last = night.typed[-1]
    if last.code or f"{change}: implemented" not in last.out:
        raise SystemExit(f"the night went wrong:\n{last.out}{last.err}")
    print(
        f"emergency: {len(night.typed)} commands by {len(night.people)} people from the call to "
        f"implemented (at most {MOST}); they waited {seconds:.1f} s for them"
    )
    if len(night.typed) > MOST:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
