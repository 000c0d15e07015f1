"""Answer of `report unauthorised`: what was delivered without authority, and what became of it."""

from typing import Literal

from changeflow.model.answers.completeness import Completeness, Delivery
from changeflow.model.answers.report import Paper


class UnauthorisedPaper(Paper):
    """Answer of `report unauthorised`.

    `unauthorised` are deliveries that were not authorised when they were made, by time: recorded
    afterwards, taken back, or open. `excepted` are those that the configuration says are outside.
    `share` is how many of those that need a request were unauthorised, in percent; null where none
    needs one. `completeness` has all deliveries, gaps and differences of the CMDB.
    """

    kind: Literal["unauthorised"] = "unauthorised"
    unauthorised: tuple[Delivery, ...]
    excepted: tuple[Delivery, ...]
    share: float | None
    completeness: Completeness
