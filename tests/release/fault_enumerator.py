"""Every call of a release that can fail, by every way it can fail: the whole release is run once for each, and then to its end.

`make faults` runs all of them and prints how many were tried and how many held. The calls are those of the journal, of git (objects,
refs), of the remote, of the key, of the code host, and the start of programs. Each combination has a repository of its own, copied
from one. Effects are counted in a file outside of it, whatever the journal says.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from changeflow import errors
from changeflow.release_driver import loop

from .fault_calls import (
    AT,
    FAULT,
    HOST_CALLS,
    NO_POINT,
    REPORT,
    Calls,
    Point,
    Reaching,
    combinations,
    met,
    reported,
)
from .fault_scenarios import MANUAL, RELEASE, End, Scenario, SeveralChanges, effects
from .fault_workflows import CALLED_OFF, DescriptionsAbsent, WorkflowScenario
from .site import checked_step, run_step

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("success", {"steps": [checked_step("one"), run_step("two")], "verification": [checked_step("smoke")]}),
    Scenario("failing step", {"steps": [checked_step("one"), run_step("two", "fail")], "verification": [run_step("smoke")]}),
    Scenario("failing verification", {"steps": [checked_step("one")], "verification": [run_step("smoke", "fail")]}),
    Scenario("manual step", {"steps": [checked_step("one"), MANUAL, run_step("two")], "verification": []}),
    # what lies below these calls is the same for every release, and is counted in the four above
    WorkflowScenario("workflow", calls=("append", "push", "spawn", *HOST_CALLS)),
    CALLED_OFF,
    SeveralChanges("several changes", calls=("push", "spawn"), released=RELEASE),
)
# a repeated start or dispatch does its work twice, whoever asked for it once
_TWICE = (("spawn", "duplicate"), ("host dispatch", "duplicate"))
NOT_REACHED = "the call was not reached"


@dataclass(frozen=True)
class Ended:
    """How a process ended in which a call failed."""

    code: int
    calls: tuple[Point, ...]
    said: str
    reached: bool


def started(site: Reaching, released: str, at: Point, fault: str) -> Ended:
    """Run the release in a child, in which a call fails."""
    report, said = site.root.parent / "calls", site.root.parent / "said"
    report.write_text("", encoding="utf-8")
    pid = os.fork()
    if not pid:
        code = errors.BUG
        with contextlib.suppress(BaseException):
            loop._PAUSE = 0.01
            site.more |= {AT: "\t".join(map(str, at)), FAULT: fault, REPORT: str(report)}
            Calls(at, fault, report).install(released)
            done = site.cli("release", "run", released)
            said.write_text(done.err + done.out, encoding="utf-8")
            code = done.code
        os._exit(code)
    _, status = os.waitpid(pid, 0)
    words = said.read_text(encoding="utf-8") if said.exists() else ""
    return Ended(os.waitstatus_to_exitcode(status), reported(report), words, met(report).exists())


@contextlib.contextmanager
def copied(scenario: Scenario, made: Path) -> Iterator[Reaching]:
    with tempfile.TemporaryDirectory(dir=made.parent) as name:
        shutil.copytree(made, Path(name, "it"), symlinks=True)
        with scenario.opened(Path(name, "it")) as site:
            yield site


def calm_end(scenario: Scenario, made: Path) -> tuple[End, tuple[Point, ...]]:
    """Return how a release ends that meets no fault, and its calls."""
    with copied(scenario, made) as site:
        first = started(site, scenario.released, NO_POINT, "")
        return End(scenario.brought_to_its_end(site), effects(site)), first.calls


def tried(scenario: Scenario, made: Path, calm: End, at: Point, fault: str) -> list[str]:
    """Run a release with one fault; return what did not hold, each with the place."""
    place = f"{scenario.name}, {at}, {fault}"
    try:
        return [f"{place}: {flaw}" for flaw in _tried(scenario, made, calm, at, fault)]
    except Exception as error:  # noqa: BLE001 - one that cannot be judged has not held, and the others are tried all the same
        return [f"{place}: cannot be judged: {type(error).__name__}: {error}"]


def _tried(scenario: Scenario, made: Path, calm: End, at: Point, fault: str) -> list[str]:
    with copied(scenario, made) as site:
        ended = started(site, scenario.released, at, fault)
        found = list(flaws(scenario, site, calm, (at.name, fault)))
        if ended.code == errors.BUG:
            found.append(f"a bug: {ended.said[-300:]}")
        if not found and not ended.reached:
            found.append(NOT_REACHED)
        return found


def flaws(scenario: Scenario, site: Reaching, calm: End, met_with: tuple[str, str]) -> Iterator[str]:
    """Yield what does not hold after a release that met a fault."""
    end = End(scenario.brought_to_its_end(site), effects(site))
    again, beside = Path(f"{site.marks_file}.again"), Path(f"{site.marks_file}.beside")
    if again.exists() and met_with not in _TWICE:
        yield f"ran twice: {again.read_text(encoding='utf-8').split()}"
    if beside.exists():
        yield f"the way back began beside what it undoes: {beside.read_text(encoding='utf-8').split()}"
    yield from scenario.flaws(site, end, calm)


def in_parallel(work: Sequence[Callable[[], list[str]]], workers: int, seconds: float) -> tuple[int, list[str]]:
    """Do the work in forked processes; return how much was done in the time, and every flaw."""
    until = time.monotonic() + seconds
    pipes = []
    for number in range(workers):
        reader, writer = os.pipe()
        if not os.fork():
            with os.fdopen(writer, "w", encoding="utf-8") as out:
                for act in work[number::workers]:
                    if time.monotonic() > until:
                        break
                    out.write("\x1f".join(line.replace("\n", " ") for line in act()) + "\n")
                    out.flush()
            os._exit(0)
        os.close(writer)
        pipes.append(reader)
    done, found = 0, list[str]()
    for reader in pipes:
        with os.fdopen(reader, encoding="utf-8") as lines:
            for line in lines:
                done += 1
                found += filter(None, line.rstrip("\n").split("\x1f"))
    for _ in pipes:
        os.wait()
    return done, found


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def chosen_scenarios(name: str) -> tuple[Scenario, ...]:
    """The releases whose name begins so.

    Raises:
        SystemExit: there is none.
    """
    found = tuple(one for one in SCENARIOS if one.name.startswith(name))
    if not found:
        sys.exit(f"no release is called `{name}`; there are: {', '.join(one.name for one in SCENARIOS)}")
    return found


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="try each Nth combination alone")
    parser.add_argument("--only", default="", metavar="NAME", help="try the releases alone whose name begins so, such as `workflow`")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no more after that")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        work: list[Callable[[], list[str]]] = []
        all_of_them = 0
        for scenario in chosen_scenarios(chosen.only):
            try:
                made = scenario.make(Path(place, scenario.name.replace(" ", "-")))
            except DescriptionsAbsent as why:
                say(f"{scenario.name}: left out. {why}")
                continue
            calm, calls = calm_end(scenario, made)
            pairs = combinations(calls, scenario.calls)
            all_of_them += len(pairs)
            say(f"{scenario.name}: {len(calls)} calls {dict(Counter(call.name for call in calls))}, ends as {calm.state}")
            for at, fault in pairs:
                work.append(lambda scenario=scenario, made=made, calm=calm, at=at, fault=fault: tried(scenario, made, calm, at, fault))  # type: ignore[misc]
        # in an order that time, where it is limited, cuts anywhere
        random.Random(1).shuffle(work)  # noqa: S311
        picked = work[:: chosen.every]
        done, found = in_parallel(picked, chosen.workers, chosen.seconds)
    return told(all_of_them, done, found)


def told(all_of_them: int, done: int, found: Iterable[str]) -> int:
    """Print what did not hold, and the count. A call that was not reached, because the process was faster or slower, is no try."""
    missed = sorted(line for line in found if line.endswith(NOT_REACHED))
    flawed = sorted(line for line in found if not line.endswith(NOT_REACHED))
    for line in (*missed, *flawed):
        say(line)
    places = {line.partition(": ")[0] for line in flawed}
    held = done - len(places) - len(missed)
    say(f"{done} of {all_of_them} combinations of call and fault tried, {held} held, {len(places)} did not, {len(missed)} met another course")
    return 1 if flawed or not done else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
