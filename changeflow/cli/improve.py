"""`changeflow improve`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, located, moment, now_option
from changeflow.cli.presenting import presented
from changeflow.cli.terminal import emit, tell
from changeflow.model.times import local_day


@click.command()
@click.argument(
    "name",
    help="Its id and the name of its file: small letters, digits and hyphens.",
)
@click.option(
    "--review",
    metavar="CHANGE",
    help="It comes from the review of this change; `CHANGE#2` is its second follow-up.",
)
@click.option("--audit", metavar="ID", help="It comes from this audit of the CMDB.")
@click.option("--period", metavar="ID", help="It comes from the review of this period: a trend.")
@click.option("--nonconformity", metavar="TEXT", help="What was not as required.")
@click.option("--clause", metavar="TEXT", help="The requirement that was not met.")
@click.option("--ci", metavar="ID", help="The configuration item that it is about.")
@click.option("--finding", metavar="TEXT", help="What was found (default: what the review learnt).")
@click.option(
    "--action", metavar="TEXT", help="What is done about it (default: what the follow-up asks)."
)
@click.option(
    "--owner",
    metavar="NAME",
    help="The role or person who sees to it (default: the owner of the follow-up).",
)
@click.option(
    "--due", metavar="DAY", help="The day by which it is done (default: that of the follow-up)."
)
@click.option(
    "--done-by",
    metavar="CHANGE-or-COMMIT",
    help="Say what carried out the improvement of this name.",
)
@click.option(
    "--verified-by",
    metavar="PERSON",
    help="Say who saw that it works: neither its owner nor an author of what carried it out.",
)
@click.option("--evidence", metavar="TEXT", help="What they looked at, and what it showed.")
@click.option(
    "--key", metavar="KEY", help="The key that signs what is recorded (default: that of git)."
)
@now_option
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    name: str,
    review: str | None,
    audit: str | None,
    period: str | None,
    nonconformity: str | None,
    clause: str | None,
    ci: str | None,
    finding: str | None,
    action: str | None,
    owner: str | None,
    due: str | None,
    done_by: str | None,
    verified_by: str | None,
    evidence: str | None,
    key: str | None,
    now: str | None,
) -> int:
    r"""Write an improvement, and follow it until another person has verified it.

    It is written to improvements/NAME.yaml, from the follow-up of a review, an audit, a trend or a
    nonconformity. `changeflow todo` shows it to its owner, and once it is done to those who may
    verify it. `changeflow report improvements` lists all of them.

    A verification counts when the person who is named said so: by the commit that brings it, or on
    the ledger, where `--verified-by` records it once the file says it. Otherwise it is claimed.

    Exit code: 0 it was written; 1 there is one of that name, or the verification would not count;
    2 an option is missing; 3 what is named does not exist.

    \b
    Examples:
      changeflow improve test-every-zone --review CHG-20261120-shipping-2-4#1
      changeflow improve name-owners --nonconformity "Items without an owner" \
        --clause "ISO/IEC 20000-1:2018 8.2.6" --action "Ask for an owner in check" \
        --owner team-platform --due 2027-01-15
      changeflow improve test-every-zone --done-by CHG-20261130-test-addresses
      changeflow improve test-every-zone --verified-by dave \
        --evidence "A test order in each of the nine zones had a price"
      changeflow improve test-every-zone --verified-by dave
    """
    from changeflow.usecases.start.improve import ImproveOptions, improve

    view, at = located(invocation.root(), None, None), clock(now)
    to = presented(invocation, view)
    by = moment(due, "--due", at.now, to)
    asked = ImproveOptions(
        name,
        review,
        audit,
        period,
        nonconformity,
        clause,
        ci,
        finding,
        action,
        owner,
        local_day(by, view.base.config.zone) if by is not None else None,
        done_by,
        verified_by,
        evidence,
        key,
        invocation.language,
    )
    found = improve(view, asked, at)
    if found.what == "written":
        emit(to.says("improvement.written", path=found.path))
        if found.missing:
            tell(to.says("improvement.to_answer", fields=list(found.missing)))
    else:
        who = {"who": found.who} if found.who is not None else {}
        emit(to.says("improvement.edited", case=found.what, path=found.path, name=name, **who))
    return errors.OK
