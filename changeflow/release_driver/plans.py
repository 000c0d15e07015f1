"""Ask programs what will happen, before anything does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from changeflow import errors
from changeflow.model.phrases import Told, told
from changeflow.release.plan_formats.plan_text import OUTPUT_LIMIT, Machine, NoPlanError
from changeflow.release.planning import Planning
from changeflow.release_driver.ports import PlanPrograms
from changeflow.repo.programs import Programs, Ran

# characters that are quoted of what a program said when it failed
_SAID: Final = 400


def plans_made(
    asked: Iterable[Planning],
    programs: PlanPrograms,
    machine: Machine,
    differing: Callable[[Sequence[str]], str],
    say: Callable[[Told], None],
) -> dict[int, str]:
    """Run programs that say what will happen, one after the other.

    Args:
        asked: the programs.
        programs: run them.
        machine: what is noise here, and what must not be kept.
        differing: which of the files that a program is given are not as they should be; empty where
            all are.
        say: is told what begins.

    Returns:
        what is kept of each plan, by its number.

    Raises:
        errors.HostFailed: when a program fails, or prints no plan. That is never "no change".
        errors.Interrupted: when the user asked to end.
    """
    made: dict[int, str] = {}
    for planning in asked:
        say(told("watch.plan", **_named(planning)))
        difference = differing(planning.run)
        if difference:
            raise _failed(planning, "plan_program.changed", why=difference)
        printed = programs.printed(
            planning.run,
            environment=planning.environment,
            timeout=planning.timeout,
            limit=OUTPUT_LIMIT,
        )
        if printed.too_long:
            raise _failed(planning, "plan_program.no_plan", why=[told("no_plan.too_long", limit=OUTPUT_LIMIT)])
        if printed.ran.how == "interrupted":
            raise errors.Interrupted.of("run.stopped", case="plan")
        _refuse_failed(planning, printed.ran)
        try:
            made[planning.number] = planning.kept(
                printed.output, machine, printed.ran.exit_code
            )
        except NoPlanError as error:
            raise _failed(planning, "plan_program.no_plan", why=[error.why]) from None
    return made


def _refuse_failed(planning: Planning, ran: Ran) -> None:
    is_over = ran.how in ("done", "failed")
    if is_over and planning.is_answer(ran.exit_code):
        return
    said = " ".join(ran.output.split())[-_SAID:]
    if said:
        raise _failed(planning, "plan_program.said", why=ran.detail, said=said)
    raise _failed(planning, "plan_program.failed", why=ran.detail)


def _failed(planning: Planning, code: str, **data: Any) -> errors.HostFailed:
    return errors.HostFailed.of(code, **_named(planning), **data)


def _named(planning: Planning) -> dict[str, Any]:
    return {"number": planning.number, "program": planning.run[0]}


def machine_of(root: Path, prefix: str, programs: Programs) -> Machine:
    """Return what differs between machines, of this one.

    Args:
        root: the change repository.
        prefix: its folder in the git repository, with a slash at its end.
        programs: know which values of variables are secrets.
    """
    top = root
    for _ in filter(None, prefix.split("/")):
        top = top.parent
    return Machine(str(top), os.environ.get("HOME", ""), programs.secrets())
