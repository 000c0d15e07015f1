"""Writes the ledgers of an older version of the program, which the program of today must understand.

    git worktree add --detach /tmp/before COMMIT
    python tests/ledger/old/make.py /tmp/before

plays two stories with the program of that folder, and leaves in this one

- `local.bundle`: the webshop on plain git, with signed entries of standard, normal, emergency, rejected and withdrawn changes;
- `github.bundle`: a repository on GitHub (the tests' double of that version), with merged pull requests that the bot recorded;
- `expected.json`: what that version's `ledger verify` and `ledger replay` say about them, and which commit it was.

Keys come from fixed words, and only their public halves are in the bundles. The second story needs GitHub's descriptions
(CHANGEFLOW_SHARED_DATA). Nothing of the older version is imported here but by the child that plays it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
LEDGER = "changeflow/ledger"
SIGNERS = ("bob", "carol", "dave", "erin")

RESTART = "CHG-20261117-restart-recommendation"
PATCH = "CHG-20261119-shipping-2-3-2"
SHIPPING = "CHG-20261120-shipping-2-4"
REFUSED = "CHG-20261120-shipping-3-0"
TAKEN_BACK = "CHG-20261120-shipping-4-0"
CURRENCY = "CHG-20261127-currency-rates"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path, help="a checkout of the older version")
    parser.add_argument("--commit", help="its commit, where the folder is no git checkout")
    parser.add_argument("--play-on-github", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.play_on_github:
        on_github(options.play_on_github)
        return
    program = options.program.resolve()
    commit = options.commit or git(program, "rev-parse", "HEAD")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        shop = Shop(program, folder / "local")
        shop.play()
        played = [sys.executable, str(Path(__file__).resolve()), str(program), "--play-on-github", str(folder)]
        subprocess.run(played, cwd=program, env=environment(program, program / "tests"), check=True)
        expected: dict[str, Any] = {"program": commit}
        for story, repository in (("local", shop.root), ("github", folder / "world" / "github.git")):
            bundle = HERE / f"{story}.bundle"
            bundle.unlink(missing_ok=True)
            git(repository, "bundle", "create", "--quiet", str(bundle), "HEAD", "refs/heads/main", f"refs/heads/{LEDGER}")
            expected[story] = answers(program, bundle, folder / f"{story}.git")
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


def environment(*path: Path, **more: str) -> dict[str, str]:
    """No settings of this user, and the older program before the installed one."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("GIT_", "SSH_", "PYTHON"))}
    kept = {name: text for name, text in kept.items() if not name.startswith("CHANGEFLOW_") or name.endswith("_DATA")}
    isolated = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": os.pathsep.join(map(str, path))}
    return kept | isolated | more


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Alice Adeyemi", "-c", "user.email=alice@webshop.example"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=True).stdout.strip()


# -- what the older version says ---------------------------------------------------------------------------------------------


def answers(program: Path, bundle: Path, clone: Path) -> dict[str, Any]:
    git(bundle.parent, "clone", "--quiet", "--bare", str(bundle), str(clone))
    verified, replayed = (asked(program, clone, verb) for verb in ("verify", "replay"))
    return {"verify": verified, "replay": replayed}


def asked(program: Path, clone: Path, verb: str) -> dict[str, Any]:
    command = [sys.executable, "-X", "utf8", "-m", "changeflow", "--repo", str(clone), "ledger", verb, "--format", "json"]
    done = subprocess.run(command, cwd=clone, env=environment(program), capture_output=True, encoding="utf-8", check=False)
    if not done.stdout:
        raise SystemExit(f"ledger {verb} of {clone.name} says nothing: {done.stderr}")
    return told(done.returncode, json.loads(done.stdout))


