"""`changeflow report unauthorised`: what was delivered without authority, and what became of it."""

from __future__ import annotations

import os

import click

from changeflow.cli.report_options import Asked, Made, list_paper


@click.command()
@list_paper("report_unauthorised")
def unauthorised(asked: Asked) -> Made:
    r"""List what was delivered in a period without a request that was agreed to.

    Every commit of the main branch, tag, deployment and release is matched with a request. What has
    none is listed with its time, who made it, what it touches, and what became of it: a request
    written afterwards, taken back, an exception with its reason, or open. For each that is open the
    paper says what to type. Gaps between commits, ledger, releases and requests follow, and
    differences of the CMDB from its last baseline.

    On GitHub, pushes, deployments and releases are asked for where GITHUB_TOKEN or GH_TOKEN is set.
    What was not looked at, or not whole, is named, and counts as not known. The date of a commit
    may be anything: where the host, the ledger or the order of the branch contradicts it, the paper
    goes by these, and says so.

    Exit code: 0 the paper was made; 4 policies, roster or CMDB cannot be read.

    \b
    Examples:
      changeflow report unauthorised --from 2026-10-01 --to 2027-01-01
      changeflow --lang zh report unauthorised --format csv --bom > unauthorised.csv
    """
    from changeflow.render.report_unauthorised import FORMATS
    from changeflow.usecases.report.completeness import completeness
    from changeflow.usecases.report.unauthorised import unauthorised_paper

    found = completeness(asked.view, asked.period, asked.clock, os.environ)
    return FORMATS, unauthorised_paper(asked.view, asked.period, asked.clock, found)
