"""The table of formats, its modules and what documents allow."""

from __future__ import annotations

import re
import typing
from datetime import UTC
from importlib import import_module
from pathlib import Path

import pytest
from sourced import rows

from changeflow.cmdb_sources.known_types import known_type
from changeflow.cmdb_sources.known_words import known_word
from changeflow.cmdb_sources.table import FORMATS
from changeflow.language.findings import for_reader
from changeflow.language.reader import Reader
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


# what is no file of the format, for each thing that can be wrong with it
FOREIGN = (
    ("compose", "编号,名称\n支付,库\n"),
    ("compose", "services: [\n"),
    ("compose", "services: " + "[" * 5_000),
    ("compose", "web: {}\n"),
    ("backstage", "services: {}\n"),
    ("backstage", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"),
    ("kubernetes", "services: {}\n"),
    ("terraform", "services: {}\n"),
    ("terraform", "{}"),
    ("terraform", "[" * 100_000),
    ("netbox", "{}"),
    ("servicenow", "{}"),
    ("graphml", "编号\n"),
    ("graphml", "<graphml/>"),
    ("graphml", '<graphml><graph edgedefault="undirected"/></graphml>'),
    ("graphml", '<!DOCTYPE a [<!ENTITY b "c">]><graphml/>'),
    ("csv", '编号,名称\n"支付,库\n'),
)


@pytest.mark.parametrize(("format_", "text"), FOREIGN)
def test_a_file_of_another_format_is_refused_in_chinese_and_only_a_library_is_quoted(format_: str, text: str) -> None:
    _, findings = rows(format_, text, names=("a.json",) if format_ == "servicenow" else ())
    (finding,) = [one for one in findings if one.rule in ("source-format", "source-row")]
    said = for_reader(finding, Reader("zh", UTC)).message
    assert said != finding.message
    assert re.findall(r"[A-Za-z]+ [a-z]+", re.sub(r"`[^`]*`|“[^”]*”", "", said)) == []
