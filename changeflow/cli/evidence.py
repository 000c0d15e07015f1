"""`changeflow evidence record`."""

from __future__ import annotations

from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    change_argument,
    clock,
    format_option,
    located,
    now_option,
    which_change,
)
from changeflow.cli.presenting import presented
from changeflow.cli.terminal import emit


@click.group()
def command() -> None:
    r"""Record what CI proved of a commit, for rules that ask for evidence.

    \b
    Examples:
      changeflow evidence record --kind junit --name unit --path build/junit.xml
    """


@command.command("record")
@change_argument
@click.option(
    "--kind",
    type=click.Choice(["junit", "sarif", "sbom", "file"]),
    required=True,
    help="What the file is: a report that is read, or any file by its digest.",
)
@click.option(
    "--name", metavar="NAME", required=True, help="What rules call it, such as `unit` or `scan`."
)
@click.option(
    "--path", metavar="FILE", required=True, type=click.Path(path_type=Path), help="The file."
)
@click.option("--check", metavar="CHECK", default="", help="The check of CI that made the file.")
@click.option(
    "--commit",
    "rev",
    metavar="REV",
    default="HEAD",
    show_default=True,
    help="The commit that the file was made of.",
)
@click.option(
    "--key",
    metavar="FILE",
    help="SSH key of an automation of the roster (default: CHANGEFLOW_KEY, then git's own signing "
    "key).",
)
@click.option(
    "--base",
    metavar="REV",
    envvar="CHANGEFLOW_BASE",
    help="Read roster and configuration from here (default: the main branch).",
)
@now_option
@format_option("recorded_evidence")
@click.pass_obj
def record(
    invocation: Invocation,
    /,
    change: str | None,
    kind: str,
    name: str,
    path: Path,
    check: str,
    rev: str,
    key: str | None,
    base: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Record a file that CI made of a commit: its digest, and what it says.

    JUnit XML, SARIF 2.1.0, CycloneDX and SPDX in JSON are read. The file itself is not kept. The
    entry is signed by an automation of the roster (`kind: agent`), and proves something of this
    commit and of commits with the same tree, for the rules that ask for it (`require_evidence`).

    Exit code: 0 recorded; 1 recorded, but it shows a failure or cannot be judged, or refused and
    nothing was recorded; 3 no such change or file; 4 a ledger that cannot be read.

    \b
    Examples:
      changeflow evidence record --kind junit --name unit --path build/junit.xml
      changeflow evidence record --kind sarif --name scan --path scan.sarif --check codeql
      changeflow evidence record CHG-20261121-payments-db-upgrade --kind file --name image --path image.tar
    """
    from changeflow.render.recorded_evidence import FORMATS
    from changeflow.usecases.gate.record_evidence import EvidenceWish, record_evidence

    view = located(invocation.root(), base, acts=True)
    wish = EvidenceWish(kind, name, path, check, rev, key)  # type: ignore[arg-type]  # click has chosen
    recorded = record_evidence(view, which_change(view, change), wish, clock(now))
    emit(FORMATS[format_](recorded, presented(invocation, view)))
    return errors.OK if recorded.good else errors.NO
