"""Records that were kept as text are the same again, and the text can make nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.impact_weights import ImpactWeights
from changeflow.model.riskmodel import RiskModel, RiskModelSpec
from changeflow.model.times import NominalDuration
from changeflow.reading.kept_records import NotKeptError, from_text, to_text
from changeflow.reading.parsed import parse
from tests.valid_repository import RFC, RFC_PATH

PROJECT = Path(__file__).parents[2]
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])) | st.timedeltas() | st.dates()
    | st.datetimes().map(lambda at: at.replace(fold=0)) | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(minutes=-210))])).map(lambda at: at.replace(fold=0))
    | st.sampled_from(ChangeType) | st.builds(NominalDuration, st.integers(0, 9), st.timedeltas())
    | st.builds(ImpactWeights, soft=st.floats(0, 1))
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda some: st.lists(some) | st.lists(some).map(tuple) | st.dictionaries(st.text("abc") | st.integers(), some)
    | st.frozensets(st.text("abc"), max_size=1),
    max_leaves=20,
)  # fmt: skip


def shipped() -> Iterator[Path]:
    for folder in ("policies", "examples/webshop"):
        yield from sorted((PROJECT / folder).rglob("*.yaml"))


def same_type(one: Any, other: Any) -> bool:
    return type(one) is type(other) and repr(one) == repr(other)


@given(VALUES)
def test_what_was_kept_is_the_same_again(value: Any) -> None:
    again = from_text(to_text(value))
    assert again == value
    assert same_type(again, value)


def test_every_shipped_document_is_the_same_again() -> None:
    kinds = set()
    for file in shipped():
        records = parse(file.read_bytes(), file.relative_to(PROJECT).as_posix(), many=True).records
        for record in records:
            again = from_text(to_text(record))
            assert again == record
            assert again.model_fields_set == record.model_fields_set
            assert again.model_dump_json(by_alias=True) == record.model_dump_json(by_alias=True)
            kinds.add(type(record).__name__)
    assert kinds >= {"Config", "Roster", "Policy", "PolicyTest", "Calendar", "RiskModel", "ChangeModel", "ConfigurationItem", "ChangeRequest"}


def test_what_was_derived_is_kept_and_a_copy_derives_anew() -> None:
    (request,) = parse(RFC.encode(), RFC_PATH).records
    request.derive()
    again = from_text(to_text(request))
    assert vars(again).keys() - ChangeRequest.model_fields.keys() == {"material_spec", "stated_spec", "plain"}
    assert (again.material_spec, again.stated_spec, again.plain) == (request.material_spec, request.stated_spec, request.plain)
    later = again.model_copy(update={"spec": again.spec.model_copy(update={"reason": "Another one"})})
    assert later.stated_spec["reason"] == "Another one"
    assert later.plain["spec"]["reason"] == "Another one"


def test_a_risk_model_with_other_weights_has_another_digest() -> None:
    plain = RiskModelSpec()
    plain.derive()
    harder = plain.model_copy(update={"impact_bands": (1, 2, 3, 4)})
    assert harder.digest != plain.digest
    assert harder.digest == RiskModelSpec(impact_bands=(1, 2, 3, 4)).digest
    (shipped_model,) = parse((PROJECT / "policies" / "risk.yaml").read_bytes(), "policies/risk.yaml").records
    assert isinstance(shipped_model, RiskModel)
    assert shipped_model.spec.digest == from_text(to_text(shipped_model)).spec.digest


@pytest.mark.parametrize(
    "value",
    [
        float("nan"), float("inf"), {"a": [float("-inf")]}, datetime(2026, 11, 21, tzinfo=ZoneInfo("Asia/Shanghai")), b"bytes", {1, 2},
        object(), Path("a"),
    ],
)  # fmt: skip
def test_what_has_no_text_is_not_kept(value: Any) -> None:
    with pytest.raises(NotKeptError):
        to_text(value)


@pytest.mark.parametrize("module", ["os", "changeflow.repo.git", "changeflow.modelled", "subprocess"])
def test_a_text_names_nothing_but_the_model(module: str) -> None:
    named = json.dumps([[], ["made", module, "system", "true"]]).encode()
    with pytest.raises(ValueError, match=module):
        from_text(named)
    shaped = json.dumps([[[[module, "system"], [], []]], ["record", 0]]).encode()
    with pytest.raises(ValueError, match=module):
        from_text(shaped)


def test_days_and_moments_stay_apart() -> None:
    told = [date(2026, 11, 21), datetime(2026, 11, 21), datetime(2026, 11, 21, tzinfo=UTC)]  # noqa: DTZ001 - that is the point
    again = from_text(to_text(told))
    assert list(map(repr, again)) == list(map(repr, told))
