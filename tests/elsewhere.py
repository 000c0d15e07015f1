"""Runs the tests again as if they were elsewhere: on a later day, in another zone, under a locale that is not UTF-8.

`python -m tests.elsewhere [--touched] [arguments of pytest]`. With `--touched`, a place runs the tests with its marker alone, which touch what is
otherwise there, and reads no other rooms. Property tests try a few examples. A place that this machine cannot imitate is left out, and the last lines say so.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DAYS_AHEAD = 400
SYSTEM_FOLDERS = ("/usr/lib", "/usr/local/lib", "/usr/lib64")
# What would make Python or a program take UTF-8 for text whatever the locale is.
UTF8 = ("PYTHONUTF8", "PYTHONIOENCODING", "PYTHONCOERCECLOCALE", "LANG", "LANGUAGE", "LOCPATH")


TESTS = Path(__file__).resolve().parent
# The rooms that CI runs again: those whose tests touch dates on a later day, those that touch paths or text under Latin-1, each in
# another zone. A module of another room marks itself.
ELSEWHERE = {
    "later": ("cmdb", "documents", "gate", "history", "hosts", "ledger", "policy", "register", "report", "review", "risk", "schedule"),
    "latin1": ("check", "cmdb_sources", "documents", "history", "hosts", "ledger", "policy", "render", "repo", "report", "scaffold", "scope"),
}


class Absent(Exception):
    """This machine cannot imitate the place; the text says what it lacks."""


@dataclass(frozen=True)
class Place:
    """Where the tests run: what to call it, its marker, and the environment that imitates it, made in a temporary folder."""

    name: str
    marker: str
    environment: Callable[[Path], dict[str, str]]


def _ahead(zone: str) -> Callable[[Path], dict[str, str]]:
    def environment(_: Path) -> dict[str, str]:
        return _moved(_faketime(), f"+{DAYS_AHEAD}d") | {"TZ": zone}

    return environment


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


def _latin1(folder: Path) -> dict[str, str]:
    """A German locale in ISO 8859-1, made for this run: no administrator is needed for it."""
    made = folder / "de_DE.ISO-8859-1"
    try:
        subprocess.run(["localedef", "-f", "ISO-8859-1", "-i", "de_DE", str(made)], capture_output=True, check=False)
    except FileNotFoundError:
        raise Absent("there is no `localedef`") from None
    if not made.is_dir():
        raise Absent("`localedef` has no sources of locales (Debian: the package `locales`)")
    environment = {"LOCPATH": str(folder), "LC_ALL": made.name, "TZ": "America/St_Johns"}
    program = "import locale; print(locale.getpreferredencoding(False))"
    said = subprocess.run([sys.executable, "-c", program], env=clean() | environment, capture_output=True, text=True, check=False)
    if said.stdout.strip().upper() != "ISO-8859-1":
        raise Absent(f"Python does not take the locale ({said.stdout.strip()})")
    return environment


PLACES = (
    Place(f"{DAYS_AHEAD} days ahead in Asia/Shanghai", "later", _ahead("Asia/Shanghai")),
    Place("under a Latin-1 locale in America/St_Johns", "latin1", _latin1),
)


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in UTF8 and not name.startswith("LC_")}


def holding(marker: str) -> list[str]:
    """Return the rooms whose tests have a marker, and the modules beside them and elsewhere that may have it."""
    rooms = [TESTS / room for room in ELSEWHERE[marker]]
    modules = [module for module in TESTS.rglob("test_*.py") if not set(module.parents) & set(rooms)]
    own = [module for module in modules if module.parent == TESTS or f"mark.{marker}" in module.read_text(encoding="utf-8")]
    return [str(path.relative_to(TESTS.parent)) for path in (*rooms, *sorted(own))]


def _run(place: Place, folder: Path, arguments: list[str]) -> str:
    try:
        environment = clean() | {"TEST_EXAMPLES": "few"} | place.environment(folder)
    except Absent as lack:
        return f"NOT RUN: {lack}"
    code = subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode
    return "passed" if code == 0 else f"FAILED (pytest ended with {code})"


def main(arguments: list[str]) -> int:
    """Run pytest with these arguments in every place; 0 when no place failed."""
    results = {}
    touched = "--touched" in arguments
    arguments = [one for one in arguments if one != "--touched"]
    for place in PLACES:
        print(f"== {place.name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="elsewhere-") as folder:
            marked = ["-m", place.marker, *holding(place.marker)] if touched else []
            results[place.name] = _run(place, Path(folder), [*arguments, *marked])
    for name, result in results.items():
        print(f"{name}: {result}", flush=True)
    return int(any(result.startswith("FAILED") for result in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
