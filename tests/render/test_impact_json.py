"""The answer of `impact` is written without pydantic, as pydantic would write it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from changeflow.model.answers.impact import (
    Affected,
    AffectedGroup,
    AffectedGroups,
    AffectedService,
    Cause,
    Impact,
    ImpactAnswer,
    OnlyTogether,
    ServiceBudget,
    SuspectChange,
    Upstream,
)
from changeflow.model.answers.part import AnswerPart
from changeflow.model.answers.plain import answer
from changeflow.model.impact_weights import ImpactWeights

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(  # noqa: DTZ001 - gets its zone
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
NAMES = st.text(max_size=6)
SCORES = st.floats(0, 1)
COUNTS = st.integers(0, 10**6)
FACTS = {"environment": st.none() | NAMES, "criticality": st.none() | NAMES, "owner": st.none() | NAMES}


def some(kind: type, **values: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(st.builds(kind, **values), max_size=2).map(tuple)


AFFECTED = some(
    Affected, ci=NAMES, score=SCORES, hops=COUNTS, path=st.lists(NAMES, max_size=3).map(tuple),
    strengths=st.just(("hard", "soft")), criticality=st.none() | NAMES, owner=st.none() | NAMES,
)  # fmt: skip
GROUPS = some(AffectedGroup, name=st.none() | NAMES, affected=COUNTS, direct=COUNTS, failing=COUNTS)
SUSPECTS = some(
    SuspectChange, change=NAMES, title=NAMES, state=NAMES, items=st.just(("a",)), score=SCORES, rank=SCORES,
    own=st.booleans(), began=st.none() | MOMENTS, ended=st.none() | MOMENTS, requester=NAMES, by=st.none() | NAMES, see=NAMES,
)  # fmt: skip
UPSTREAM = st.builds(
    Upstream, rests_on=COUNTS, causes_total=COUNTS, causes=some(Cause, ci=NAMES, score=SCORES, hops=COUNTS, **FACTS),
    since=MOMENTS, until=MOMENTS, changes=SUSPECTS, unreadable=st.just(()), problems=st.just(("p",)), told=st.just((1,)),
)  # fmt: skip
ANSWERS = st.builds(
    ImpactAnswer, changed=st.just(("a",)), depth=st.none() | COUNTS, affected_total=COUNTS, affected=AFFECTED,
    only_together=st.none() | some(OnlyTogether, ci=NAMES, score=SCORES, alone=SCORES),
    groups=st.builds(AffectedGroups, environment=GROUPS, criticality=GROUPS, owner=GROUPS),
    services=some(AffectedService, ci=NAMES, score=SCORES, hops=COUNTS, **FACTS),
    upstream=st.none() | UPSTREAM, direct=COUNTS, failing=COUNTS,
)  # fmt: skip
IMPACTS = st.builds(
    Impact, changed=st.just(("a",)), affected=AFFECTED, also_hit=AFFECTED,
    sla=some(
        ServiceBudget, ci=NAMES, target=SCORES, period=st.just("month"), start=MOMENTS, end=MOMENTS, budget=SCORES,
        used=SCORES, planned=SCORES, outage=SCORES, left=SCORES, over=st.booleans(), unknown=st.just(()),
        changes=st.just(("c",)),
    ),
)  # fmt: skip


@given(ANSWERS | IMPACTS)
def test_pydantic_writes_the_same(part: AnswerPart) -> None:
    written = answer(part)
    adapter: TypeAdapter[AnswerPart] = TypeAdapter(type(part))
    assert written == adapter.dump_python(part, mode="json", by_alias=True)
    assert list(written) == list(adapter.dump_python(part, mode="json", by_alias=True))


def test_what_is_no_part_of_the_answer_is_not_written() -> None:
    hit = Affected(ci="b", score=1.0, hops=1, path=("a", "b"), strengths=("hard",), criticality=None, owner=None)
    assert list(answer(hit)) == ["ci", "score", "hops", "path", "criticality", "owner"]
    assert next(iter(answer(ImpactAnswer(changed=(), depth=None, affected_total=0, affected=())))) == "schema"


@pytest.mark.parametrize("wrong", [{"ci": "b"}, {"changed": ["a"], "affected": [], "more": 1}])
def test_a_recorded_blast_radius_that_is_none_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Impact).validate_python(wrong)


@pytest.mark.parametrize("wrong", [{"hard": 1.1}, {"soft": -0.1}, {"weakened": float("nan")}, {"loud": 1.0}])
def test_weights_out_of_bounds_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(ImpactWeights).validate_python(wrong)
