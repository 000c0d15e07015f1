"""The risk model that ships says the same as the built-in defaults, so nobody gets a different score without noticing."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.documents.schema import schema_problems
from changeflow.model.riskmodel import RiskModel, RiskModelSpec

PATH = Path(__file__).parents[2] / "policies" / "risk.yaml"


def test_the_shipped_risk_model_is_valid_and_equals_the_defaults() -> None:
    loaded = load(PATH.read_bytes(), "policies/risk.yaml")
    assert loaded.findings == ()
    assert not schema_problems(loaded.documents[0])
    built = record(loaded.documents[0])
    assert isinstance(built, RiskModel)
    assert built.spec == RiskModelSpec()


def test_the_file_writes_out_every_number_the_model_has() -> None:
    loaded = load(PATH.read_bytes(), "policies/risk.yaml")
    built = record(loaded.documents[0])
    assert isinstance(built, RiskModel)
    assert built.spec.model_fields_set == set(RiskModelSpec.model_fields)
    for part in (
        built.spec.likelihood,
        built.spec.impact,
        built.spec.smoothing,
        built.spec.likelihood.history,
    ):
        assert part.model_fields_set == set(type(part).model_fields), part
    (document,) = loaded.documents
    assert list(document.spec["weights"]) == [one.name for one in fields(built.spec.weights)]
