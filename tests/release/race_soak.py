"""Many processes at once, again and again: one of them claims an environment, and each of their entries is on the ledger once.

`python -m tests.release.race_soak` prints the rounds and how many held.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from tests.repositories import approval

from .site import Site, run_step

HOLD = {"name": "hold", "manual": "wait"}


def let_go_at_once(processes: int, act: Callable[[int], str], folder: Path) -> list[str]:
    """Fork processes that begin together; return what each of them said."""
    reader, writer = os.pipe()
    pids = []
    for number in range(processes):
        pid = os.fork()
        if pid:
            pids.append(pid)
            continue
        os.read(reader, 1)
        with contextlib.suppress(BaseException):
            (folder / f"said-{number}").write_text(act(number), encoding="utf-8")
        os._exit(0)
    os.write(writer, b"!" * processes)
    for pid in pids:
        os.waitpid(pid, 0)
    os.close(reader)
    os.close(writer)
    files = [folder / f"said-{number}" for number in range(processes)]
    return [file.read_text("utf-8") if file.exists() else "" for file in files]


def name_of(number: int) -> str:
    return f"CHG-20261122-racer-{number:02d}"


def racers(folder: Path, processes: int) -> Path:
    """Return a repository with a request for each process, all of one environment."""
    site = Site.at(folder / "site")
    for number in range(processes):
        site.change(name_of(number), steps=[run_step(name_of(number)), HOLD], verification=[], commit=False)
    site.commit("racers")
    return folder


def claim_round(made: Path, processes: int) -> list[str]:
    """Let every process claim the environment; return what does not hold."""
    with tempfile.TemporaryDirectory(dir=made.parent) as place:
        shutil.copytree(made, Path(place, "it"), symlinks=True)
        site = Site(Path(place, "it", "site"))

        def runs(number: int) -> str:
            done = site.cli("release", "run", name_of(number), "--format", "json")
            return f"{done.code} {done.answer['state']} {done.out} {done.err}"

        said = let_go_at_once(processes, runs, Path(place))
        winners = [name_of(number) for number, words in enumerate(said) if words.startswith("1 implementing")]
        found = [] if len(winners) == 1 else [f"{len(winners)} winners: {said}"]
        for number, words in enumerate(said):
            if name_of(number) not in winners and not any(winner in words for winner in winners):
                found.append(f"{name_of(number)} does not name the winner: {words}")
        if [mark.split()[1] for mark in site.marks] != winners:
            found.append(f"effects {site.marks} of the winners {winners}")
        if site.events().count("started") != 1:
            found.append("several starts")
        return found


def ledger_round(made: Path, processes: int) -> list[str]:
    """Let every process append an entry; return what does not hold."""
    with tempfile.TemporaryDirectory(dir=made.parent) as place:
        shutil.copytree(made, Path(place, "it"), symlinks=True)
        root = Path(place, "it", "site")

        def appends(number: int) -> str:
            entry = LedgerBranch(Git(root), "changeflow/ledger").append_deciding(
                lambda _: approval(f"person-{number}"), attempts=1_000
            )
            return "" if entry is None else str(entry.seq)

        said = let_go_at_once(processes, appends, Path(place))
        chain = LedgerBranch(Git(root), "changeflow/ledger").read()
        found = [] if chain.sound else [f"it does not hold: {chain.problems}"]
        if sorted(said, key=lambda seq: int(seq or 0)) != [str(seq) for seq in range(1, processes + 1)]:
            found.append(f"numbers {sorted(said)}")
        if [entry.seq for entry in chain.entries] != list(range(1, processes + 1)):
            found.append(f"{len(chain.entries)} entries of {processes}")
        if len({entry.body.by for entry in chain.entries}) != processes:  # type: ignore[union-attr]
            found.append("an entry is lost or there twice")
        return found


def soak(processes: int, rounds: int) -> list[str]:
    found = []
    with tempfile.TemporaryDirectory() as place:
        made = racers(Path(place, "made"), processes)
        for number in range(1, rounds + 1):
            for what, act in (("claim", claim_round), ("ledger", ledger_round)):
                found += [f"round {number}, {what}: {flaw}" for flaw in act(made, processes)]
    return found


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=50)
    chosen = parser.parse_args(arguments)
    found = soak(chosen.processes, chosen.rounds)
    for line in found:
        sys.stdout.write(f"{line}\n")
    what = f"{chosen.rounds} rounds of {chosen.processes} processes, each for a claim and for the ledger"
    sys.stdout.write(f"{what}: {len(found)} flaws\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
