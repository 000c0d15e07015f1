"""Entry point. `--version` is answered before anything is imported: start-up time is a feature."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return the exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from changeflow import __version__

        try:
            sys.stdout.write(f"changeflow {__version__}\n")
            sys.stdout.flush()
        except (OSError, AttributeError):
            # It is closed or cannot be written: what any other command does about that follows.
            sys.argv[1:] = ["--version"]
        else:
            return 0
    from changeflow.utf8 import use_utf8

    use_utf8()
    import atexit
    import gc

    # A command lives for a fraction of a second and frees next to nothing; looking for garbage
    # after every 700 new objects, as Python does unasked, is time spent for nothing while records
    # are being built.
    gc.set_threshold(200_000, 20, 50)
    # Nor is anything gained by the search through every object when the interpreter ends.
    atexit.register(gc.freeze)
    from changeflow.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
