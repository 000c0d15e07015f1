"""`report change`: the record of one change, and what proves it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.register.office import BEFORE, CHANGE, Office, SignedOffice
from tests.report.papers import LATER, PROPOSED, URGENT, busy_office, window


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return busy_office(tmp_path_factory.mktemp("record") / "shop")


def record(office: Office, change: str = CHANGE, now: str = LATER) -> Any:
    return office.answer("report", "change", change, now=now)


def test_the_record_is_what_show_says(office: Office) -> None:
    assert record(office)["record"] == office.answer("show", CHANGE, now=LATER)


def test_each_entry_of_the_ledger_stands_with_its_number_and_digest(office: Office) -> None:
    log = json.loads(office.done("ledger", "log", CHANGE, "--format", "json"))["entries"]
    told = [(one["seq"], one["digest"], one["kind"]) for one in record(office)["entries"]]
    assert told == [(one["seq"], one["digest"], one["kind"]) for one in log]
    assert f"| {log[-1]['seq']} |" in office.done("report", "change", CHANGE, "--now", LATER, "-f", "markdown")


def test_each_opinion_that_was_signed_stands_with_the_fingerprint_of_its_key(office: Office, tmp_path: Path) -> None:
    signed = SignedOffice(tmp_path / "shop")
    signed.ask()
    signed.approved()
    told = record(signed, now=BEFORE)
    keys = {}
    for person in ("carol", "dave"):
        public = str(signed.keys.files[person].with_suffix(".pub"))
        said = subprocess.run(["ssh-keygen", "-l", "-f", public], capture_output=True, text=True, check=True)
        keys[person] = said.stdout.split()[1]
    assert {one["by"]: one["key"] for one in told["record"]["opinions"]} == keys
    assert {one["by"]: one["key"] for one in told["entries"] if one["kind"] == "approval"} == keys
    for words in (("show", CHANGE), ("report", "change", CHANGE), ("--lang", "zh", "report", "change", CHANGE)):
        text = "".join(signed.done(*words, "--now", BEFORE).split())
        assert keys["carol"] in text, words
    assert {one["key"] for one in record(office)["record"]["opinions"]} == {None}


def test_it_names_what_the_last_assessment_before_the_release_rested_on(office: Office) -> None:
    told = record(office)
    assert told["judged_by"]["policies"].startswith("sha256:")
    assert told["assessed"] is not None


def test_all_six_effects_are_listed_whether_they_were_considered_or_not(office: Office) -> None:
    said = office.done("report", "change", CHANGE, "--now", LATER, "--format", "markdown")
    part = said.split("## Effects that were considered")[1].split("##")[0]
    for name in ("customers", "availability", "capacity", "continuity", "security", "cost"):
        assert f"| {name} |" in part
    assert "ISO/IEC 20000-1:2018 8.5.1.3" in office.done("report", "change", CHANGE, "--now", LATER)


def test_a_change_that_only_a_branch_has_is_found_and_one_that_is_not_committed_is_not(office: Office) -> None:
    told = record(office, PROPOSED)
    assert (told["record"]["at"], told["entries"], told["assessed"]) == ("proposed", [], None)
    office.write("changes/CHG-20261127-loose/rfc.yaml", "{}")
    assert office.say("report", "change", "CHG-20261127-loose", "--now", LATER).code == 3
    (office.root / "changes/CHG-20261127-loose/rfc.yaml").unlink()


def test_a_rollback_is_compared_with_its_promise(office: Office) -> None:
    name = office.ask(
        "CHG-20261127-again",
        window=window("2026-12-01"),
        verification=[{"name": "Smoke", "run": ["false"]}],
    )
    office.approved(name, now=LATER)
    assert office.released(name, now="2026-12-01T14:05:00Z").code == 1
    told = record(office, name, now="2026-12-02T10:00:00Z")
    assert told["rollback"] == {"promised": "PT30M", "took": "PT0S"}
    assert record(office, now="2026-12-02T10:00:00Z")["rollback"] == {"promised": "PT30M", "took": None}
    said = office.done("report", "change", name, "--now", "2026-12-02T10:00:00Z")
    assert "kept" in said
    assert "verification 1 “Smoke”: exit code 1" in " ".join(said.split())
    chinese = office.done("--lang", "zh", "report", "change", name, "--format", "markdown", "--now", "2026-12-02T10:00:00Z")
    assert "验证第 1 步 “Smoke”：退出码 1" in chinese
    assert "verification/0" not in said + chinese


def test_a_release_that_waits_names_the_step_in_words(tmp_path: Path) -> None:
    office = Office(tmp_path / "shop")
    steps = [{"name": "Copy", "run": ["true"], "undo": {"run": ["true"]}}, {"name": "Tell the desk", "manual": "Call the desk", "irreversible": "A call"}]
    name = office.ask("CHG-20261127-call", window=window("2026-12-03"), implementation={"steps": steps})
    office.approved(name, now=LATER)
    ran = office.released(name, now="2026-12-03T14:05:00Z")
    assert ran.code == 1, (ran.out, ran.err)
    for words in ((), ("--lang", "zh")):
        said = " ".join(office.done(*words, "report", "change", name, "--now", "2026-12-03T14:06:00Z").split())
        assert ("停止等待人工处理：实施第 2 步" if words else "stopped waiting for a person: implementation 2") in said
        assert "implementation/1" not in said
    assert "implementation/1" in office.say("release", "status", name).out, "there it is what `--step` takes"


def test_words_of_people_stand_with_what_signed_them(office: Office) -> None:
    said = office.done("report", "change", URGENT, "--now", LATER)
    assert "\u201cGo\u201d" in said
    assert BEFORE not in said
