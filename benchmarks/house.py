"""Prints the figures of the house: how the code is cut, what a command costs, what is wanted.

    make house
    python benchmarks/house.py [--long] [--static]

Every figure is taken anew. Shares and counts of lines come from the source text, counts of
functions and processes from commands that are run for real. Times are ratios to something else
in the same run: processor time, and in brackets time on the wall. `--static` leaves out
everything that runs a command; `--long` adds what takes minutes. A figure that cannot be taken
says why below the table.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import assess
import schedule
import shape
import walks
from costs import Ratio, cost_of

PROJECT = Path(__file__).resolve().parent.parent
ROUNDS = 5
FORMAT = "{:<70} {:<30} {:<36} {}"


@dataclass(frozen=True)
class Row:
    """A figure beside what is wanted; `holds` is None where it was not taken."""

    what: str
    today: str
    wanted: str
    holds: bool | None
    notes: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return the row as a line of the table."""
        verdict = {True: "yes", False: "NO", None: "-"}[self.holds]
        return FORMAT.format(self.what, self.today, self.wanted, verdict)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--long", action="store_true", help="also what takes minutes")
    parser.add_argument("--static", action="store_true", help="only what needs no command")
    options = parser.parse_args()
    notes = []
    print(FORMAT.format("what", "today", "wanted", "holds"))
    for row in rows(static=options.static, long=options.long):
        print(row.text(), flush=True)
        notes += ["", row.what, *(f"  {note}" for note in row.notes)] if row.notes else []
    print("", "docs/architecture.md says how it is counted.", *notes, sep="\n")
    return 0


def rows(*, static: bool, long: bool) -> Iterator[Row]:
    """Take every figure, one after the other."""
    modules = shape.modules_of(PROJECT / "changeflow")
    yield biggest_room(modules)
    yield from lines(modules)
    yield import_circles(modules)
    yield uncalled(modules)
    if static:
        return
    with tempfile.TemporaryDirectory(prefix="house-") as name:
        folder = Path(name)
        shop = walks.demonstration(folder / "demo")
        yield taken("`gate approve`, 33 signed entries", lambda: gate(shop, folder / "gate"))
        yield taken("`ci` on a pull request of one file", lambda: ci(folder / "github"))
        yield taken(
            "`release run`, one step and one verification",
            lambda: release(shop, folder / "release"),
        )
        yield taken("`assess` on the example", lambda: assessment(folder / "example"))
        yield from schedules(folder, long=long)


def taken(what: str, take: Callable[[], Row]) -> Row:
    """Take a figure, or say why that is not possible here."""
    try:
        return take()
    except walks.NotMeasuredError as reason:
        return Row(what, "not run", "", None, [str(reason)])


# -- the source text ---------------------------------------------------------------------------


def biggest_room(modules: shape.Modules) -> Row:
    """Row: the room that holds most of the code."""
    shares = shape.room_shares(modules)
    room, share = next(iter(shares.items()))
    others = [f"{name} {part:.1f} %" for name, part in list(shares.items())[:5]]
    what = "biggest room's share of the code"
    return Row(what, f"{share:.1f} % ({room})", "at most 20 %", share <= 20, [", ".join(others)])


def lines(modules: shape.Modules) -> Iterator[Row]:
    """Rows: long lines, dense expressions, comments."""
    counts = shape.lines_of(modules)
    long = counts.long_percent
    yield Row("lines over 100 columns", f"{long:.1f} %", "under 1 %", long < 1)
    dense = counts.per_thousand(counts.comprehensions)
    yield Row("comprehensions per 1,000 lines", f"{dense:.1f}", "under 18", dense < 18)
    dense = counts.per_thousand(counts.conditionals)
    yield Row("conditional expressions per 1,000 lines", f"{dense:.1f}", "under 15", dense < 15)
    own, trailing = counts.own_line_comments, counts.trailing_comments
    what = "own-line to trailing comments"
    note = f"beside {counts.tool_comments} comments for tools, such as `noqa`"
    yield Row(what, f"{own} : {trailing}", "more own-line", own > trailing, [note])


def import_circles(modules: shape.Modules) -> Row:
    """Row: modules that import each other."""
    found = shape.circles(modules)
    notes = [", ".join(group) for group in found]
    return Row("circles of imports", f"{len(found)}", "0", not found, notes)


