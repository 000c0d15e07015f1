"""The releases that meet faults: what they are made of, how people bring them to their end, and what has to hold then.

Programs leave their marks in a file outside of the repository, which counts effects whatever the journal says.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.dates import now

from .fault_calls import Reaching
from .site import ID, Site, checked_step, git, run_step

CONFIG = """\
apiVersion: changeflow/v1
kind: Config
metadata: {id: changeflow}
spec: {ledger: {remote: origin}}
"""
# A program that finds its own mark says so in `again`: it ran twice. Of two at the same moment one makes the file, so that one leaves a mark.
# No signal that it could catch ends it between the two lines.
ONCE = """\
#!/bin/sh
trap '' HUP INT TERM
if ! (set -C; : > "$MARKS.$1") 2>/dev/null; then echo "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS.again"; exit 0; fi
echo "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"
"""
FAIL_ONCE = ONCE.replace("exit 0", "exit 3") + "exit 3\n"
MANUAL = {"name": "call", "manual": "Call the shop"}
WAY_BACK = {"trigger": "errors", "limit": "PT30M"}
RELEASE = "2026-11-night"
ENDED = ("implemented", "rolled_back", "rollback_failed")


def long_window() -> dict[str, str]:
    """A window that lasts as long as all combinations take on a busy machine: a request is made once for all of them."""
    at = now()
    return {"start": (at - timedelta(hours=1)).isoformat(), "end": (at + timedelta(hours=12)).isoformat()}


@dataclass(frozen=True)
class End:
    """How a release ended: its state, and the marks of its programs."""

    state: str
    effects: Mapping[str, int]


@dataclass(frozen=True)
class Scenario:
    """A release of one change.

    Attributes:
        name: what it is called on the command line.
        spec: of the request.
        calls: the names of the calls that fail; empty: all.
    """

    name: str
    spec: dict[str, Any] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    released: str = ID
    remote: bool = True

    def make(self, folder: Path) -> Path:
        """Return a folder with a repository and its remote, ready to release."""
        programs = {"scripts/mark": ONCE, "scripts/fail": FAIL_ONCE}
        settings = {"changeflow.yaml": CONFIG} if self.remote else {}
        site = Site.at(folder / "site", **settings, **programs)
        self.request(site)
        if self.remote:
            git(folder, "init", "-q", "--bare", "remote.git")
            git(site.root, "remote", "add", "origin", "../remote.git")
            git(site.root, "push", "-q", "origin", "main")
            git(site.root, "fetch", "-q", "origin")
        return folder

    def request(self, site: Site) -> None:
        site.change(**{"rollback": [checked_step("undo")], "window": long_window(), **self.spec})

    @contextlib.contextmanager
    def opened(self, folder: Path) -> Iterator[Reaching]:
        """The repository in a copy of the folder that was made, with what its release reaches."""
        yield Reaching(folder / "site")

    def brought_to_its_end(self, site: Site) -> str:
        """Let people and `resume` bring a release to its end, and return the state it ends in."""
        said = ""
        for _ in range(40):
            verb = "resume" if any(event == "started" for _, event in events(site)) else "run"
            done = site.release(verb, change=self.released)
            said = done.err + done.out
            if self.is_over(done.answer if done.out.startswith("{") else {}):
                return str(done.answer["state"])
            self.ask_people(site)
        return f"never ended: {said}"

    def is_over(self, answer: Mapping[str, Any]) -> bool:
        return answer.get("state") in ENDED

    def ask_people(self, site: Site) -> None:
        """Let a person say what they see of a step that waits for one."""
        answer = site.release("status", change=self.released).answer
        for one in answer["changes"] or [answer]:
            waits = one["waiting_for"]
            if waits:
                site.release("confirm", "--as", "carol", "--step", waits, self.word(site, one["change"], waits), change=one["change"])

    def word(self, site: Site, change: str, key: str) -> str:
        """What a person sees who looks at the step."""
        marks = [mark for mark in site.marks if mark.split()[0] == key and of_change(site, change, mark)]
        if not marks:
            return "--done" if key == "implementation/1" and MANUAL["manual"] in request(site, change) else "--not-done"
        return "--failed" if fails(site, change, marks[0].split()[1]) else "--done"

    def flaws(self, site: Site, end: End, calm: End) -> Iterator[str]:
        """Yield what does not hold of a release that met a fault."""
        if end.state != calm.state:
            yield f"ends as {end.state} instead of {calm.state}"
        if end.effects != calm.effects:
            yield f"effects {sorted(end.effects)} instead of {sorted(calm.effects)}"
        yield from self.flaws_of_journal(site)

    def settled_by(self, key: str) -> tuple[str, ...]:
        """What an entry begins with that says what became of a step."""
        return f"outcome {key}", f"confirmed {key}"

    def flaws_of_journal(self, site: Site) -> Iterator[str]:
        told = events(site)
        for mark in set(site.marks):
            key = mark.split()[0]
            mine = [event for change, event in told if of_change(site, change, mark)]
            if f"intent {key}" not in mine:
                yield f"no intent of {mark}"
            if not any(event.startswith(self.settled_by(key)) for event in mine):
                yield f"no outcome of {mark}"
        if site.cli("ledger", "verify").code != 0:
            yield "the ledger does not hold"


def request(site: Site, change: str) -> str:
    return (site.root / "changes" / change / "rfc.yaml").read_text(encoding="utf-8")


def of_change(site: Site, change: str, mark: str) -> bool:
    """Whether a mark is that of a step of this change: the name of a step is in one request alone."""
    return f'"{mark.split()[1]}"' in request(site, change)


def fails(site: Site, change: str, name: str) -> bool:
    place = request(site, change).index(f'"name": "{name}"')
    return '"./scripts/fail",\n' in request(site, change)[place : place + 120]


def events(site: Site) -> list[tuple[str, str]]:
    """The entries of releases on the ledger: the change, and `event key outcome state`."""
    found = []
    with contextlib.suppress(Exception):
        names = git(site.root, "log", "--reverse", "--format=", "--name-only", "changeflow/ledger").split()
        for name in (name for name in names if name.endswith("-release.json")):
            body = json.loads(base64.b64decode(json.loads(git(site.root, "show", f"changeflow/ledger:{name}"))["payload"]))["predicate"]
            words = filter(None, (body["event"], body["key"], body["outcome"], body["state"]))
            found.append((name.split("/")[-2], " ".join(words)))
    return found


def effects(site: Site) -> Mapping[str, int]:
    return Counter(site.marks)


# -- several changes -------------------------------------------------------------------------------------------------------

A, B = "CHG-20261121-a", "CHG-20261121-b"
ITEM = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: shop}
spec: {type: service, environment: production, criticality: tier2, owner: bob}
"""


