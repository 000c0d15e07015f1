"""The facts that a condition reads: `conflicts`, `calendar.freezes`.

Found on its parsed tree, so the spelling does not matter.
"""

from __future__ import annotations

from functools import lru_cache

from changeflow.policy.cel import compile_condition
from changeflow.policy.cel_tree import paths_in


@lru_cache(maxsize=2_048)
def reads(source: str) -> frozenset[str]:
    """Return the facts that a condition reads.

    `a.b` is a field of a variable, `a` a variable that is read as a whole.

    Raises:
        ConditionError: when the condition cannot be compiled.
        ValueError: when its tree cannot be read.
    """
    return frozenset(".".join(path[:2]) for path in paths_read(source))


@lru_cache(maxsize=2_048)
def paths_read(source: str) -> frozenset[tuple[str, ...]]:
    """Return the facts that a condition reads, as deep as it names them.

    Raises:
        ConditionError: when the condition cannot be compiled.
        ValueError: when its tree cannot be read.
    """
    return frozenset(paths_in(compile_condition(source).tree))
