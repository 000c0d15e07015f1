"""Plans that are kept beside a request: what they are, and which of them no step asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from changeflow.lazy_dataclass import dataclass


@dataclass(frozen=True)
class KeptPlans:
    """The files in the folder of plans of a change.

    Attributes:
        digests: of the plans that the request asks for, by their numbers.
        foreign: paths of files in the place of a plan that are none of its program: the head names
            another program, format or version, or it is no regular file.
        unasked: paths of files that no step asks for.
    """

    digests: Mapping[int, str]
    foreign: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()


NO_PLANS: Final = KeptPlans({})
