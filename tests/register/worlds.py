"""Repositories that live on at random: what people do, what time brings, and what goes wrong."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from changeflow.repo.index_store import FILE
from tests.register.office import MODEL, Office
from tests.register.test_list import emergency
from tests.shop import request

LEDGER = "refs/heads/changeflow/ledger"
START = datetime(2026, 11, 21, 10, tzinfo=UTC)
NAMES = tuple(f"CHG-20261121-{slug}" for slug in ("db", "cache", "queue", "web", "fire", "restart"))
ZONES = ("UTC", "Asia/Shanghai", "America/St_Johns", "Europe/Lisbon")
ITEMS = {
    "db": {"type": "database", "criticality": "tier2", "owner": "team-db", "environment": "production"},
    "web": {"type": "application", "criticality": "tier1", "owner": "team-db", "environment": "production", "depends_on": [{"ci": "db"}]},
}
STRICT: dict[str, Any] = {
    "apiVersion": "changeflow/v1",
    "kind": "Policy",
    "metadata": {"id": "strict"},
    "spec": {
        "gate": "approve",
        "rules": [
            {"id": "maintained", "message": "In a window", "level": "warn", "assert": "calendar.in_maintenance || !calendar.has_window"},
            {"id": "soon", "message": "Not too soon", "level": "deny", "assert": "calendar.lead_hours >= 5.5 || change.type != 'normal'"},
            {"id": "days", "message": "By day", "level": "warn", "assert": "now.getHours() >= 6"},
            {"id": "until", "message": "In time", "level": "deny", "assert": "now < timestamp('2026-11-27T00:00:00Z')"},
            {
                "id": "some", "message": "Old hands", "level": "deny", "when": "risk.score > 20 && !(calendar.lead_hours < 30.0)",
                "require": [{"role": "cab", "count": 1, "tenure": "P2D"}],
            },
        ],
    },
}  # fmt: skip


def told(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class World:
    """An office, the dice that decide what happens in it, and its clock."""

    def __init__(self, where: Path, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311
        self.office = Office(where)
        self.now = START
        config = {
            "approval_validity": self.dice.choice(["P2D", "P30D"]), "timezone": self.dice.choice(ZONES), "allow_simulated_clock": True,
        }  # fmt: skip
        self._config(**config)
        for name, spec in ITEMS.items():
            self.office.write(
                f"cmdb/{name}.yaml",
                {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem", "metadata": {"id": name}, "spec": spec},
            )
        self.office.commit("World")
        for name in NAMES[:2]:
            self._asked(name)

    def moment(self, hours: float) -> datetime:
        return (self.now + timedelta(hours=hours)).replace(microsecond=0)

    def turns(self) -> list[datetime]:
        """When the windows of the requests that are checked out begin and end."""
        found: list[datetime] = []
        for path in sorted(self.office.root.glob("changes/*/rfc.yaml")):
            with contextlib.suppress(ValueError, KeyError):
                window = json.loads(path.read_text(encoding="utf-8"))["spec"]["window"]
                found += [datetime.fromisoformat(window["start"]), datetime.fromisoformat(window["end"])]
        return found

    def lives_on(self) -> str:
        """Let one thing happen; return what."""
        step = self.dice.choice(STEPS)
        if self.dice.random() < 0.5:
            self.now += timedelta(hours=self.dice.choice([0.1, 1, 7, 26]))
        try:
            step(self)
        except subprocess.CalledProcessError:
            # nothing to commit, or two branches that do not go together
            subprocess.run(["git", "reset", "-q", "--merge"], cwd=self.office.root, check=False)
        return step.__name__

    # -- what people do ----------------------------------------------------------------------------

    def _window(self) -> dict[str, str]:
        start = self.moment(self.dice.choice([-2, 0.5, 4, 25, 40, 80]))
        return {"start": told(start), "end": told(start + timedelta(minutes=self.dice.choice([30, 300])))}

    def _asked(self, name: str) -> None:
        spec: dict[str, Any] = {"window": self._window(), "items": [{"ci": self.dice.choice(["db", "web"]), "action": "modify"}]}
        if self.dice.random() < 0.3:
            spec["depends_on"] = [self.dice.choice([one for one in NAMES[:4] if one != name])]
        if self.dice.random() < 0.1:
            spec["draft"] = True
        branch = self.dice.choice(["main", "main", "main", "main", "feature/one", "two"])
        self.office.ask(name, branch=branch, title=f"Title {self.dice.randrange(100)}", **spec)

    def ask(self) -> None:
        self._asked(self.dice.choice(NAMES[:4]))

    def begin(self) -> None:
        """Write a request that is not committed yet, and edit one that is."""
        self.back_to_main()
        self.edit()
        self.office.write(f"changes/{NAMES[3]}/rfc.yaml", request(NAMES[3], "Begun", window=self._window()))

    def ask_for_an_emergency(self) -> None:
        emergency(self.office, NAMES[4])

    def ask_for_a_standard_change(self) -> None:
        self.office.ask(NAMES[5], type="standard", model="restart", window=self._window())

    def _here(self) -> str:
        """A change that is checked out."""
        here = [name for name in NAMES if (self.office.root / "changes" / name / "rfc.yaml").exists()]
        return self.dice.choice(here or NAMES[:1])

    def speak(self) -> None:
        verb = self.dice.choice(["approve", "approve", "approve", "reject", "withdraw"])
        person = self.dice.choice(["carol", "dave", "erin", "alice"])
        self._say(verb, self._here(), "--as", person, "--comment", "Looked at it")

    def approve_all(self) -> None:
        name = self._here()
        for person in ("carol", "dave", "erin"):
            self._say("approve", name, "--as", person, "--comment", "Fine")

    def release(self) -> None:
        name, before = self._here(), self.now
        path = self.office.root / "changes" / name / "rfc.yaml"
        if path.exists():
            window = json.loads(path.read_text(encoding="utf-8"))["spec"].get("window")
            if window is not None:
                self.now = datetime.fromisoformat(window["start"]).astimezone(UTC) + timedelta(minutes=1)
        self._say("release", "run", name, "--as", "bob")
        self.now = max(before, self.now)

    def review(self) -> None:
        follow_ups = f"[{{action: Warm the cache, owner: bob, due: {self.moment(30).date()}}}]"
        for name in NAMES:
            if not (self.office.root / "changes" / name / "rfc.yaml").exists():
                continue
            if self.office.say("review", name, "--as", "erin", "--now", told(self.now)).code == 0:
                path = self.office.root / "changes" / name / "review.yaml"
                if path.exists() and self.dice.random() < 0.8:
                    text = path.read_text(encoding="utf-8")
                    path.write_text(text.replace("\nspec:\n", f"\nspec:\n  follow_ups: {follow_ups}\n"), encoding="utf-8")
                self.office.commit("review")
                return

    def _say(self, *words: str) -> None:
        self.office.say(*words, "--now", told(self.now))

    # -- what judges -------------------------------------------------------------------------------

    def _config(self, **spec: Any) -> None:
        path = self.office.root / "changeflow.yaml"
        document = json.loads(path.read_text(encoding="utf-8"))
        document["spec"] |= spec
        self.office.write("changeflow.yaml", document)

    def judge_otherwise(self) -> None:
        self._config(approval_validity=self.dice.choice(["PT1H", "P1D", "P9D"]), timezone=self.dice.choice(ZONES))
        self.office.commit("config")

    def rule_by_time(self) -> None:
        rules = self.dice.sample(STRICT["spec"]["rules"], self.dice.randrange(1, 4))
        self.office.write("policies/strict.yaml", {**STRICT, "spec": {"gate": self.dice.choice(["approve", "close"]), "rules": rules}})
        self.office.commit("policy")

    def stand_in(self) -> None:
        path = self.office.root / "policies/roster.yaml"
        roster = json.loads(path.read_text(encoding="utf-8"))
        start, end = told(self.moment(self.dice.choice([-3, 1]))), told(self.moment(self.dice.choice([2, 50])))
        roster["spec"]["delegations"] = [{"from": "carol", "to": "erin", "roles": ["cab"], "start": start, "end": end, "reason": "Leave"}]
        self.office.write("policies/roster.yaml", roster)
        self.office.commit("delegation")

    def change_roles(self) -> None:
        path = self.office.root / "policies/roster.yaml"
        roster = json.loads(path.read_text(encoding="utf-8"))
        role = self.dice.choice(sorted(roster["spec"]["roles"]))
        roster["spec"]["roles"][role] = self.dice.sample(["carol", "dave", "erin"], self.dice.randrange(1, 4))
        self.office.write("policies/roster.yaml", roster)
        self.office.commit("roles")

    def hold_back(self) -> None:
        """Freeze for a while, and open a window for maintenance again and again."""
        start = self.moment(self.dice.choice([-5, 3, 30]))
        freeze = {"id": "peak", "name": "Peak", "start": told(start), "end": told(start + timedelta(hours=20))}
        window = {
            "id": "nights", "name": "Nights", "start": "2026-11-16T22:00:00+08:00", "end": "2026-11-17T02:00:00+08:00",
            "rrule": self.dice.choice(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH"]), "timezone": "Asia/Shanghai", "items": ["db"],
        }  # fmt: skip
        document = {"apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "peaks"}, "spec": {}}
        document["spec"] = {"freezes": [freeze], "windows": [window]}
        self.office.write("policies/peaks.yaml", document)
        self.office.commit("calendar")

    def authorise(self) -> None:
        spec = MODEL["spec"] | {"expires": str(self.moment(self.dice.choice([5, 30])).date())}  # type: ignore[operator]
        self.office.write("policies/models/restart.yaml", {**MODEL, "spec": spec})
        self.office.commit("model")

    def reconfigure(self) -> None:
        path = self.office.root / "cmdb/db.yaml"
        document = json.loads(path.read_text(encoding="utf-8"))
        document["spec"]["criticality"] = self.dice.choice(["tier1", "tier3"])
        self.office.write("cmdb/db.yaml", document)
        self.office.commit("cmdb")

    # -- the repository ----------------------------------------------------------------------------

    def edit(self) -> None:
        """Edit a request, and commit it or not."""
        path = self.office.root / "changes" / self.dice.choice(NAMES) / self.dice.choice(["rfc.yaml", "notes.txt"])
        if path.name == "rfc.yaml" and path.exists():
            document = json.loads(path.read_text(encoding="utf-8"))
            document["metadata"]["title"] = f"Edited {self.dice.randrange(1000)}"
            path.write_text(json.dumps(document), encoding="utf-8")
        elif path.parent.is_dir():
            path.write_text(f"{self.dice.randrange(1000)}\n", encoding="utf-8")
        if self.dice.random() < 0.5:
            self.office.commit("edited")

    def tidy(self) -> None:
        self.office.git("checkout", "-q", "-f", ".")
        self.office.git("clean", "-qfd", "changes")

    def merge(self) -> None:
        for branch in ("feature/one", "two"):
            if self.office.git("branch", "--list", branch).strip():
                self.tidy()
                self.office.git("merge", "-q", "-X", "theirs", "--no-edit", branch)
                return

    def switch(self) -> None:
        self.tidy()
        branches = ["main", *self.office.git("branch", "--format=%(refname:short)", "--list", "two").split()]
        self.office.git("switch", "-q", self.dice.choice(branches))

    def back_to_main(self) -> None:
        self.tidy()
        self.office.git("switch", "-q", "main")

    def lose_an_entry(self) -> None:
        if self.dice.random() < 0.3 and self.office.git("for-each-ref", LEDGER).strip():
            listed = self.office.git("rev-list", LEDGER).split()
            if len(listed) > 1:
                self.office.git("update-ref", LEDGER, listed[1])

    def harm_the_index(self) -> None:
        path = self.office.root / ".git" / "changeflow" / FILE
        if path.exists():
            harms: list[Callable[[], object]] = [
                path.unlink,
                lambda: os.truncate(path, path.stat().st_size // 2),
                lambda: path.write_bytes(path.read_bytes()[:4000] + b"x" + path.read_bytes()[4001:]),
            ]
            self.dice.choice(harms)()


STEPS: tuple[Callable[[World], None], ...] = (
    World.ask, World.ask, World.ask_for_an_emergency, World.ask_for_a_standard_change, World.speak, World.speak, World.approve_all,
    World.approve_all, World.release, World.release, World.review, World.judge_otherwise, World.rule_by_time, World.stand_in,
    World.change_roles, World.hold_back, World.authorise, World.reconfigure, World.edit, World.begin, World.begin, World.tidy, World.merge, World.switch,
    World.back_to_main, World.back_to_main, World.lose_an_entry, World.harm_the_index,
)  # fmt: skip
