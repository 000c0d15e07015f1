"""What files of CI say, and that a file which cannot be judged never counts as a good one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.evidence_files import contents
from changeflow.evidence_files.contents import summary_of
from tests.examples import examples

PYTEST = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="1" skipped="1" tests="3" time="0.04">
<testcase classname="t" name="a" time="0.001"/>
<testcase classname="t" name="b" time="0.001"><failure message="assert 1 == 2">trace</failure></testcase>
<testcase classname="t" name="c" time="0.000"><skipped type="pytest.skip" message="x">y</skipped></testcase>
</testsuite></testsuites>"""
SUREFIRE = b"""<testsuite name="com.shop.CartTest" tests="2" errors="1" skipped="0" failures="0">
<properties><property name="java.version" value="21"/></properties>
<testcase name="adds" classname="com.shop.CartTest" time="0.1"/>
<testcase name="removes" classname="com.shop.CartTest" time="0.1"><error type="java.lang.NullPointerException"/></testcase>
</testsuite>"""
NESTED = b"""<testsuites><testsuite name="outer"><testsuite name="inner"><testcase name="a"/><testcase name="b"/></testsuite>
<testcase name="c"/></testsuite></testsuites>"""


def counts(data: bytes) -> tuple[int, int, int, int]:
    found = summary_of("junit", data)
    assert found.unreadable == ""
    return found.tests, found.failures, found.errors, found.skipped


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (PYTEST, (3, 1, 0, 1)),
        (SUREFIRE, (2, 0, 1, 0)),
        (NESTED, (3, 0, 0, 0)),
        (b"<testsuites/>", (0, 0, 0, 0)),
        # a test that was skipped and failed has failed
        (b'<testsuite><testcase name="a"><skipped/><failure/></testcase></testsuite>', (1, 1, 0, 0)),
        # a suite that failed outside of its tests says so in its own numbers, or in its own element
        (b'<testsuite failures="2"><testcase name="a"/></testsuite>', (1, 2, 0, 0)),
        (b'<testsuites errors="1"><testsuite><testcase name="a"/></testsuite></testsuites>', (1, 0, 1, 0)),
        (b'<testsuite><error/><testcase name="a"/></testsuite>', (1, 0, 1, 0)),
        # GoogleTest and CTest say by an attribute that a test did not run or failed, and some of them by nothing else
        (b'<testsuite><testcase name="a" status="notrun" result="suppressed"/><testcase name="b" status="disabled"/></testsuite>', (2, 0, 0, 2)),
        (b'<testsuite><testcase name="a" status="run" result="completed"/><testcase name="b" status="Fail"/></testsuite>', (2, 1, 0, 0)),
        (b'<testsuite><testcase name="a" status="notrun"><failure/></testcase></testsuite>', (1, 1, 0, 0)),
        # the numbers of a suite and of those in it are one number
        (b'<testsuites failures="1"><testsuite failures="1"><testcase name="a"><failure/></testcase></testsuite></testsuites>', (1, 1, 0, 0)),
    ],
)
def test_junit_is_counted_test_by_test(data: bytes, wanted: tuple[int, ...]) -> None:
    assert counts(data) == wanted


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><testsuite><testcase name="&c;"/></testsuite>"""
OUTSIDE = b'<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite><testcase name="a">&x;</testcase></testsuite>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no element found"),
        (PYTEST[:-20], "no XML"),
        (PYTEST + PYTEST[40:], "no XML"),
        (BOMB, "declares a document type"),
        (OUTSIDE, "declares a document type"),
        (b"<html><body/></html>", "outermost element is `html`"),
        (b"<testcase/>", "outermost element is `testcase`"),
        (b"<testsuite><properties><testcase/></properties></testsuite>", "outside of a suite"),
        (b'<testsuite failures="many"><testcase/></testsuite>', "`failures` of a suite is no number"),
        (b'<testsuite failures="-1"><testcase/></testsuite>', "`failures` of a suite is no number"),
        ('<testsuite failures="\u0661"><testcase/></testsuite>'.encode(), "`failures` of a suite is no number"),
        (b"<testsuite>" * 70 + b"</testsuite>" * 70, "nested more than 64 deep"),
        (b"PK\x03\x04", "no XML"),
    ],
)
def test_junit_that_cannot_be_judged_says_so_and_nothing_else(data: bytes, why: str) -> None:
    found = summary_of("junit", data)
    assert why in found.unreadable
    assert (found.tests, found.failures, found.errors) == (0, 0, 0)


@given(st.integers(0, len(PYTEST) - 1))
@settings(max_examples=examples(60))
def test_no_cut_off_junit_file_is_read(length: int) -> None:
    assert summary_of("junit", PYTEST[:length]).unreadable


def sarif(*results: Any, **run: Any) -> bytes:
    made = {"tool": {"driver": {"name": "scan", "rules": RULES}}, "results": list(results)} | run
    return json.dumps({"version": "2.1.0", "runs": [made]}).encode()


RULES = [{"id": "quiet", "defaultConfiguration": {"level": "note"}}, {"id": "loud", "defaultConfiguration": {"level": "error"}}]
ACCEPTED = {"kind": "external", "status": "accepted"}


def levels(data: bytes) -> tuple[int, int, int, int, int]:
    found = summary_of("sarif", data)
    assert found.unreadable == ""
    return found.error, found.warning, found.note, found.none, found.suppressed


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        ({"ruleId": "x", "level": "error"}, (1, 0, 0, 0, 0)),
        # without a level: that of the rule, by its id or by its place, or else a warning
        ({"ruleId": "loud"}, (1, 0, 0, 0, 0)),
        ({"ruleIndex": 1}, (1, 0, 0, 0, 0)),
        ({"ruleId": "loud/null", "ruleIndex": 1}, (1, 0, 0, 0, 0)),
        ({"rule": {"id": "loud"}}, (1, 0, 0, 0, 0)),
        ({"ruleId": "quiet"}, (0, 0, 1, 0, 0)),
        ({"ruleId": "x"}, (0, 1, 0, 0, 0)),
        ({"ruleId": "x", "kind": "pass"}, (0, 0, 0, 1, 0)),
        # a result that says `pass` and `error` is taken at its worst
        ({"ruleId": "x", "kind": "pass", "level": "error"}, (1, 0, 0, 0, 0)),
        ({"level": "error", "suppressions": []}, (1, 0, 0, 0, 0)),
        ({"level": "error", "suppressions": [{"kind": "inSource"}]}, (0, 0, 0, 0, 1)),
        ({"level": "error", "suppressions": [ACCEPTED, ACCEPTED]}, (0, 0, 0, 0, 1)),
        ({"level": "error", "suppressions": [ACCEPTED, {"kind": "external", "status": "rejected"}]}, (1, 0, 0, 0, 0)),
        ({"level": "error", "suppressions": [{"kind": "external", "status": "underReview"}]}, (1, 0, 0, 0, 0)),
        ({"level": "error", "baselineState": "absent"}, (0, 0, 0, 0, 0)),
    ],
)
def test_a_result_of_sarif_has_the_level_that_the_standard_gives_it(result: dict[str, Any], wanted: tuple[int, ...]) -> None:
    assert levels(sarif(result)) == wanted


OF_PACK = {"toolComponent": {"index": 0}}
PACK = {"name": "pack", "rules": [{"id": "inject", "defaultConfiguration": {"level": "error"}}, {"id": "style", "defaultConfiguration": {"level": "note"}}]}


def of_pack(*results: Any, level: str | None = None, **descriptor: Any) -> bytes:
    """Results of a scan whose rules stand in an extension, with an override of a rule if there is a level."""
    tool = {"driver": {"name": "scan", "rules": RULES}, "extensions": [PACK]}
    told = [{"configuration": {"level": level}, "descriptor": descriptor}] if level else []
    return sarif(*results, tool=tool, invocations=[{"executionSuccessful": True, "ruleConfigurationOverrides": told}])


@pytest.mark.parametrize(
    "result",
    [
        {"rule": {"index": 0, **OF_PACK}},
        {"ruleIndex": 0, "rule": OF_PACK},
        {"ruleIndex": 0, "rule": {"toolComponent": {"name": "pack"}}},
        {"ruleId": "inject/deep/er", "ruleIndex": 0, "rule": OF_PACK},
    ],
)
def test_a_place_of_a_rule_is_one_in_the_component_that_the_result_names(result: dict[str, Any]) -> None:
    assert levels(of_pack(result)) == (1, 0, 0, 0, 0)


def test_an_override_of_a_rule_of_an_extension_quiets_no_rule_of_the_driver() -> None:
    loud = {"ruleIndex": 1}
    assert levels(of_pack(loud, level="none", index=1, **OF_PACK)) == (1, 0, 0, 0, 0)
    assert levels(of_pack({"ruleIndex": 1, "rule": OF_PACK}, level="error", index=1, **OF_PACK)) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize("component", [{"name": "another"}, {"index": 1}, {"guid": "0"}, {"index": "0"}])
def test_a_component_that_is_not_there_leaves_nothing_to_judge(component: dict[str, Any]) -> None:
    assert "a component of the tool that is not there" in summary_of("sarif", of_pack({"ruleIndex": 0, "rule": {"toolComponent": component}})).unreadable


def test_an_override_of_the_run_makes_a_rule_an_error() -> None:
    override = {"configuration": {"level": "error"}, "descriptor": {"id": "quiet"}}
    made = {"executionSuccessful": True, "ruleConfigurationOverrides": [override]}
    assert levels(sarif({"ruleId": "quiet"}, invocations=[made])) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'{"version": "2.1.0", "runs": []}', "no run"),
        (b'{"version": "2.1.0"}', "`runs` is no list"),
        (b'{"version": "2.0.0", "runs": [{"results": []}]}', "`version`"),
        (b'{"version": "2.1.0", "runs": [{"tool": {}}]}', "results` is no list"),
        (b'{"version": "2.1.0", "runs": [{"results": null}]}', "results` is no list"),
        (sarif(invocations=[{"executionSuccessful": False}]), "did not end well"),
        (sarif(externalPropertyFileReferences={"results": [{}]}), "in another file"),
        (sarif({"level": "fatal"}), "level that SARIF does not know"),
        (sarif("error"), "no object"),
        (sarif()[:-3], "no JSON"),
        (b'{"version": "2.1.0", "runs": [{"results": []}], "runs": []}', "appears twice"),
        (b"[]", "no JSON object"),
        (b'{"version": "2.1.0", "runs": ' + b"[" * 5000 + b"]" * 5000 + b"}", "nested more than"),
    ],
)
def test_sarif_that_cannot_be_judged_says_so(data: bytes, why: str) -> None:
    assert why in summary_of("sarif", data).unreadable


CYCLONE = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "a", "components": [{"name": "b"}]}, {"name": "c"}]}
SPDX = {"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}, {"name": "b"}]}
SPDX3 = {
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph": [{"type": "CreationInfo"}, {"type": "software_Package", "name": "a"}],
}


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        (CYCLONE, ("cyclonedx-1.6", 3)),
        (CYCLONE | {"components": []}, ("cyclonedx-1.6", 0)),
        (SPDX, ("spdx-2.3", 2)),
        (SPDX3, ("spdx-3", 1)),
    ],
)
def test_a_bill_of_materials_is_counted_with_what_lies_inside(document: dict[str, Any], wanted: tuple[str, int]) -> None:
    found = summary_of("sbom", json.dumps(document).encode())
    assert (found.format, found.components, found.unreadable) == (*wanted, "")


@pytest.mark.parametrize(
    "document",
    [{}, {"bomFormat": "Cyclone"}, CYCLONE | {"components": {}}, CYCLONE | {"components": [{}]}, CYCLONE | {"specVersion": None}, SPDX | {"packages": [1]}],
)
def test_a_bill_of_materials_that_cannot_be_judged_says_so(document: dict[str, Any]) -> None:
    assert summary_of("sbom", json.dumps(document).encode()).unreadable


def test_a_report_that_is_too_large_is_not_read_and_a_plain_file_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "SIZE_LIMIT", 100)
    assert "bytes" in summary_of("junit", b" " * 101).unreadable
    assert summary_of("file", b" " * 101).unreadable == ""


@given(st.binary(max_size=200), st.sampled_from(["junit", "sarif", "sbom"]))
@settings(max_examples=examples(100))
def test_no_bytes_make_a_reader_fail_otherwise(data: bytes, kind: Any) -> None:
    found = summary_of(kind, data)
    assert found.unreadable
    assert len(found.unreadable) <= 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["runs", "results", "level", "suppressions", "status", "tool", "driver", "rules", "id", "invocations", "kind", "ruleId", "rule",
         "components", "name", "packages", "@graph", "type", "specVersion", "extensions", "defaultConfiguration", "ruleIndex", "index"]
    ), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(JSON, st.sampled_from([{"version": "2.1.0"}, {"bomFormat": "CycloneDX"}, {"spdxVersion": "SPDX-2.3"}]))
@settings(max_examples=examples(200))
def test_no_shape_makes_a_reader_fail_otherwise(document: Any, head: dict[str, Any]) -> None:
    made = (document if isinstance(document, dict) else {"runs": document, "components": document}) | head
    for kind in ("sarif", "sbom"):
        summary_of(kind, json.dumps(made).encode())  # type: ignore[arg-type]
