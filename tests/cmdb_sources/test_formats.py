"""The table of formats, its modules and what documents allow."""

from __future__ import annotations

import typing
from importlib import import_module
from pathlib import Path

import pytest

from changeflow.cmdb_sources.known_types import known_type
from changeflow.cmdb_sources.known_words import known_word
from changeflow.cmdb_sources.table import FORMATS
from changeflow.model.config import ConfigSpec
from changeflow.model.configuration_source import SourceFormat
from changeflow.model.source_files import TWO_FILES

ROOM = Path(__file__).resolve().parents[2] / "changeflow" / "cmdb_sources"


def test_the_table_is_what_documents_allow() -> None:
    assert set(FORMATS) == set(typing.get_args(SourceFormat))
    assert {one.name for one in FORMATS.values() if one.two_files} == set(TWO_FILES)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_module_of_its_own_and_tests(name: str) -> None:
    module = FORMATS[name].module
    assert callable(import_module(f"changeflow.cmdb_sources.{module}").read)
    assert (Path(__file__).parent / f"test_{module}.py").is_file()
    assert len({one.module for one in FORMATS.values()}) == len(FORMATS)


def test_every_type_that_is_understood_is_one_of_the_default_types() -> None:
    names = ("Linux Server", "aws_db_instance", "DynamoDB table", "ElastiCache", "Web Site", "Business Process", "kafka-topic", "EKSCluster", "npm package", "UPS")
    found = [known_type(name) for name in names]
    assert found == ["server", "database", "database", "cache", "application", "business-service", "queue", "cluster", "library", "device"]
    assert set(found) <= set(ConfigSpec().ci_types)
    assert known_type("wobbler", None) is None


def test_words_of_other_systems_are_understood_in_any_case() -> None:
    assert [known_word("status", word) for word in ("In  Use", "DECOMMISSIONED", "on_order", "?")] == ["live", "retired", "planned", None]
