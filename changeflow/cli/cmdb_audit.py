"""`changeflow cmdb audit`."""

from __future__ import annotations

from typing import Final

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, format_option, located, now_option
from changeflow.cli.numbers import AtLeast
from changeflow.cli.presenting import presented
from changeflow.cli.terminal import emit, tell

# items that one document has room for
_MOST_ITEMS: Final = 2_000


@click.command("audit")
@click.argument(
    "audit",
    metavar="[AUDIT]",
    required=False,
    help="An audit that was filled in: its id, or its file (default: the newest).",
)
@click.option(
    "--sample",
    metavar="N",
    type=AtLeast(1, _MOST_ITEMS),
    help="Draw a sample of so many items, 2000 at most.",
)
@click.option(
    "--seed", metavar="S", help="Any text: the same seed draws the same sample of the same CMDB."
)
@click.option(
    "--auditor",
    metavar="PERSON",
    help="Who will fill it in; items that this person answers for are not drawn.",
)
@click.option("--baseline", metavar="NAME", help="Audit a baseline (default: the main branch).")
@click.option(
    "--out", metavar="FILE", help="Write the audit there (default: cmdb/audits/<day>.yaml)."
)
@click.option(
    "--improvements",
    is_flag=True,
    help="Write an improvement for each item that differs and was not corrected by a change.",
)
@click.option("--show", is_flag=True, help="Show what an audit came to, as without any option.")
@now_option
@format_option("cmdb_audit")
@click.pass_obj
def audit(
    invocation: Invocation,
    /,
    audit: str | None,
    sample: int | None,
    seed: str | None,
    auditor: str | None,
    baseline: str | None,
    out: str | None,
    improvements: bool,
    show: bool,
    now: str | None,
    format_: str,
) -> int:
    r"""Draw a sample of the CMDB to be compared with what is there, or say what came of it.

    With --sample a stratified sample is drawn, by tier and type, and written as a document in which
    everything is still `unchecked`. People fill it in: `found: agrees` for an item whose attributes
    are all as recorded, or at an attribute `differs` and `surplus` with the `value` that was found,
    or `missing`. `changeflow check` checks it. Who audits owns none of the items.

    Without it the audit is evaluated: accuracy of the attributes and completeness of the items,
    each with its 95 % interval. The sample is drawn again and compared.

    Exit code: 0 drawn, or filled in and reliable; 1 refused, or not to be relied on yet; 3 no audit,
    or no item that may be drawn; 4 a file that cannot be read.

    \b
    Examples:
      changeflow cmdb audit --sample 60 --seed 2026-11-27 --auditor erin
      changeflow cmdb audit 2026-11-27
      changeflow cmdb audit --improvements
    """
    import os
    from pathlib import Path

    from changeflow.render.cmdb_audit import FORMATS
    from changeflow.usecases.cmdb.audit import AuditRequest, draw_audit, show_audit
    from changeflow.usecases.cmdb.improve import write_improvements

    view = located(invocation.readable(), None)
    to = presented(invocation, view)
    if sample is None:
        options = {"--seed": seed, "--auditor": auditor, "--baseline": baseline, "--out": out}
        _refuse("audit.with_sample", [name for name, value in options.items() if value])
        answer = show_audit(view, audit, Path.cwd())
        if improvements:
            answer = write_improvements(view, answer, to)
        emit(FORMATS[format_](answer, to))
        return errors.OK if answer.ok else errors.NO
    alone = {"AUDIT": audit, "--improvements": improvements, "--show": show}
    _refuse("audit.without_sample", [name for name, value in alone.items() if value])
    if seed is None:
        raise errors.UsageError.of("audit.no_seed")
    request = AuditRequest(sample, seed, auditor, baseline, None)
    if out is not None:
        request = AuditRequest(
            sample, seed, auditor, baseline, Path(os.path.normpath(Path.cwd() / out))
        )
    answer = draw_audit(view, request, clock(now), to)
    emit(FORMATS[format_](answer, to))
    tell(to.says("audited.next", path=answer.path))
    return errors.OK


def _refuse(code: str, options: list[str]) -> None:
    """Refuse options that do not go with what is asked.

    Raises:
        errors.UsageError: when there are any.
    """
    if options:
        raise errors.UsageError.of(code, options=options)
