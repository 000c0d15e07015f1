"""A process that has imported the bot once and forks a child for every job: a job's own process, environment and files, without
paying for the imports each time. Lines of JSON on stdin: `{"cwd", "environment", "arguments", "out", "err", "clock"}`; the exit
status comes back as a line.
"""

from __future__ import annotations

import functools
import json
import os
import sys


def main() -> None:
    import github3  # noqa: F401 - imported here so that children need not
    from runnerclock import set_clock

    import changeflow.bot.control_watch
    import changeflow.bot.deployment
    import changeflow.bot.merge_group
    import changeflow.bot.recording
    import changeflow.bot.run
    import changeflow.bot.sweep
    import changeflow.cli.ci
    import changeflow.hosts.github.actions_job  # noqa: F401
    from changeflow.cli.main import run
    from changeflow.hosts.github import client

    # GitHub asks for a second between writes, the double does not. Jobs of a fresh interpreter keep it.
    client.RetryPolicy = functools.partial(client.RetryPolicy, write_gap=0.0)  # type: ignore[assignment,misc]

    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            os.chdir(told["cwd"])
            os.environ.clear()
            os.environ.update(told["environment"])
            for number, name in ((1, "out"), (2, "err")):
                os.dup2(os.open(told[name], os.O_WRONLY | os.O_CREAT, 0o600), number)
            set_clock(told["clock"])
            status = run(told["arguments"])
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        _, waited = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(waited)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
