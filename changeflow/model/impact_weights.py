"""How much of a score each kind of dependency passes on: the part of the risk model that spreads it.

It is a dataclass, because `impact` needs it and importing pydantic takes longer than the answer.
Pydantic reads and writes it as a part of the risk model.
"""

from dataclasses import field
from typing import Any, ClassVar

from changeflow.lazy_dataclass import dataclass


def _weight(default: float) -> Any:
    return field(default=default, metadata={"ge": 0.0, "le": 1.0, "allow_inf_nan": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactWeights:
    """The share of a score that each kind of dependency passes on."""

    __pydantic_config__: ClassVar = {"extra": "forbid", "regex_engine": "python-re"}

    hard: float = _weight(1.0)
    soft: float = _weight(0.5)
    weakened: float = _weight(0.2)
    threshold: float = _weight(0.05)
