"""The formats of plans: for each one, how its output is made comparable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.release.plan_formats import ansible, prose, sql, terraform, unified_diff
from changeflow.release.plan_formats.plan_text import Machine

FORMATS: Final[dict[str, Callable[[bytes, Machine], str]]] = {
    "terraform": terraform.normalised,
    "ansible": ansible.normalised,
    "diff": unified_diff.normalised,
    "sql": sql.normalised,
    "text": prose.normalised,
}
