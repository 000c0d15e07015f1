"""The program that follows a workflow, in little time, and with one call to the host that fails where it is told so."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from changeflow.release_driver import workflow_program

from . import fault_calls
from .fault_calls import Calls, Point

# of what takes a minute, and of what a second
_MINUTE, _SECOND = 0.6, 0.05


def main() -> int:
    workflow_program.SETTLE = workflow_program.ENDING = _MINUTE  # type: ignore[misc]  # final for everybody else
    workflow_program.FIRST_LOOK = _SECOND  # type: ignore[misc]
    if fault_calls.REPORT in os.environ:
        lane, name, number = os.environ[fault_calls.AT].split("\t")
        at = Point(lane, name, int(number))
        # whatever kills it takes the driver with it, as a machine does that loses its power
        Calls(at, os.environ[fault_calls.FAULT], Path(os.environ[fault_calls.REPORT]), (os.getppid(),)).install_in_follower()
    return workflow_program.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