def uncalled(modules: shape.Modules) -> Row:
    """Row: modules of `usecases/` that only other use cases know."""
    found = shape.uncalled_use_cases(modules)
    today = f"{len(found)} of {len(shape.use_cases(modules))}"
    names = [name.removeprefix(f"changeflow.{shape.USE_CASES}.") for name in found]
    notes = [", ".join(names)] if names else []
    return Row("modules of usecases/ that nothing outside imports", today, "0", not found, notes)


# -- commands ----------------------------------------------------------------------------------


def gate(shop: Path, report: Path) -> Row:
    """Row: what `gate approve` walks through and starts."""
    trace = walks.gate_approve(shop, report)
    files, functions = len(trace.walk["files"]), trace.walk["functions"]
    git, keygen = len(trace.started("git")), len(trace.started("ssh-keygen"))
    return Row(
        "`gate approve`, 33 entries: files / functions; git + ssh-keygen",
        f"{files} / {functions}; {git} + {keygen}",
        "at most 55 / 280; at most 12 + 0",
        files <= 55 and functions <= 280 and git <= 12 and keygen == 0,
    )


def ci(folder: Path) -> Row:
    """Row: git processes of a run of the bot."""
    folder.mkdir()
    trace = walks.ci(folder)
    git, repeated = len(trace.started("git")), trace.repeated("git")
    return Row(
        "`ci` on a pull request of one file: git, of them repeated",
        f"{git}, {len(repeated)}",
        "at most 26, 0",
        git <= 26 and not repeated,
        [shown(command) for command in repeated],
    )


def shown(command: tuple[str, ...]) -> str:
    """Return a command of git without the settings that every one of them is given."""
    _folder, program, *words = command
    while "-c" in words:
        place = words.index("-c")
        del words[place : place + 2]
    return " ".join([program, *words])


def release(shop: Path, report: Path) -> Row:
    """Row: what a release of one step and one verification starts and reads."""
    trace = walks.release_run(shop, report)
    loads = trace.loads(f"changes/{walks.RESTART}/rfc.yaml")
    if not loads:
        raise walks.NotMeasuredError("nothing was seen to load the request (benchmarks/witness.py)")
    git, keygen = trace.started("git"), trace.started("ssh-keygen")
    signing = [command for command in keygen if "sign" in command]
    return Row(
        "`release run`, one step, one verification: git + ssh-keygen; loads",
        f"{len(git)} + {len(keygen)} ({len(signing)} sign); {loads}",
        "at most 60 + what signs; at most 3",
        len(git) <= 60 and len(keygen) == len(signing) and loads <= 3,
    )


# -- times -------------------------------------------------------------------------------------


def assessment(folder: Path) -> Row:
    """Row: a cold `assess` on the example beside the bare interpreter."""
    shop = assess.prepared(folder)
    ours = [sys.executable, "-m", "changeflow", "--repo", str(shop), "assess", assess.CHANGE]
    bare = [sys.executable, "-c", "pass"]
    around = (shop, walks.environment())
    runs = [(cost_of(ours, *around), cost_of(bare, *around)) for _ in range(ROUNDS)]
    ratio = Ratio.of(runs)
    what = "`assess` on the example, in `python -c pass`"
    return Row(what, f"{ratio}", "at most 20 times", ratio.processor <= 20)


def schedules(folder: Path, *, long: bool) -> Iterator[Row]:
    """Rows: `schedule` with 1,000 changes, and with 10,000 where there is time."""
    many = schedule.repository(folder / "many", schedule.MANY)
    ratio = schedule.in_versions(many, rounds=3)
    block = schedule.repository(folder / "block", schedule.MANY, schedule.as_block)
    note = f"requests in block style instead of JSON: {schedule.in_versions(block, rounds=3)}"
    what = f"`schedule` with {schedule.MANY:,} changes, in `--version`s"
    yield Row(what, f"{ratio}", "at most 35 times", ratio.processor <= 35, [note])
    what = f"`schedule` with {schedule.MORE:,} changes, in those with {schedule.MANY:,}"
    if not long:
        yield Row(what, "not run (--long)", "at most 12 times", None)
        return
    ratio = schedule.beside(schedule.repository(folder / "more", schedule.MORE), many)
    yield Row(what, f"{ratio}", "at most 12 times", ratio.processor <= 12)


if __name__ == "__main__":
    raise SystemExit(main())
