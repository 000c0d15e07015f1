"""The table of checks of the whole CMDB: the rule of what each finds, and the function that looks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Final, NamedTuple

from changeflow.cmdb.health.estate import Estate, Found
from changeflow.cmdb.health.gaps import gaps
from changeflow.cmdb.health.inversions import inversions
from changeflow.cmdb.health.orphans import orphans
from changeflow.cmdb.health.owners import absent_owners, unknown_owners
from changeflow.cmdb.health.retired_needs import retired_needs
from changeflow.cmdb.health.rings import rings
from changeflow.cmdb.health.single_points import SinglePoints, points_as_problem, single_points
from changeflow.cmdb.health.unconfirmed import unconfirmed

CHECKS: Final[dict[str, Callable[[Estate], Found]]] = {
    "cmdb-incomplete": gaps,
    "cmdb-unknown-owner": unknown_owners,
    "cmdb-absent-owner": absent_owners,
    "cmdb-retired-dependency": retired_needs,
    "cmdb-ring": rings,
    "cmdb-tier-inversion": inversions,
    "cmdb-orphan": orphans,
    "cmdb-unconfirmed": unconfirmed,
}


class Health(NamedTuple):
    """What is wrong with the CMDB as a whole.

    Attributes:
        found: what each check found, by the rule.
        single_points: the single points of failure, which the finding of their rule sums up.
    """

    found: dict[str, Found]
    single_points: SinglePoints

    @property
    def items(self) -> list[str]:
        """Return the items in which something is wrong that is listed."""
        problems = chain.from_iterable(found.problems for found in self.found.values())
        return sorted({problem.ci for problem in problems})


def health(estate: Estate) -> Health:
    """Return what all checks find."""
    points = single_points(estate)
    found = {rule: check(estate) for rule, check in CHECKS.items()}
    found["cmdb-single-points"] = points_as_problem(points)
    return Health(found, points)
