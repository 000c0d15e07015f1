"""The text of a review of a period, with what the tool knows filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from changeflow.documents.write import scalar
from changeflow.language.reader import Reader
from changeflow.language.sentences import say
from changeflow.model.characters import yaml_quoted
from changeflow.model.document_parts import format_instant
from changeflow.model.period_review import (
    ConcludedSignal,
    LookedAt,
    ReviewedPeriod,
    ReviewPurpose,
)

_SCHEMA: Final = "# yaml-language-server: $schema=../../schemas/PeriodReview.schema.json"
_ASKED: Final = ("analysed_by", "reviewed", "reviewers", "conclusion", "decisions", "improvements")


class DraftedTrend(NamedTuple):
    """A measure to be concluded about: what it comes to in words, and its signals."""

    measure: str
    told: str
    signals: Sequence[ConcludedSignal]


def review_text(
    name: str,
    purpose: ReviewPurpose,
    period: ReviewedPeriod,
    looked_at: LookedAt,
    trends: Sequence[DraftedTrend],
    reader: Reader,
) -> str:
    """Return a review whose questions are open.

    Args:
        name: its id.
        purpose: why the period is reviewed.
        period: that is reviewed.
        looked_at: the report.
        trends: what is to be concluded about.
        reader: in whose language the comments are.
    """
    lines = [
        _SCHEMA,
        *(f"# {line}" for line in _said("period_review.how", "", reader).split("\n")),
        "apiVersion: changeflow/v1",
        "kind: PeriodReview",
        f"metadata: {{id: {yaml_quoted(name)}}}",
        "spec:",
        f"  purpose: {purpose}",
        "  period:",
        f"    from: {format_instant(period.from_)}",
        f"    to: {format_instant(period.to)}",
        f"    zone: {scalar(period.zone)}",
        "  looked_at:",
        *_looked_at(looked_at),
    ]
    if trends:
        lines.append("  trends:")
    for trend in trends:
        lines += _trend(trend, reader)
    for field in _ASKED:
        lines.append(f"  # {field}: {_said('period_review.field', field, reader)}")
    return "\n".join(lines) + "\n"


def _looked_at(one: LookedAt) -> Iterator[str]:
    facts = {
        "report": one.report,
        "numbers": one.numbers,
        "main": yaml_quoted(one.main),
        "ledger": None if one.ledger is None else yaml_quoted(one.ledger),
        "made": format_instant(one.made),
        "by": one.by,
        "inputs": one.inputs,
    }
    begun = "    - "
    for name, value in facts.items():
        if value is not None:
            yield f"{begun}{name}: {value}"
            begun = "      "


def _trend(trend: DraftedTrend, reader: Reader) -> Iterator[str]:
    yield f"    # {trend.told}"
    yield f"    - measure: {scalar(trend.measure)}"
    if trend.signals:
        yield "      signals:"
    for one in trend.signals:
        points = f"first: {yaml_quoted(one.first)}, last: {yaml_quoted(one.last)}"
        yield f"        - {{rule: {one.rule}, side: {one.side}, {points}}}"
    yield f"      # conclusion: {_said('period_review.field', 'trend', reader)}"


def _said(code: str, case: str, reader: Reader) -> str:
    data = {"case": case} if case else {}
    return say(code, data, reader).text
