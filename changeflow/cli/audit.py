"""`changeflow audit`: records compared, a sample drawn, and a folder that explains itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from changeflow import errors
from changeflow.cli.audit_gap import write_gap
from changeflow.cli.context import Invocation, bom_option, format_option, now_option
from changeflow.cli.numbers import AtLeast
from changeflow.cli.report_options import asked_of, period_options, write_paper
from changeflow.cli.terminal import tell

_MOST_CHANGES: Final = 1_000
_LONGEST_SEED: Final = 200


@click.command()
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(),
    help="Write the audit there: a page, its data, and a folder for each sampled change.",
)
@click.option("--gap", is_flag=True, help="Say of each clause what shows it, and what is missing.")
@click.option(
    "--oscal",
    metavar="FILE",
    help="Write what --gap finds as OSCAL assessment results; - prints them.",
)
@period_options
@click.option(
    "--sample",
    metavar="N",
    type=AtLeast(1, _MOST_CHANGES),
    default=25,
    show_default=True,
    help="How many changes to look at, 1000 at most.",
)
@click.option(
    "--seed",
    metavar="S",
    help="Any text: the same seed draws the same sample (default: the commit of the main branch).",
)
@now_option
@bom_option
@format_option("report_audit")
@click.pass_obj
def command(
    invocation: Invocation,
    out: str | None,
    gap: bool,
    oscal: str | None,
    since: str | None,
    until: str | None,
    sample: int,
    seed: str | None,
    now: str | None,
    bom: bool,
    format_: str,
) -> int:
    r"""Audit the changes of a period: are the records complete, and what does a sample show?

    Requests, main branch, ledger and releases are compared. A sample is drawn by strata:
    emergencies, failed, high risk, recorded late, out of hours, and all others. Each sampled
    change gets a checklist; where evidence is missing it says so, and nothing is guessed.

    With --out each of them gets a folder with its record, its request, its entries of the ledger
    with signatures and keys, and the commands that check them without changeflow. A bare clone is
    enough, and no network. Conclusions are left to the auditor.

    With --gap it says of each clause of ISO/IEC 20000-1 what shows it, gives a score from 0 to 5
    by a written scale, and says what is missing, what to do about it, and who answers for it.
    Controls of other frameworks are shown by the same evidence. With --out as well, the folder gets
    the analysis beside the sample.

    Exit code: 0 no gap; 1 gaps: a mismatch, an answer no or without evidence, a file that cannot be
    read, a ledger that does not hold, which is audited all the same, or a clause with a gap; 4
    policies, roster or CMDB cannot be read; 5 the clone is shallow, so that who wrote a change
    cannot be told.

    \b
    Examples:
      changeflow audit --out audit-2026-q4 --from 2026-10-01 --to 2027-01-01 --seed 2026-11-27
      changeflow --repo changes.git audit --sample 60 --out ../audit
      changeflow --lang zh audit --format csv --bom > sample.csv
      changeflow audit --gap --from 2026-10-01 --to 2027-01-01 --format html > gap.html
      changeflow audit --oscal assessment-results.json
    """
    import os
    from itertools import chain

    from changeflow.render.audit_pack import audit_files
    from changeflow.render.oscal import gap_files
    from changeflow.render.report_audit import FORMATS
    from changeflow.usecases.audit.audit import AuditRequest, audit
    from changeflow.usecases.audit.write import refuse_taken, write_audit

    _require_seed(seed)
    asked = asked_of(invocation, now, since, until)
    analysis = None
    if gap or oscal is not None:
        analysis = write_gap(asked, format_, bom=bom, oscal=oscal)
        if out is None:
            return errors.NO if analysis.gaps else errors.OK
    folder = None if out is None else Path(os.path.normpath(Path.cwd() / out))
    if folder is not None:
        refuse_taken(folder)
    request = AuditRequest(sample, seed, packed=folder is not None)
    found = audit(asked.view, asked.period, asked.clock, request)
    if folder is not None:
        write_audit(
            folder, chain(audit_files(found, asked.to, analysis), gap_files(analysis, asked.to))
        )
    if analysis is None:
        write_paper(FORMATS[format_](found.paper, asked.to), format_, bom=bom)
    if folder is not None:
        tell(asked.to.says("audit_paper.written", folder=out))
    is_whole = analysis is None or not analysis.gaps
    return errors.OK if found.paper.ok and is_whole else errors.NO


def _require_seed(seed: str | None) -> None:
    """Refuse a seed that does not stand on one line as it is.

    Raises:
        errors.UsageError: when it does not.
    """
    if seed is None:
        return
    if not seed.strip() or not seed.isprintable() or len(seed) > _LONGEST_SEED:
        raise errors.UsageError.of("audit_out.seed")
