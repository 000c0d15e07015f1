"""Every attack is answered and no honest neighbour is blocked: the judgement over real git objects."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from attacks.core import complaints, judge, judged_from_record, seen
from attacks.scenario import Case, cases
from attacks.stage import Stage


@pytest.mark.parametrize("case", cases("core"), ids=lambda case: case.name)
def test_the_gate_answers(case: Case, staged: Callable[[Case], Stage]) -> None:
    """Fails with the differences between what the case expects and what was decided."""
    judged = judge(case, staged(case))
    assert complaints(case.expect, seen(judged)) == [], case.told["title"]
    assert judged_from_record(judged) == judged.verdict, "what is recorded of it is not enough to judge it again"
