"""`changeflow policy`: list, explain, test, simulate, backtest, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    change_argument,
    format_option,
    located,
    now_option,
    which_change,
)
from changeflow.cli.presenting import presented_at
from changeflow.cli.report_options import out_option, write_paper
from changeflow.cli.terminal import emit

if TYPE_CHECKING:
    from changeflow.reading.state import State


@click.group()
def command() -> None:
    r"""List, explain, test and simulate policies, and try them on the past.

    \b
    Examples:
      changeflow policy explain cab-quorum
      changeflow policy test
    """


def rev_option(function: click.decorators.FC) -> click.decorators.FC:
    """Add `--rev REV`."""
    return click.option(
        "--rev",
        metavar="REV",
        envvar="CHANGEFLOW_REV",
        help="Read from this revision (default: the work tree).",
    )(function)


def _source(invocation: Invocation, rev: str | None) -> State:
    from changeflow.reading.view import state_at

    return state_at(invocation.readable(), rev)


@command.command("list")
@rev_option
@format_option("policy", "RULES")
@click.pass_obj
def list_(invocation: Invocation, rev: str | None, format_: str) -> int:
    r"""List every rule by gate.

    \b
    Examples:
      changeflow policy list
      changeflow policy list --rev main --format json
    """
    from changeflow.render.policy import RULES
    from changeflow.usecases.policy.explain import rules

    source = _source(invocation, rev)
    found = rules(source)
    emit(RULES[format_](found, presented_at(invocation, source)))
    return errors.OK


@command.command()
@click.argument(
    "name", metavar="RULE-or-POLICY", help="A rule, or a policy with all its rules, by its id."
)
@rev_option
@format_option("policy", "EXPLAINED")
@click.pass_obj
def explain(invocation: Invocation, name: str, rev: str | None, format_: str) -> int:
    r"""Explain one rule, or all rules of a policy.

    \b
    Examples:
      changeflow policy explain cab-quorum
      changeflow policy explain approvals
    """
    from changeflow.render.policy import EXPLAINED
    from changeflow.usecases.policy.explain import explain as find

    source = _source(invocation, rev)
    found = find(source, name)
    emit(EXPLAINED[format_](found, presented_at(invocation, source)))
    return errors.OK


@command.command()
@rev_option
@format_option("policy", "TESTS")
@click.pass_obj
def test(invocation: Invocation, rev: str | None, format_: str) -> int:
    r"""Run the test cases in policies/tests/.

    Exit 0 when all pass, 1 when one fails.

    \b
    Examples:
      changeflow policy test
    """
    from changeflow.render.policy import TESTS
    from changeflow.usecases.policy.explain import run_tests

    source = _source(invocation, rev)
    run = run_tests(source)
    emit(TESTS[format_](run, presented_at(invocation, source)))
    return errors.OK if run.passed else errors.NO


@command.command()
@change_argument
@click.option(
    "--approve",
    "approvers",
    multiple=True,
    metavar="PERSON",
    help="Suppose that this person approved; may be repeated.",
)
@click.option(
    "--as-of", "as_of", metavar="T", help="Suppose that it is this time, e.g. `friday 22:10`."
)
@click.option(
    "--gate",
    "gate",
    type=click.Choice(["submit", "approve", "deploy", "close"]),
    default="approve",
    show_default=True,
    help="The gate.",
)
@click.option(
    "--proposed",
    "folder",
    metavar="DIR",
    help="Suppose that the policies, risk model and change models are those of this folder.",
)
@click.option(
    "--base",
    metavar="REV",
    envvar="CHANGEFLOW_BASE",
    help="Read policies, roster and CMDB from this revision (default: the main branch).",
)
@click.option(
    "--head",
    metavar="REV",
    envvar="CHANGEFLOW_HEAD",
    help="Read the change from this revision (default: the work tree).",
)
@now_option
@format_option("decision")
@click.pass_obj
def simulate(
    invocation: Invocation,
    change: str | None,
    approvers: tuple[str, ...],
    as_of: str | None,
    gate: str,
    folder: str | None,
    base: str | None,
    head: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Ask what if: decide a gate as if a person had approved, at another time, by other policies.

    Nothing is recorded. Exit 0 when the gate would be open, 1 when it would be shut.

    \b
    Examples:
      changeflow policy simulate CHG-20261121-payments-db-upgrade --approve carol --approve dave
      changeflow policy simulate CHG-20261121-payments-db-upgrade --gate deploy \
        --as-of 2026-11-25T22:10:00+08:00
      changeflow policy simulate CHG-20261121-payments-db-upgrade --proposed ../proposal/policies
    """
    from changeflow.cli.context import clock, moment
    from changeflow.cli.presenting import presented
    from changeflow.render.decision import FORMATS
    from changeflow.usecases.gate.decide import simulate as suppose

    view = located(invocation.readable(), base, head)
    to = presented(invocation, view)
    if folder is not None:
        from dataclasses import replace
        from pathlib import Path

        from changeflow.reading.other_rules import RuledState, rules_in

        view = replace(view, base=RuledState(view.base, rules_in(Path(folder))))
    supposed = moment(as_of, "--as-of", clock(now).now, to) or clock(now).now
    decision = suppose(view, gate, which_change(view, change), supposed, approvers)
    emit(FORMATS[format_](decision, to))
    return errors.OK if decision.open else errors.NO


