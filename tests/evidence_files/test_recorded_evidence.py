"""Evidence of CI from the file to the gate: recorded, signed, of this commit, and computed again from the ledger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.answers import misfits
from tests.release.site import ID, ROSTER, Done, Site, git
from tests.repositories import Keys, make_keys

PASSED = '<testsuite><testcase name="a"/><testcase name="b"/></testsuite>'
FAILED = '<testsuite><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>'
SCAN = json.dumps({"version": "2.1.0", "runs": [{"results": [{"ruleId": "x", "level": "warning"}]}]})
RULE = """\
apiVersion: changeflow/v1
kind: Policy
metadata: {id: %(gate)s}
spec:
  gate: %(gate)s
  rules:
    - id: proved
      require_evidence: [%(asks)s]
      message: CI proves it
    - id: tested
      level: warn
      assert: evidence.tested
      message: Tested is proved and not claimed
"""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"), ["ci", "bob", "renovate", "mallory"])


def roster(keys: Keys) -> str:
    return (
        ROSTER.replace("bob: {emails: [bob@example.com]}", f"bob: {{emails: [bob@example.com], keys: ['{keys.line('bob')}']}}").replace(
            "renovate: {kind: agent}",
            f"renovate: {{kind: agent, emails: [renovate@example.com], keys: ['{keys.line('renovate')}']}}\n"
            f"    ci: {{kind: agent, keys: ['{keys.line('ci')}']}}",
        )
    )


class Ci:
    """A repository whose approve gate asks for evidence, and CI that records it."""

    def __init__(self, root: Path, keys: Keys, asks: str = "{kind: junit, name: unit}", gate: str = "approve") -> None:
        self.keys = keys
        self.site = Site.at(root, **{
            "policies/roster.yaml": roster(keys),
            f"policies/{gate}.yaml": RULE % {"gate": gate, "asks": asks},
            ".gitignore": "build/\n",
        })  # fmt: skip
        git(root, "switch", "-qc", "upgrade")
        self.site.change()

    def records(self, text: str = PASSED, *options: str, by: str = "ci", kind: str = "junit", name: str = "unit", path: str = "build/unit.xml") -> Done:
        self.site.write(path, text)
        key = ("--key", str(self.keys.files[by])) if by else ()
        return self.site.cli("evidence", "record", ID, "--kind", kind, "--name", name, "--path", path, *key, *options)

    def gate(self, gate: str = "approve", *options: str) -> dict[str, Any]:
        done = self.site.cli("gate", gate, ID, "--format", "json", *options)
        assert done.code in (0, 1), done.err
        return json.loads(done.out)

    def said(self, gate: str = "approve", *options: str) -> list[str]:
        """The codes of what came of each piece of evidence that the rule asks for."""
        (rule,) = [one for one in self.gate(gate, *options)["reasons"] if one["rule"] == "proved"]
        return [part["reason_code"] for part in rule["parts"]]


@pytest.fixture
def ci(tmp_path: Path, keys: Keys) -> Ci:
    return Ci(tmp_path / "repo", keys)


def test_the_gate_stays_shut_until_ci_has_recorded_what_the_rule_asks_for(ci: Ci) -> None:
    before = ci.gate()
    assert (before["open"], before["satisfiable"], ci.said()) == (False, True, ["evidence.missing"])
    assert "changeflow evidence record --kind junit --name unit --path FILE" in ci.site.cli("gate", "approve", ID).out
    done = ci.records()
    assert done.code == 0, done.err
    after = ci.gate("approve", "--record")
    assert (after["open"], ci.said()) == (True, ["evidence.proved"])
    # by the ledger alone, and the entry is one of the chain
    assert ci.site.cli("ledger", "verify").code == 0
    replayed = ci.site.cli("ledger", "replay", ID)
    assert replayed.code == 0, replayed.out + replayed.err
    statement = json.loads(ci.site.cli("ledger", "show", "1", "--format", "json").out)
    assert statement["predicateType"] == "https://changeflow.dev/evidence/v1"
    assert statement["subject"][0]["digest"]["gitCommit"] == git(ci.site.root, "rev-parse", "HEAD")
    assert "2 tests, 0 failures" in ci.site.cli("ledger", "log", ID).out
    assert "evidence: JUnit report unit" in ci.site.cli("show", ID).out
    assert "测试" in ci.site.cli("--lang", "zh", "ledger", "log", ID).out


def test_the_answer_says_what_was_recorded(ci: Ci) -> None:
    told = json.loads(ci.records(PASSED, "--format", "json", "--check", "build").out)
    assert misfits("recorded-evidence", told) == []
    assert (told["kind"], told["name"], told["path"], told["check"], told["by"], told["good"]) == (
        "junit", "unit", "build/unit.xml", "build", "ci", True,
    )  # fmt: skip
    assert told["commit"] == git(ci.site.root, "rev-parse", "HEAD")
    assert told["tree"] == git(ci.site.root, "rev-parse", "HEAD^{tree}")
    assert (told["summary"]["tests"], told["seq"], told["size"]) == (2, 1, len(PASSED))


def test_failed_tests_are_recorded_and_shut_the_gate_until_a_newer_run(ci: Ci) -> None:
    assert ci.records().code == 0
    assert ci.records(FAILED).code == 1
    assert ci.said() == ["evidence.failed"]
    assert ci.gate()["satisfiable"] is False
    assert ci.records().code == 0
    assert ci.said() == ["evidence.proved"]


@pytest.mark.parametrize("text", ["", PASSED[:-9], '<!DOCTYPE a [<!ENTITY b "c">]>' + PASSED, "{}"])
def test_a_report_that_cannot_be_judged_replaces_the_good_one_before_it(ci: Ci, text: str) -> None:
    ci.records()
    assert ci.records(text).code == 1
    assert ci.said() == ["evidence.unreadable"]


def test_evidence_of_another_commit_is_none_and_that_of_the_same_tree_is(ci: Ci) -> None:
    ci.records()
    git(ci.site.root, "commit", "--amend", "-qm", "said better")
    assert ci.said() == ["evidence.proved"]
    ci.site.write("src/cart.py", "print('new')\n")
    ci.site.commit("one line more")
    assert ci.said() == ["evidence.other_commit"]
    ci.records()
    assert ci.said() == ["evidence.proved"]
    # what is not committed has no evidence
    ci.site.write(f"changes/{ID}/notes.md", "more\n")
    assert ci.said() == ["evidence.other_commit"]


def test_evidence_is_that_of_the_commit_it_names(ci: Ci) -> None:
    old = git(ci.site.root, "rev-parse", "HEAD")
    ci.site.write("src/cart.py", "print('new')\n")
    ci.site.commit("one line more")
    ci.records(PASSED, "--commit", old)
    assert ci.said() == ["evidence.other_commit"]
    assert ci.said("approve", "--head", old) == ["evidence.proved"]
    assert ci.records(PASSED, "--commit", "main").code == 3
    assert ci.records(PASSED, "--commit", "gone").code == 5


def test_only_an_automation_of_the_roster_records(ci: Ci) -> None:
    for by, words in (("bob", "only an automation"), ("mallory", "roster"), ("", "no key")):
        done = ci.records(by=by)
        assert (done.code, words in done.err) == (1, True), done.err
    assert ci.said() == ["evidence.missing"]


def test_what_a_human_signs_by_other_means_proves_nothing(ci: Ci) -> None:
    ci.records()
    forged = ci.site.cli("ledger", "show", "1", "--format", "json")
    append(ci, "bob", json.loads(forged.out))
    assert ci.said() == ["evidence.proved"]
    ci.site.write("src/cart.py", "print('new')\n")
    ci.site.commit("one line more")
    append(ci, "bob", json.loads(forged.out))
    assert ci.said() == ["evidence.untrusted"]
    append(ci, None, json.loads(forged.out))
    # nor does what is in the name of one and signed by another, or by no one
    append(ci, "bob", json.loads(forged.out), by="ci")
    append(ci, None, json.loads(forged.out), by="ci")
    assert ci.said() == ["evidence.untrusted"]
    assert ci.gate()["open"] is False


def append(ci: Ci, signs: str | None, statement: dict[str, Any], by: str | None = None) -> None:
    """Append an entry as another program could: `signs` is whose key signs it, `by` who it says recorded it."""
    from changeflow.ledger.keyring import key_ring
    from changeflow.ledger.statement import Draft
    from changeflow.model.evidence import EvidenceBody
    from changeflow.reading.ledger_reader import open_ledger
    from changeflow.reading.view import locate
    from tests.dates import now

    view = locate(ci.site.root)
    told = {name: value for name, value in statement["predicate"].items() if name != "ledger"}
    head = git(ci.site.root, "rev-parse", "HEAD")
    body = EvidenceBody.model_validate(
        told | {"commit": head, "tree": git(ci.site.root, "rev-parse", "HEAD^{tree}"), "by": by or signs or "ci", "kind": "evidence"}
    )
    base = view.base.rulebook
    ledger = open_ledger(view.git, base.config, key_ring(base.roster.spec.people), base.commit)
    draft = Draft(change=ID, body=body, at=now(), recorded_at=now())
    ledger.append_deciding(lambda _: draft, signer=ci.keys.signer(signs) if signs else None, only=ID)


def test_an_automation_that_wrote_the_change_proves_nothing_of_it(ci: Ci) -> None:
    ci.site.write("src/cart.py", "print('new')\n")
    git(ci.site.root, "add", "-A")
    git(ci.site.root, "commit", "-qm", "by renovate", "--author", "Renovate <renovate@example.com>")
    assert ci.records(by="renovate").code == 0
    assert ci.said() == ["evidence.untrusted"]
    ci.records()
    assert ci.said() == ["evidence.proved"]


@pytest.mark.parametrize(
    ("asks", "kind", "text", "wanted"),
    [
        ("{kind: sarif, name: unit}", "sarif", SCAN, "evidence.proved"),
        ("{kind: sarif, name: unit}", "sarif", SCAN.replace("warning", "error"), "evidence.failed"),
        ("{kind: sbom, name: unit}", "sbom", '{"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}]}', "evidence.proved"),
        ("{kind: junit, name: unit, path: build/unit.xml, by: ci}", "junit", PASSED, "evidence.proved"),
        ("{kind: junit, name: unit, path: build/other.xml}", "junit", PASSED, "evidence.differs"),
        ("{kind: junit, name: unit, by: renovate}", "junit", PASSED, "evidence.untrusted"),
        ("{kind: junit, name: unit, check: build}", "junit", PASSED, "evidence.differs"),
        ("{kind: junit, name: Unit}", "junit", PASSED, "evidence.missing"),
        ("{kind: junit, name: unit}", "file", PASSED, "evidence.missing"),
        (f"{{kind: file, name: unit, digest: 'sha256:{'0' * 64}'}}", "file", PASSED, "evidence.differs"),
        ("{kind: check, name: unit}", "junit", PASSED, "evidence.missing"),
    ],
)
def test_each_kind_is_asked_for_by_what_it_is(tmp_path: Path, keys: Keys, asks: str, kind: str, text: str, wanted: str) -> None:
    ci = Ci(tmp_path / "repo", keys, asks)
    ci.records(text, kind=kind)
    assert ci.said() == [wanted]


def test_at_deploy_the_commit_that_brought_the_change_to_main_counts(tmp_path: Path, keys: Keys) -> None:
    ci = Ci(tmp_path / "repo", keys, gate="deploy")
    root = ci.site.root
    ci.records()
    git(root, "switch", "-q", "main")
    ci.site.write("src/other.py", "print('other')\n")
    ci.site.commit("main moves on")
    git(root, "merge", "-q", "--no-ff", "-m", "merge", "upgrade")
    # the tree of the merge is another than the one that was tested
    assert ci.said("deploy") == ["evidence.other_commit"]
    ci.records()
    assert ci.said("deploy") == ["evidence.proved"]
    ci.site.write("src/other.py", "print('more')\n")
    ci.site.commit("another change")
    assert ci.said("deploy") == ["evidence.proved"]
    assert ci.gate("deploy", "--record")["open"] is True
    replayed = ci.site.cli("ledger", "replay", ID)
    assert replayed.code == 0, replayed.out + replayed.err


def test_tested_is_a_fact_that_is_proved(ci: Ci) -> None:
    def tested() -> str:
        (rule,) = [one for one in ci.gate()["reasons"] if one["rule"] == "tested"]
        return str(rule["reason_code"])

    assert tested() == "rule.warning"
    ci.records(name="browser")
    assert tested() == "rule.satisfied"
    ci.records(FAILED)
    assert tested() == "rule.warning"


def test_what_is_no_file_and_no_name_is_refused_before_anything_is_recorded(ci: Ci) -> None:
    assert ci.records(name="un\u0456t").code == 2
    assert ci.records(name="../unit").code == 2
    ci.site.write("build/unit.xml", PASSED)
    told = ("--name", "unit", "--key", str(ci.keys.files["ci"]))
    for path, code in (("build", 4), ("build/gone.xml", 3), ("/dev/null", 4)):
        assert ci.site.cli("evidence", "record", ID, "--kind", "junit", "--path", path, *told).code == code
    assert ci.site.cli("evidence", "record", "CHG-20261121-gone", "--kind", "junit", "--path", "build/unit.xml", *told).code == 3
    assert ci.said() == ["evidence.missing"]


def test_a_rule_that_nothing_could_meet_is_found_when_it_is_written(ci: Ci) -> None:
    ci.site.write("policies/deploy.yaml", RULE % {"gate": "deploy", "asks": "{kind: check, name: build}"})
    done = ci.site.cli("check")
    assert "policy-evidence" in ci.site.cli("check", "--format", "json").out
    assert "`deploy` is told no check run" in done.out
    ci.site.write("policies/deploy.yaml", RULE % {"gate": "deploy", "asks": "{kind: junit, name: unit, digest: 'sha256:" + "AB" * 32 + "'}"})
    assert ci.site.cli("check").code == 1


def test_a_rule_is_explained_with_the_evidence_it_asks_for(ci: Ci) -> None:
    assert "JUnit report `unit` of the commit" in ci.site.cli("policy", "explain", "proved").out
    assert "JUnit 报告" in ci.site.cli("--lang", "zh", "policy", "explain", "proved").out
    listed = json.loads(ci.site.cli("policy", "list", "--format", "json").out)["rules"]
    assert [one["require_evidence"][0]["name"] for one in listed if one["require_evidence"]] == ["unit"]


