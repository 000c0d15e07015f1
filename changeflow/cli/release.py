"""`changeflow release`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    clock,
    format_option,
    located,
    now_option,
    which_change,
)
from changeflow.cli.presenting import presented
from changeflow.cli.release_rehearse import command as rehearse
from changeflow.cli.telling import emit_done
from changeflow.cli.terminal import emit, tell

if TYPE_CHECKING:
    from changeflow.reading.view import View
    from changeflow.release.plan import Plan
    from changeflow.render.presentation import Presentation
    from changeflow.usecases.release.run import Answered, Prepared
    from changeflow.usecases.release.several_changes import Many


_as = click.option("--as", "person", metavar="PERSON", help="Who says so: a name of the roster.")
_key = click.option(
    "--key",
    metavar="FILE",
    help="SSH key to sign with (default: CHANGEFLOW_KEY, then git's own signing key).",
)
_base = click.option(
    "--base",
    metavar="REV",
    envvar="CHANGEFLOW_BASE",
    help="Read policies, roster and CMDB from this revision (default: the main branch).",
)
_note = click.option("--note", "-m", metavar="TEXT", default="", help="Words for the record.")
_wait = click.option(
    "--wait",
    metavar="DURATION",
    help="How long to wait for a confirmation, e.g. PT10M (default: as long as it takes on a "
    "terminal, not at all elsewhere).",
)
_met = click.option(
    "--preconditions-met",
    is_flag=True,
    help="You have seen that the rollback's manual preconditions hold.",
)
_run = click.option(
    "--run",
    "gone",
    metavar="ID",
    default="",
    help="You say that this run is gone: the one `status` shows.",
)
_local = click.option(
    "--local",
    is_flag=True,
    help="Releases run from this clone alone: its ledger need not be anywhere else.",
)
_change = click.argument(
    "change",
    metavar="CHANGE-or-RELEASE",
    help="A change: its id, or a part of it that no other has. Or a release of several changes, by "
    "its id.",
)
_one_change = click.argument(
    "change", metavar="CHANGE", help="A change: its id, or a part of it that no other has."
)


@click.group()
def command() -> None:
    r"""Run, follow, resume, roll back and confirm releases.

    Every step is recorded in the ledger before and after it runs. When a step fails, the rollback
    plan runs.

    \b
    Examples:
      changeflow release plan CHG-20261121-payments-db-upgrade
      changeflow release run CHG-20261121-payments-db-upgrade
      changeflow release confirm CHG-20261121-payments-db-upgrade --step implementation/1 --as carol
    """


command.add_command(rehearse, "rehearse")


@command.command("plan")
@_change
@_base
@now_option
@format_option("release")
@click.pass_obj
def plan_(invocation: Invocation, /, change: str, **options: Any) -> int:
    r"""Show what a release would do, step by step, and how it can be taken back.

    Nothing runs. Each step says how it is undone. At the end stand the point of no return and the
    longest that returning may take.

    \b
    Example:
      changeflow release plan CHG-20261121-payments-db-upgrade
    """
    from changeflow.render.release import plan_text, several_text
    from changeflow.usecases.release import run as release
    from changeflow.usecases.release.several_changes import planned_release

    plans: list[Plan] = []

    def look(prepared: Prepared) -> Answered:
        plans.append(prepared.job.plan)
        return release.planned(prepared)

    view = _looking(invocation, options)
    answered = _each(invocation, view, change, look, options, many="look")
    if options["format_"] == "json":
        return _show(answered, "json", presented(invocation, view), answer_is_all=True)
    to = presented(invocation, view)
    answers = answered.answer.changes or (answered.answer,)
    rehearsals = {one.change: one.rehearsal for one in answers}
    texts = [plan_text(plan, to, rehearsals.get(plan.change)) for plan in plans]
    several = planned_release(view, change)
    if several is not None:
        texts.insert(0, several_text(several.stages, several.parallel, several.on_failure, to))
    emit("\n".join(texts))
    return errors.OK


@command.command()
@_change
@_as
@_key
@_wait
@_met
@_base
@_local
@now_option
@format_option("release")
@click.pass_obj
def run(invocation: Invocation, /, change: str, **options: Any) -> int:
    r"""Release a change step by step, and run its rollback plan when something fails.

    It asks the deploy gate, claims the environments, runs the steps, and verifies the result.

    Exit 0 when the change is implemented (a second run finds it so and runs nothing), 1 when it was
    refused, rolled back, left with a failed rollback, or waits for a person. A release whose window
    ends before its next implementation step is rolled back before that step.

    \b
    Examples:
      changeflow release run CHG-20261121-payments-db-upgrade
      changeflow release run CHG-20261121-payments-db-upgrade --as bob --wait PT30M --format json
    """
    from changeflow.usecases.release import run as release

    view = _acting(invocation, options)
    answered = _each(
        invocation, view, change, release.run, options, many="run", drives=True, takes_up=True
    )
    return _show(answered, options["format_"], presented(invocation, view))


@command.command()
@_change
@_as
@_key
@_wait
@_met
@_base
@_run
@_local
@now_option
@format_option("release")
@click.pass_obj
def resume(invocation: Invocation, /, change: str, **options: Any) -> int:
    r"""Go on with a release whose process was interrupted or lost.

    A step whose outcome is unknown is looked at with its `verify`; without one a person decides
    with `release confirm`. Of a release of several changes, those that were begun go on, and the
    others start in their order. Exit codes are those of `release run`.

    \b
    Example:
      changeflow release resume CHG-20261121-payments-db-upgrade
    """
    from changeflow.usecases.release import run as release

    view = _acting(invocation, options)
    answered = _each(
        invocation, view, change, release.resume, options, many="resume", drives=True, takes_up=True
    )
    return _show(answered, options["format_"], presented(invocation, view))


@command.command()
@_change
@_as
@_key
@_wait
@_note
@_base
@_run
@_local
@now_option
@format_option("release")
@click.pass_obj
def rollback(invocation: Invocation, /, change: str, **options: Any) -> int:
    r"""Order the rollback of a release that is under way or has just been implemented.

    Of a release of several changes, all that were begun are rolled back, the last one first. Exit 0
    when it is rolled back, or when the process that runs it will roll it back; 1 when not.

    \b
    Example:
      changeflow release rollback CHG-20261121-payments-db-upgrade --as bob \
        --note "Settlement errors at 4 %"
    """
    from changeflow.usecases.release import run as release

    def order(prepared: Prepared) -> Answered:
        return release.rollback(prepared, options["note"])

    view = _acting(invocation, options)
    answered = _each(
        invocation, view, change, order, options, many="back", drives=True, speaks=True
    )
    return _show(answered, options["format_"], presented(invocation, view))


@command.command()
@_one_change
@click.option(
    "--step",
    metavar="KEY",
    default="",
    help="Which step, e.g. implementation/1 (default: the one that waits).",
)
@_as
@click.option("--done", "word", flag_value="done", default="done", help="It was done (default).")
@click.option("--not-done", "word", flag_value="not-done", help="It was not done: it will run.")
@click.option("--failed", "word", flag_value="failed", help="It failed: the rollback plan runs.")
@click.option(
    "--resolved",
    "word",
    flag_value="resolved",
    help="People ended a failed rollback, or a release whose journal makes no sense: the service "
    "is restored.",
)
@_note
@_key
@_base
@_run
@now_option
@format_option("release")
@click.pass_obj
def confirm(invocation: Invocation, /, change: str, **options: Any) -> int:
    r"""Record what a person says about a manual or unknown step, or a failed rollback.

    Nothing runs: `release run` goes on with the release afterwards.

    \b
    Examples:
      changeflow release confirm CHG-20261121-payments-db-upgrade --step implementation/1 --as carol
      changeflow release confirm CHG-20261121-payments-db-upgrade --step implementation/0 \
        --as carol --not-done
      changeflow release confirm CHG-20261121-payments-db-upgrade --resolved --as carol \
        --note "Old primary promoted by hand"
    """
    from changeflow.usecases.release import run as release
    from changeflow.usecases.release.interventions import Confirmation

    word, note, step = options["word"], options["note"], options["step"]

    def say(prepared: Prepared) -> Answered:
        return release.confirm(prepared, Confirmation(word, step, note))

    view = _acting(invocation, options)
    if word == "resolved":
        answered = _resolved(invocation, view, change, options)
    else:
        answered = _each(invocation, view, change, say, options, speaks=True)
    return _show(answered, options["format_"], presented(invocation, view))


@command.command()
@_change
@_base
@now_option
@format_option("release")
@click.pass_obj
def status(invocation: Invocation, /, change: str, **options: Any) -> int:
    r"""Show how far a release is; before and after it, the state of the change.

    \b
    Example:
      changeflow release status CHG-20261121-payments-db-upgrade --format json
    """
    from changeflow.usecases.release import run as release

    by_change: dict[str, Prepared] = {}

    def look(prepared: Prepared) -> Answered:
        by_change[prepared.job.change] = prepared
        return release.status(prepared)

    view = _looking(invocation, options)
    answered = release.in_life(
        _each(invocation, view, change, look, options, many="look"), by_change
    )
    return _show(answered, options["format_"], presented(invocation, view), answer_is_all=True)


# -- one way for all ---------------------------------------------------------------------------


def _looking(invocation: Invocation, options: dict[str, Any]) -> View:
    return located(invocation.root(), options["base"])


def _acting(invocation: Invocation, options: dict[str, Any]) -> View:
    return located(invocation.root(), options["base"], acts=True, starts=True)


def _each(
    invocation: Invocation,
    view: View,
    argument: str,
    act: Callable[[Prepared], Answered],
    options: dict[str, Any],
    *,
    many: Many = "no",
    drives: bool = False,
    takes_up: bool = False,
    speaks: bool = False,
) -> Answered:
    """Act on a change, or on every change of a release where `many` allows it."""
    from changeflow.cli.watching import stoppable, watching
    from changeflow.usecases.release.prepare import ReleaseOptions
    from changeflow.usecases.release.several_changes import for_each_change, is_release

    named = argument if is_release(view.head, argument) else which_change(view, argument)

    to = presented(invocation, view)
    with stoppable() if drives else nullcontext() as stop, watching(to) as watcher:
        release_options = ReleaseOptions(
            watcher=watcher,
            now=_fixed_time(options["now"]),
            by=options.get("person"),
            key=options.get("key"),
            wait=_seconds_to_wait(options.get("wait")),
            preconditions_met=options.get("preconditions_met", False),
            gone=options.get("gone", ""),
            speaks=speaks,
            local=options.get("local", False),
            stop=stop or (lambda: 0),
            stop_step=stop.insisted if stop else (lambda: 0),
            takes_up=takes_up,
            variables=os.environ,
        )
        return for_each_change(view, named, act, release_options, many=many)


def _resolved(invocation: Invocation, view: View, change: str, options: dict[str, Any]) -> Answered:
    from changeflow.cli.watching import watching
    from changeflow.usecases.release.prepare import ReleaseOptions
    from changeflow.usecases.release.resolve import resolved

    with watching(presented(invocation, view)) as watcher:
        release_options = ReleaseOptions(
            watcher,
            _fixed_time(options["now"]),
            options["person"],
            options["key"],
            local=True,
            variables=os.environ,
        )
        return resolved(view, which_change(view, change), release_options, options["note"])


def _fixed_time(now: str | None) -> datetime | None:
    return None if now is None else clock(now).now


def _seconds_to_wait(wait: str | None) -> float:
    """Return the seconds to wait for a confirmation.

    Without `--wait` there is no limit on a terminal, and no waiting elsewhere.
    """
    if wait is None:
        for stream in (sys.stdin, sys.stderr):
            if stream is None or not stream.isatty():
                return 0.0
        return float("inf")
    from changeflow.model.phrases import told_by
    from changeflow.model.times import parse_duration

    try:
        return parse_duration(wait).total_seconds()
    except ValueError as error:
        raise errors.UsageError.of("option.wait", why=told_by(error)) from error


def _show(
    answered: Answered, format_: str, to: Presentation, *, answer_is_all: bool = False
) -> int:
    """Show an answer.

    After an action, the exit code reports the action, whether or not the answer could be written.
    """
    from changeflow.language.sentences import in_a_row
    from changeflow.render.release import FORMATS

    text = FORMATS[format_](answered.answer, to)
    if answer_is_all:
        emit(text)
    else:
        emit_done(text, f"`changeflow release status {answered.answer.change}` shows how it stands")
    if answered.hint:
        said = in_a_row([answered.hint], to)
        if answered.refusal is not None:
            said = answered.refusal.said(to).hint
        tell(to.says("decision.hint", hint=said))
    return answered.code
