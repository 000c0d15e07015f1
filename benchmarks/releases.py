"""Prints how much of a release of many no-op steps is spent outside of git: less than a quarter.

`--profile` prints what the rest is spent on.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from changeflow.repo import child_processes
from changeflow.repo.git_objects import ObjectReader
from changeflow.repo.programs import Programs
from tests.release.site import ID, Site

MOST = 0.25
STEPS = 50


class Spent:
    """Adds up the seconds within functions."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def within(self, owner: Any, name: str) -> None:
        """Count the time of a function from now on."""
        inner: Callable[..., Any] = getattr(owner, name)

        def outer(*words: Any, **more: Any) -> Any:
            began = time.perf_counter()
            try:
                return inner(*words, **more)
            finally:
                self.seconds += time.perf_counter() - began

        setattr(owner, name, outer)


def main(arguments: Sequence[str]) -> int:
    """Run the release and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true")
    chosen = parser.parse_args(arguments)
    git, programs = Spent(), Spent()
    git.within(child_processes, "run_here")
    git.within(child_processes, "run")
    git.within(ObjectReader, "_exchange")
    programs.within(Programs, "run")
    with tempfile.TemporaryDirectory() as place:
        site = Site.at(Path(place, "site"))
        steps = [{"name": f"step {number}", "run": ["true"]} for number in range(STEPS)]
        site.change(steps=steps, verification=[])
        site.cli("release", "plan", ID)
        git.seconds = programs.seconds = 0.0
        profile = cProfile.Profile()
        began = time.perf_counter()
        if chosen.profile:
            profile.enable()
        done = site.cli("release", "run", ID)
        profile.disable()
        whole = time.perf_counter() - began
    if done.code:
        sys.stdout.write(done.err)
        return 1
    if chosen.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    rest = whole - git.seconds - programs.seconds
    share = rest / whole
    said = f"{whole:.2f} s, {git.seconds:.2f} in git, {programs.seconds:.2f} in its programs"
    sys.stdout.write(f"a release of {STEPS} no-op steps: {said}; outside of both {share:.0%} (at most {MOST:.0%})\n")
    return 0 if share < MOST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
