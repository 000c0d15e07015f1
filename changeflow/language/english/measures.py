"""Moments by which records belong to a period, in English."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "measure.moment:change": "It belongs to the period of its planned start, else of its actual start, else of its record.",
    "measure.moment:opened": "An incident belongs to the period in which it was opened.",
    "measure.moment:due": (
        "It belongs to the period in which it was due, whether it was done or not. What is due after the paper "
        "was made, and is not done, does not count yet."
    ),
    "measure.moment:deployed": "A deployment belongs to the period in which it began.",
    "measure.moment:delivered": "It belongs to the period in which it was delivered.",
    "measure.moment:said": "An opinion belongs to the period in which it was given.",
    "measure.moment:audited": "An item belongs to the period in which the sample of its audit was drawn.",
    "measure.moment:budget": "A budget belongs to every period that touches its own.",
    "measure.moment:targets": "Targets are judged by the measures of the period.",
}
