"""A change repository that lived for a while: its requests, opinions, decisions and releases are on record.

Main is written by one `git fast-import`. What the ledger holds is decided and appended by the program itself, in one process.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from changeflow.gate.decision import decide
from changeflow.gate.gates import GATES
from changeflow.gate_cases.gather import CASES, gather
from changeflow.ledger import envelope, statement
from changeflow.ledger.envelope import DsseEnvelope
from changeflow.ledger.statement import Draft
from changeflow.model.canonical import digest_bytes
from changeflow.model.evidence import ApprovalBody, Body, ReleaseBody
from changeflow.model.policy import Gate
from changeflow.reading.repository_store import Store
from changeflow.reading.view import View
from changeflow.repo.git import Git
from changeflow.usecases.gate.assess import assessment_on_record
from changeflow.usecases.gate.decide import on_record
from tests.repositories import GIT

LEDGER: Final = "refs/heads/changeflow/ledger"
START: Final = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
PEOPLE: Final = ("alice", "bob", "carol", "dave", "erin", "frank")
ROLES: Final = {"cab": ["carol", "dave", "erin"], "ecab": ["carol"], "security": ["frank"], "ops": ["bob"]}
KINDS: Final = {"database": "tier1", "service": "tier2", "cache": "tier3", "queue": "tier4"}
ITEMS: Final = {f"{kind}-{number}": (kind, tier) for kind, tier in KINDS.items() for number in range(4)}
# what was asked of everybody from the beginning
POLICIES: Final[dict[str, list[dict[str, Any]]]] = {
    "submit": [{"id": "reason-given", "assert": 'change.reason != ""', "message": "It says why"}],
    "approve": [
        {"id": "cab-agrees", "when": 'change.type == "normal"', "require": [{"role": "cab"}], "message": "One member of the CAB"},
        {"id": "modelled", "when": 'change.type == "standard"', "assert": 'change.class == "standard"', "message": "A model covers it"},
        {"id": "high-risk", "when": "risk.score >= 60", "require": [{"role": "cab", "count": 2}], "message": "Two members of the CAB"},
        {"id": "never-applies", "when": 'change.category == "moon"', "assert": "false", "message": "Nothing on the moon"},
        {"id": "tested", "assert": 'change.assessment.tested != "none"', "message": "Test it first", "level": "warn"},
    ],
    "deploy": [{"id": "anytime", "assert": "true", "message": "At any time"}],
    "close": [{"id": "closable", "assert": "true", "message": "At any time"}],
}


def document(kind: str, name: str, spec: Mapping[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "changeflow/v1", "kind": kind, "metadata": {"id": name, **metadata}, "spec": spec}


def policies(rules: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """The files of policies, by path."""
    return {f"policies/{gate}.yaml": document("Policy", gate, {"gate": gate, "rules": list(found)}) for gate, found in rules.items()}


def folder_of_policies(where: Path, rules: Mapping[str, Sequence[Mapping[str, Any]]], **more: Any) -> Path:
    """A folder as `--proposed` takes it."""
    for path, told in {**policies(rules), **more}.items():
        file = where / path.removeprefix("policies/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(told), encoding="utf-8")
    return where


MODEL: Final = document(
    "ChangeModel",
    "flush",
    {
        "description": "Flush the cache",
        "authority": "cab",
        "authorised_by": ["carol"],
        "expires": "2027-12-31",
        "scope": {"types": ["cache"]},
        "steps": [{"run": ["./flush", "{ci}"]}],
        "ceiling": 100,
        "max_failures": 1,
    },
)


def request(name: str, at: datetime, draw: random.Random) -> dict[str, Any]:
    item, start = draw.choice(sorted(ITEMS)), at + timedelta(hours=draw.randint(40, 90))
    standard = ITEMS[item][0] == "cache" and draw.random() < 0.5
    step = {"name": "Do it", "run": ["./flush" if ITEMS[item][0] == "cache" else f"./change-{draw.randint(1, 2)}", item]}
    spec: dict[str, Any] = {
        "type": "standard" if standard else "normal",
        "category": draw.choice(["patch", "feature"]),
        "reason": "It is needed",
        "implementer": "bob",
        "items": [{"ci": item, "action": "modify", "outage": "PT0S"}],
        "assessment": {
            "complexity": draw.choice(["low", "medium", "high"]),
            "experience": draw.choice(["routine", "done-before", "first-time"]),
            "tested": draw.choice(["none", "partly", "production-like"]),
        },
        "implementation": {"steps": [step]},
        "rollback": {"trigger": "Errors", "limit": "PT30M", "steps": [step]},
        "window": {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"},
    }
    if standard:
        spec["model"] = "flush"
    return document("ChangeRequest", name, spec, title=f"Change {item}", requester="alice")


class LivedPast:
    """Waves of changes, four days each; the ones of a wave are decided about together.

    Of each wave some wait for another approval, some are rejected, and of those that were released some were rolled back.
    """

    def __init__(self, folder: Path, waves: int = 10, each: int = 20, seed: int = 11) -> None:
        self.path, self.draw = folder, random.Random(seed)  # noqa: S311 - a story, and no secret
        folder.mkdir(parents=True)
        self("init", "-q", "-b", "main")
        self.git = Git(folder)
        self.names: list[list[str]] = []
        self.commits = self._main(waves, each)
        self("checkout", "-q", "-f", "main")
        self.store = Store(Git(folder), recalls=False)
        # the ledger before the decisions of each wave
        self.ledgers: list[str] = []
        # judged then: change -> whether its gate was open
        self.opened: dict[str, bool] = {}
        self._seq, self._previous, self._from = 0, None, b""
        self.failed: set[str] = set()
        for number, names in enumerate(self.names):
            self._live(self.commits[number], names, self._day(number))

    def __call__(self, *arguments: str, stdin: bytes = b"") -> str:
        done = subprocess.run([*GIT, *arguments], cwd=self.path, input=stdin, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    @staticmethod
    def _day(number: int) -> datetime:
        return START + timedelta(days=4 * number)

    def decided_at(self, wave: int) -> datetime:
        return self._day(wave) + timedelta(hours=30)

    # -- main ------------------------------------------------------------------------------------------------------------

    def _main(self, waves: int, each: int) -> list[str]:
        stream: list[bytes] = []
        files: dict[str, Any] = {"changeflow.yaml": document("Config", "config", {"timezone": "UTC"}), **policies(POLICIES)}
        people = {name: {"emails": [f"{name}@example.com"]} for name in PEOPLE}
        files["policies/roster.yaml"] = document("Roster", "roster", {"people": people, "roles": ROLES})
        files["policies/models/flush.yaml"] = MODEL
        for name, (kind, tier) in ITEMS.items():
            spec = {"type": kind, "criticality": tier, "owner": "ops", "environment": "production"}
            files[f"cmdb/{name}.yaml"] = document("ConfigurationItem", name, spec)
        for number in range(waves):
            day, names = self._day(number), []
            for index in range(each):
                name = f"CHG-{day:%Y%m%d}-change-{index:04}"
                files[f"changes/{name}/rfc.yaml"] = request(name, day, self.draw)
                names.append(name)
            if number == waves // 2:
                # the CMDB and the roster move on
                files["cmdb/queue-1.yaml"]["spec"]["criticality"] = "tier1"
                files["policies/roster.yaml"]["spec"]["roles"] = ROLES | {"cab": ["carol", "dave"]}
            self.names.append(names)
            stream.append(_commit("refs/heads/main", "alice", day, {path: json.dumps(told).encode() for path, told in files.items()}))
            files = {"cmdb/queue-1.yaml": files.get("cmdb/queue-1.yaml"), "policies/roster.yaml": files.get("policies/roster.yaml")}
            files = {path: told for path, told in files.items() if told is not None}
        self("fast-import", "--quiet", stdin=b"".join(stream))
        return self("rev-list", "--reverse", "main").splitlines()

    def commit(self, files: Mapping[str, Any], message: str = "Go on") -> str:
        """Write files and commit them on the branch that is checked out."""
        for path, told in files.items():
            file = self.path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
        self("add", "-A")
        self("-c", "user.name=Alice", "-c", "user.email=alice@example.com", "commit", "-q", "-m", message)
        return self("rev-parse", "HEAD")

    # -- the ledger ------------------------------------------------------------------------------------------------------

    def view(self, commit: str) -> View:
        state = self.store.at(commit)
        return View.of(self.store, state, state).for_many()

    def _live(self, commit: str, names: Sequence[str], day: datetime) -> None:
        view = self.view(commit)
        for hours, who, share in ((5, "carol", 0.9), (20, "dave", 0.5), (26, "frank", 0.3)):
            self._opinions(view, [name for name in names if self.draw.random() < share], who, day + timedelta(hours=hours))
        self._opinions(view, names[:1], "dave", day + timedelta(hours=27), "reject")
        self.ledgers.append(self("rev-parse", LEDGER))
        self._decide(self.view(commit), names, self.decided_at(self.commits.index(commit)))
        self._release(view, [name for name in names if self.opened[name]], day + timedelta(days=3))

    def _opinions(self, view: View, names: Iterable[str], who: str, at: datetime, decision: str = "approve") -> None:
        drafts = []
        for name in names:
            content = view.head.change(name)
            role = "security" if who == "frank" else "cab"
            body = ApprovalBody(decision=decision, by=who, role=role, digest=content.digest)  # type: ignore[arg-type]
            drafts.append(_draft(name, body, at, content.subjects))
        self._append(drafts, who)

    def _decide(self, view: View, names: Sequence[str], now: datetime) -> None:
        drafts = []
        for name in names:
            inputs = gather(view, name, now, simulated=False)
            decision = decide(GATES[Gate.APPROVE], CASES[Gate.APPROVE](inputs), now)
            self.opened[name] = decision.open
            for body in (assessment_on_record(inputs.assessed), on_record(decision)):
                drafts.append(_draft(name, body, now, inputs.content.subjects))
        self._append(drafts, "alice")

    def _release(self, view: View, names: Sequence[str], at: datetime) -> None:
        drafts = []
        for name in names:
            content = view.head.change(name)
            state = "rolled_back" if self.draw.random() < 0.15 else "implemented"
            if state == "rolled_back":
                self.failed.add(name)
            for later, event, more in ((0, "started", {}), (30, "finished", {"state": state})):
                body = ReleaseBody(event=event, run=f"run-{name}", digest=content.digest, by="bob", **more)  # type: ignore[arg-type]
                drafts.append(_draft(name, body, at + timedelta(minutes=later), content.subjects))
        self._append(sorted(drafts, key=lambda draft: draft.at), "bob")

    def _append(self, drafts: Sequence[Draft], who: str) -> None:
        stream: list[bytes] = []
        for draft in drafts:
            self._seq += 1
            data = envelope.encode(DsseEnvelope(statement.encode(draft, self._seq, self._previous, "changeflow")))
            self._previous = digest_bytes(data)
            stream.append(_commit(LEDGER, who, draft.at, {statement.file_name(draft.change, self._seq, draft.body.kind): data}))
        if stream:
            # what the branch had before stays
            self("fast-import", "--quiet", stdin=stream[0].replace(b"\n\nM", b"\n\n" + self._from + b"M", 1) + b"".join(stream[1:]))
            self._from = f"from {LEDGER}^0\n".encode()


def _draft(name: str, body: Body, at: datetime, subjects: Any) -> Draft:
    return Draft(change=name, body=body, at=at, recorded_at=at, subject=subjects)


def _commit(branch: str, who: str, at: datetime, files: Mapping[str, bytes]) -> bytes:
    """A commit for `git fast-import`, which follows the last one of its branch."""
    person = f"{who.title()} <{who}@example.com> {int(at.timestamp())} +0000"
    lines = [f"commit {branch}\nauthor {person}\ncommitter {person}\ndata 7\nGo on.\n\n".encode()]
    for path, data in files.items():
        lines.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
    lines.append(b"\n")
    return b"".join(lines)
