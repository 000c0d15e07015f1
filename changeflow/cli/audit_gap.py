"""`changeflow audit --gap`: clauses with their evidence, scores and gaps, also as OSCAL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from changeflow.cli.report_options import Asked, write_paper
from changeflow.cli.terminal import emit, tell

if TYPE_CHECKING:
    from changeflow.model.answers.gap import GapAnalysis

# the name of the file that stands for the standard output
STDOUT = "-"


def write_gap(
    asked: Asked, format_: str, *, bom: bool = False, oscal: str | None = None
) -> GapAnalysis:
    """Print the gap analysis, or write its assessment results, and return it.

    Args:
        asked: what it is made from.
        format_: of the paper.
        bom: whether csv begins with a byte order mark.
        oscal: the file for assessment results, `STDOUT` to print them; None: the paper is wanted.

    Raises:
        errors.HostFailed: when the file of the results cannot be written.
    """
    from changeflow.render.audit_gap import FORMATS
    from changeflow.render.oscal import results_json
    from changeflow.usecases.audit.gap import gap_analysis

    paper = gap_analysis(asked.view, asked.period, asked.clock)
    if oscal is None:
        write_paper(FORMATS[format_](paper, asked.to), format_, bom=bom)
    elif oscal == STDOUT:
        emit(results_json(paper, asked.to))
    else:
        write_paper(results_json(paper, asked.to), "json", out=Path(oscal))
        tell(asked.to.says("gap.oscal_written", path=oscal, gaps=paper.gaps))
    return paper
