"""`changeflow report roles`: roles and authorities."""

from __future__ import annotations

from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import Invocation, bom_option, format_option, now_option
from changeflow.cli.report_options import asked_of, out_option, write_paper


@click.command()
@now_option
@bom_option
@out_option
@format_option("report_roles")
@click.pass_obj
def roles(
    invocation: Invocation,
    now: str | None,
    bom: bool,
    out: Path | None,
    format_: str,
) -> int:
    r"""List roles with members and duties, what each decides by which rule, people, delegations.

    Duties are `role_duties` of the roster. A rule asks for the seats of a role; rules that compute
    the role from the change, such as the owners of an item, are not listed with it, but the items
    that a role owns are.

    Exit code: 0 the paper was made; 4 policies, roster or CMDB cannot be read.

    \b
    Examples:
      changeflow report roles
      changeflow --lang zh report roles --format html --out roles.html
    """
    from changeflow.render.report_roles import FORMATS
    from changeflow.usecases.report.roles import roles_paper

    asked = asked_of(invocation, now)
    paper = roles_paper(asked.view, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, bom=bom, out=out)
    return errors.OK