def told(code: int, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an answer about a ledger that is compared: what it says of each entry, problem and decision."""
    names = {
        "entries": ("seq", "kind", "change", "at", "simulated", "by", "signed_by"),
        "problems": ("rule", "seq"),
        "replayed": ("seq", "change", "gate", "open", "outcome", "reason"),
    }
    found: dict[str, Any] = {"code": code, "ok": answer["ok"]}
    for part, kept in names.items():
        found[part] = [" ".join(f"{name}={one.get(name)}" for name in kept) for one in answer.get(part) or []]
    return found


# -- the webshop on plain git --------------------------------------------------------------------------------------------------


class Shop:
    """The example of the older version with fixed keys, and its commands at a clock that is told."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.root, self.keys, self.now = program, folder / "webshop", folder / "keys", ""
        self.keys.mkdir(parents=True)
        self.example = program / "examples" / "webshop"
        for part in ("cmdb", "policies", "scripts"):
            shutil.copytree(self.example / part, self.root / part)
        config = (self.example / "changeflow.yaml").read_text(encoding="utf-8")
        self.write("changeflow.yaml", config + "  allow_simulated_clock: true\n")
        roster = (self.root / "policies/roster.yaml").read_text(encoding="utf-8")
        for person in SIGNERS:
            roster = re.sub(rf"(\[{person}@webshop\.example\], keys: )\[[^]]*\]", rf"\g<1>[{self.key(person)}]", roster)
        self.write("policies/roster.yaml", roster)
        git(self.root, "init", "--quiet", "--initial-branch=main")
        settings = {"user.name": "Alice Adeyemi", "user.email": "alice@webshop.example", "gpg.format": "ssh"}
        for name, value in {**settings, "user.signingkey": str(self.keys / "bob")}.items():
            git(self.root, "config", name, value)
        self.commit("The webshop's change repository")

    def key(self, person: str) -> str:
        """Make somebody's key; the public half."""
        private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"an old ledger, {person}".encode()).digest())
        public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() + f" {person}"
        file = self.keys / person
        file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
        file.chmod(0o600)
        file.with_suffix(".pub").write_text(public + "\n", encoding="ascii")
        return public

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self, message: str) -> None:
        git(self.root, "add", "--all", "--", ".", ":!.state")
        git(self.root, "commit", "--quiet", f"--message={message}")

    def run(self, *words: str, code: int = 0, key: str = "") -> None:
        """Run a command of the older version, which must end with `code`."""
        clock = {"CHANGEFLOW_NOW": self.now} | ({"CHANGEFLOW_KEY": str(self.keys / key)} if key else {})
        command = [sys.executable, "-X", "utf8", "-m", "changeflow", "--repo", str(self.root), *words]
        surroundings = environment(self.program, **clock)
        done = subprocess.run(command, cwd=self.root, env=surroundings, capture_output=True, encoding="utf-8", check=False)
        if done.returncode != code:
            raise SystemExit(f"{self.now} changeflow {' '.join(words)}: {done.returncode}, not {code}\n{done.stdout}{done.stderr}")

    def request(self, change: str, text: str) -> None:
        self.write(f"changes/{change}/rfc.yaml", text)
        self.commit(f"Request {change}")

    def shipping(self, change: str, version: str, day: str) -> None:
        """Another request like the example's for shipping 2.4.0."""
        text = (self.example / f"changes/{SHIPPING}/rfc.yaml").read_text(encoding="utf-8")
        text = text.replace(SHIPPING, change).replace("2.4.0", version).replace("2026-11-25T", f"{day}T")
        self.request(change, text)

    def gate(self, gate: str, change: str, code: int = 0) -> None:
        self.run("gate", gate, change, "--record", code=code)

    def say(self, verb: str, change: str, person: str, *more: str) -> None:
        self.run(verb, change, "--as", person, "--key", str(self.keys / person), *more)

    def review(self, change: str, reviewer: str, day: str, **answers: Any) -> None:
        """Start a review, answer its questions, put it on record."""
        self.run("review", change)
        path = f"changes/{change}/review.yaml"
        yaml = YAML()
        document = yaml.load((self.root / path).read_text(encoding="utf-8"))
        usual = {
            "objectives_met": "See the outcome", "effects_observed": "No customer noticed", "deviations": "none",
            "incidents": [], "lessons": "Look at the logs of the last hour first",
        }  # fmt: skip
        document["spec"] |= usual | {"reviewer": reviewer, "reviewed": day} | answers
        with (self.root / path).open("w", encoding="utf-8") as file:
            yaml.dump(document, file)
        self.run("review", change, "--as", reviewer, key=reviewer)
        self.commit(f"Review of {change}")
        self.gate("close", change)

    def play(self) -> None:
        self.standard()
        self.approved_by_two()
        self.refused_and_taken_back()
        self.rolled_back()
        self.emergency()

    def standard(self) -> None:
        self.now = "2026-11-17T14:00:00Z"
        model = ["--model", "service-restart", "--ci", "recommendation", "--implementer", "bob"]
        self.run("new", "restart-recommendation", *model, "--start", "2026-11-17T21:00:00Z")
        self.commit("Restart the recommendations")
        self.gate("submit", RESTART)
        self.gate("approve", RESTART)
        self.write(".state/recommendation", "1.8.2\n")
        self.now = "2026-11-17T21:05:00Z"
        self.run("release", "run", RESTART, "--as", "bob")
        self.now = "2026-11-18T08:30:00Z"
        self.review(RESTART, "carol", "2026-11-18", outcome="successful")

    def approved_by_two(self) -> None:
        self.now = "2026-11-19T09:00:00Z"
        self.write(".state/shipping", "2.3.1\n")
        self.shipping(PATCH, "2.3.2", "2026-11-23")
        self.gate("submit", PATCH)
        self.gate("approve", PATCH, code=1)
        self.say("approve", PATCH, "carol")
        self.gate("approve", PATCH, code=1)
        self.say("approve", PATCH, "dave", "-m", "Seen in rehearsal, 排練")
        self.gate("approve", PATCH)
        self.gate("deploy", PATCH, code=1)  # its window has not begun
        self.now = "2026-11-23T21:02:00Z"
        self.run("release", "run", PATCH, "--as", "bob")
        self.now = "2026-11-24T08:00:00Z"
        self.gate("close", PATCH, code=1)  # nobody has reviewed it
        self.review(PATCH, "erin", "2026-11-24", outcome="successful")

    def refused_and_taken_back(self) -> None:
        self.now = "2026-11-24T09:00:00Z"
        self.shipping(REFUSED, "3.0.0", "2026-11-29")
        self.say("approve", REFUSED, "carol")
        self.say("reject", REFUSED, "dave", "-m", "Not before the sale")
        self.gate("approve", REFUSED, code=1)
        self.shipping(TAKEN_BACK, "4.0.0", "2026-11-30")
        self.say("approve", TAKEN_BACK, "carol")
        self.say("approve", TAKEN_BACK, "erin")
        self.gate("approve", TAKEN_BACK)
        self.say("withdraw", TAKEN_BACK, "carol", "-m", "News from the carrier")
        self.gate("approve", TAKEN_BACK, code=1)

    def rolled_back(self) -> None:
        self.now = "2026-11-24T10:00:00Z"
        self.shipping(SHIPPING, "2.4.0", "2026-11-25")
        self.say("approve", SHIPPING, "carol")
        self.say("approve", SHIPPING, "dave")
        self.gate("approve", SHIPPING)
        self.now = "2026-11-25T21:02:00Z"
        self.run("release", "run", SHIPPING, "--as", "bob", code=1)  # its verification fails
        self.now = "2026-11-26T09:00:00Z"
        follow_up = {"action": "Test shipping with addresses of every zone", "owner": "alice", "due": "2026-12-04"}
        self.review(SHIPPING, "carol", "2026-11-26", outcome="rolled-back", follow_ups=[follow_up])

    def emergency(self) -> None:
        self.now = "2026-11-27T04:20:00Z"
        self.write(".state/currency", "rates-2026-11-27-broken\n")
        self.request(CURRENCY, (self.example / f"changes/{CURRENCY}/rfc.yaml").read_text(encoding="utf-8"))
        self.gate("approve", CURRENCY, code=1)
        self.say("approve", CURRENCY, "carol")
        self.gate("approve", CURRENCY)
        self.now = "2026-11-27T04:31:00Z"
        self.run("release", "run", CURRENCY, "--as", "bob")
        self.now = "2026-11-27T10:00:00Z"
        self.gate("close", CURRENCY, code=1)
        self.say("approve", CURRENCY, "dave")  # in retrospect
        self.review(CURRENCY, "dave", "2026-11-27", outcome="successful-with-issues", incidents=["INC-2204"])