@command.command()
@click.option(
    "--proposed",
    "folder",
    metavar="DIR",
    help="Try the policies, risk model and change models of this folder beside those of today.",
)
@click.option(
    "--proposed-rev",
    "proposed_rev",
    metavar="REV",
    help="Try those of this revision beside those of today.",
)
@click.option(
    "--history",
    "records",
    metavar="DIR",
    help="Try them on the records of another system in this folder, not on this repository's own.",
)
@click.option("--from", "since", metavar="T", help="Only changes that began at or after this time.")
@click.option("--to", "until", metavar="T", help="Only changes that began before this time.")
@click.option(
    "--base",
    metavar="REV",
    envvar="CHANGEFLOW_BASE",
    help="Take this revision's policies for those of today (default: the main branch).",
)
@now_option
@format_option("policy_backtest")
@click.pass_obj
def backtest(
    invocation: Invocation,
    folder: str | None,
    proposed_rev: str | None,
    records: str | None,
    since: str | None,
    until: str | None,
    base: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Try policies on the changes of the past.

    Each change is judged as it stood when it was decided about: request, CMDB, calendars and
    opinions are those of that time. Counted are approvals by role, hours of waiting (an assumption),
    later failures, and what each rule says. Nothing is recorded.

    With --history, records of another system are tried, as far as they say what a rule reads.

    \b
    Examples:
      changeflow policy backtest
      changeflow policy backtest --proposed ../proposal/policies
      changeflow policy backtest --history history
      changeflow policy backtest --proposed-rev stricter --from 2026-01-01 --format html
    """
    from pathlib import Path

    from changeflow.cli.context import clock
    from changeflow.cli.presenting import presented
    from changeflow.cli.typed_periods import from_to
    from changeflow.insight.policy_answer import BeganIn
    from changeflow.reading.other_rules import rules_at, rules_in
    from changeflow.render.policy_backtest import FORMATS
    from changeflow.replaying.policy_backtest import backtest as run

    if folder is not None and proposed_rev is not None:
        raise errors.UsageError.of("option.two_proposals")
    view = located(invocation.readable(), base)
    to = presented(invocation, view)
    at = clock(now).now
    period = BeganIn(*from_to(since, until, at, to))
    proposed = None
    if folder is not None:
        proposed = rules_in(Path(folder))
    elif proposed_rev is not None:
        proposed = rules_at(view.store.at(proposed_rev))
    if records is None:
        emit(FORMATS[format_](run(view, proposed, period), to))
        return errors.OK
    from changeflow.usecases.policy.backtest_records import backtest_records

    emit(FORMATS[format_](backtest_records(view.base, Path(records), proposed, period), to))
    return errors.OK


@command.command()
@click.option(
    "--rev",
    metavar="REV",
    envvar="CHANGEFLOW_REV",
    help="Read from this revision (default: the main branch).",
)
@out_option
@format_option("policy_paper")
@click.pass_obj
def export(invocation: Invocation, rev: str | None, out: Path | None, format_: str) -> int:
    r"""Write the change management policy as a document for readers to sign.

    What is under control, the categories of change and how each is managed, which changes may have a
    major impact, standard changes, roles, freezes, records. Rules stand in words, with the
    expressions that gates decide by below them. Its version is the commit that last changed it.

    \b
    Examples:
      changeflow policy export --format markdown --out policy.md
      changeflow --lang zh policy export --format html --out policy.html
    """
    from changeflow.render.policy_paper import FORMATS
    from changeflow.repo.git import Git
    from changeflow.usecases.policy.export import change_policy

    state = (
        _source(invocation, rev) if rev is not None else located(invocation.readable(), None).base
    )
    found = change_policy(state, Git(invocation.readable()))
    write_paper(FORMATS[format_](found, presented_at(invocation, state)), format_, out=out)
    return errors.OK
