"""`changeflow` in an interpreter of its own, on a machine whose clock says what the first argument says."""

from __future__ import annotations

import sys

from runnerclock import set_clock

from changeflow.cli.main import run

if __name__ == "__main__":
    set_clock(sys.argv[1])
    sys.exit(run(sys.argv[2:]))