# -- on GitHub ---------------------------------------------------------------------------------------------------------------


def on_github(folder: Path) -> None:
    """Pull requests that land in every way, and commits that no pull request brought; runs in the older version's tests."""
    from attacks.stage import set_stage, template
    from bot.runner import Job, event
    from github.double import start

    shared = Path(os.environ["CHANGEFLOW_SHARED_DATA"])
    for name in ("template", "world"):
        (folder / name).mkdir()
    stage = set_stage(folder / "world", template(folder / "template"))
    second = "changes/CHG-20261125-second/rfc.yaml"
    window = {"start": "2026-11-26T20:00:00+00:00", "end": "2026-11-26T21:00:00+00:00"}
    request = {second: {"request": {"metadata.id": "CHG-20261125-second", "spec.window": window}}}
    landings: list[list[dict[str, Any]]] = [
        [{"open": {}}, {"review": {"by": "carol"}}, {"merge": {"how": "squash"}}],
        [{"open": {"branch": "second", "files": request}}, {"review": {"by": "dave"}}, {"merge": {"how": "merge"}}],
        [{"main": {"by": "dave", "files": {"docs/index.md": "News\n"}}}],
        [{"main": {"by": "mallory", "files": {"app/settings.ini": "version = 7\n"}}}],
    ]
    with start.double_of(stage.world, start.descriptions(shared)) as double:
        job = Job(stage.world, double, folder / "world")
        for steps in landings:
            before = stage.world.tip("main")
            stage.play(steps)
            job.refresh()
            payload = event(shared, "push", stage.world, ref="refs/heads/main", before=before, after=stage.world.tip("main"))
            done = job.run("push", payload)
            if done.code:
                raise SystemExit(done.log)


if __name__ == "__main__":
    main()
