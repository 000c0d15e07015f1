"""Runs the tests again as if they were elsewhere: on a later day, under a locale that is not UTF-8, in two zones.

`python -m tests.elsewhere [--touched] [arguments of pytest]`. The places run at the same time and share the cores. With `--touched` they share
the tests with the marker `elsewhere`, too, which touch what is otherwise there, and read no other rooms. Property tests try a few examples.
What this machine cannot imitate is left out, and the last lines say so.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

DAYS_AHEAD = 400
SYSTEM_FOLDERS = ("/usr/lib", "/usr/local/lib", "/usr/lib64")
# What would make Python or a program take UTF-8 for text whatever the locale is.
UTF8 = ("PYTHONUTF8", "PYTHONIOENCODING", "PYTHONCOERCECLOCALE", "LANG", "LANGUAGE", "LOCPATH")


TESTS = Path(__file__).resolve().parent
# The rooms that CI runs again, whose tests touch dates, paths or text: each in one of the zones, so that both take about as long. A module
# of another room marks itself; those, and the modules beside the rooms, run in the last zone.
ELSEWHERE = {
    "Asia/Shanghai": ("documents", "gate", "hosts", "ledger", "policy", "register", "report", "review", "risk"),
    "America/St_Johns": ("check", "cmdb", "cmdb_sources", "history", "render", "repo", "scaffold", "schedule", "scope"),
}


class Absent(Exception):
    """This machine cannot imitate a part of a place; the text says what it lacks."""


@dataclass(frozen=True)
class Place:
    """Where the tests run: on a later day, under a Latin-1 locale, in a zone."""

    zone: str

    def environment(self, folder: Path) -> tuple[dict[str, str], list[str]]:
        """Return the environment that imitates the place, with files in a folder of its own, and what this machine lacks for it."""
        environment, lacks = {"TZ": self.zone}, []
        for part in (ahead, latin1):
            try:
                environment |= part(folder)
            except Absent as lack:
                lacks.append(str(lack))
        return environment, lacks


PARTS = 2


def ahead(_: Path) -> dict[str, str]:
    """The environment in which the clock of a process and of its children is ahead."""
    return _moved(_faketime(), f"+{DAYS_AHEAD}d")


def _faketime() -> Path:
    """The library that moves the clock of a process and of its children: the locked package's, else the system's."""
    package = importlib.util.find_spec("libfaketime") if sys.platform == "linux" else None
    folders = [*((package and package.submodule_search_locations) or ()), *SYSTEM_FOLDERS]
    for library in (found for folder in folders for found in sorted(Path(folder).rglob("libfaketime.so.1"))):
        if _serves(library):
            return library
    raise Absent("no libfaketime that works is here; Linux on x86-64 has it with the locked packages (requirements/dev.txt)")


def _serves(library: Path) -> bool:
    """Whether the clock moves and Python still sleeps under the library; some builds for distributions end there with EINVAL."""
    program = "import time; time.sleep(0.01); print(time.gmtime().tm_year)"
    moved = os.environ | _moved(library, "2040-06-01 00:00:00")
    done = subprocess.run([sys.executable, "-c", program], env=moved, capture_output=True, text=True, check=False)
    return done.stdout == "2040\n"


def _moved(library: Path, to: str) -> dict[str, str]:
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": to,
        # Time-outs run on the monotonic clock. It stays as it is, so that no wait takes 400 days.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        # A process reads its environment once: a test that empties its own for a moment is not brought back to today.
        "FAKETIME_CACHE_DURATION": "1000000",
    }


def latin1(folder: Path) -> dict[str, str]:
    """A German locale in ISO 8859-1, made for this run: no administrator is needed for it."""
    made = folder / "de_DE.ISO-8859-1"
    try:
        subprocess.run(["localedef", "-f", "ISO-8859-1", "-i", "de_DE", str(made)], capture_output=True, check=False)
    except FileNotFoundError:
        raise Absent("there is no `localedef`") from None
    if not made.is_dir():
        raise Absent("`localedef` has no sources of locales (Debian: the package `locales`)")
    environment = {"LOCPATH": str(folder), "LC_ALL": made.name}
    program = "import locale; print(locale.getpreferredencoding(False))"
    said = subprocess.run([sys.executable, "-c", program], env=clean() | environment, capture_output=True, text=True, check=False)
    if said.stdout.strip().upper() != "ISO-8859-1":
        raise Absent(f"Python does not take the locale ({said.stdout.strip()})")
    return environment


PLACES = tuple(map(Place, ELSEWHERE))


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in UTF8 and not name.startswith("LC_")}


def holding(place: Place) -> list[str]:
    """Return the rooms that run in a place; in the last one, also the modules beside the rooms, and those of other rooms that mark themselves."""
    rooms = [TESTS / room for room in ELSEWHERE[place.zone]]
    alone = []
    if place == PLACES[-1]:
        all_rooms = {TESTS / room for rooms in ELSEWHERE.values() for room in rooms}
        modules = [module for module in TESTS.rglob("test_*.py") if not set(module.parents) & all_rooms]
        alone = [module for module in modules if module.parent == TESTS or "mark.elsewhere" in module.read_text(encoding="utf-8")]
    return [str(path.relative_to(TESTS.parent)) for path in (*rooms, *sorted(alone))]


def _run(place: Place, arguments: list[str]) -> tuple[str, str]:
    """Run pytest in a place; return what it wrote, and what came of it."""
    with tempfile.TemporaryDirectory(prefix="elsewhere-") as folder:
        environment, lacks = place.environment(Path(folder))
        if len(lacks) == PARTS:
            return "", f"NOT RUN: {'; '.join(lacks)}"
        there = clean() | {"TEST_EXAMPLES": "few"} | environment
        command = [sys.executable, "-m", "pytest", *_workers(), *arguments]
        with tempfile.TemporaryFile() as written:  # two who write at the same time cannot be read
            code = subprocess.run(command, env=there, stdout=written, stderr=subprocess.STDOUT, check=False).returncode
            written.seek(0)
            told = written.read().decode("utf-8", "replace")
    result = "passed" if code == 0 else f"FAILED (pytest ended with {code})"
    return told, "; but ".join((result, *lacks))


def _workers() -> list[str]:
    """The arguments with which a place takes its part of the cores: where that is one, pytest itself runs the tests."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    each = cores // len(PLACES)
    return ["-n", str(each), "--dist", "worksteal"] if each > 1 else ["-n", "0"]


def main(arguments: list[str]) -> int:
    """Run pytest with these arguments in every place; 0 when no place failed."""
    touched = "--touched" in arguments
    arguments = [one for one in arguments if one != "--touched"]
    runs, results = {}, {}
    with ThreadPoolExecutor(len(PLACES)) as together:
        for place in PLACES:
            marked = ["-m", "elsewhere", *holding(place)] if touched else []
            runs[together.submit(_run, place, [*arguments, *marked])] = place
        for ended in as_completed(runs):
            place, (written, result) = runs[ended], ended.result()
            print(f"== {DAYS_AHEAD} days ahead, under a Latin-1 locale, in {place.zone}\n{written}", flush=True)
            results[place] = result
    for place in PLACES:
        print(f"{place.zone}: {results[place]}", flush=True)
    return int(any(result.startswith("FAILED") for result in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