class SeveralChanges(Scenario):
    """Two changes side by side, of which one fails: both are taken back, as the release says."""

    def request(self, site: Site) -> None:
        site.write("cmdb/shop.yaml", ITEM)
        for change, item, program in ((A, "payments-db", "mark"), (B, "shop", "fail")):
            name = change[-1]
            step = checked_step(name) if program == "mark" else run_step(name, program)
            step |= {"undo": {"run": ["./scripts/mark", f"undo-{name}"], "verify": ["./scripts/marked", f"undo-{name}"]}}
            site.change(change, item=item, steps=[step], verification=[], rollback=WAY_BACK, window=long_window(), commit=False)
        spec = {"changes": [A, B], "parallel": 2, "on_failure": "roll_back"}
        document = {"apiVersion": "changeflow/v1", "kind": "Release", "metadata": {"id": RELEASE}, "spec": spec}
        site.write(f"releases/{RELEASE}/release.yaml", json.dumps(document))
        site.commit("release")

    def is_over(self, answer: Mapping[str, Any]) -> bool:
        if not super().is_over(answer):
            return False
        begun = [one["state"] for one in answer["changes"] if one["run"]]
        return all(state in ENDED for state in begun)

    def settled_by(self, key: str) -> tuple[str, ...]:
        """A step that may have been done is not asked for once the release goes back: it is undone."""
        return (*super().settled_by(key), f"outcome {key.replace('implementation', 'undo')}")

    def flaws(self, site: Site, end: End, calm: End) -> Iterator[str]:
        """The one that fails is taken back, and then the other one: also where it is not known whether its step was done.

        It may not have begun at all when the first one failed.
        """
        if end.state != calm.state:
            yield f"ends as {end.state} instead of {calm.state}"
        may_be_absent = (("a", "undo-a"), ("a",))
        ends = [calm.effects]
        for absent in may_be_absent:
            ends.append({mark: count for mark, count in calm.effects.items() if mark.split()[1] not in absent})
        if end.effects not in ends:
            yield f"effects {sorted(end.effects)} instead of {sorted(calm.effects)}"
        order = [mark.split()[1] for mark in site.marks]
        if "undo-a" in order and order.index("undo-a") < order.index("undo-b"):
            yield f"taken back in the order {order}"
        yield from self.flaws_of_journal(site)
