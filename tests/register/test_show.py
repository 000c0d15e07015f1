"""`changeflow show`: one change from its request to its review."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from changeflow.ledger.statement import Draft
from changeflow.model.document_parts import parse_instant
from changeflow.model.evidence import DecisionBody
from changeflow.reading.view import locate
from changeflow.render.table import cells
from changeflow.resources import folder
from tests.register.office import AFTER, BEFORE, CHANGE, INSIDE, MODEL, Office
from tests.register.test_list import emergency
from tests.report.papers import made_once
from tests.shop import ITEM

WORDS = "The runbook is clear, and the desk knows"


@made_once
def closed_office(where: Path) -> Office:
    """A change from its request to its review, and the people's words."""
    office = Office(where)
    office.ask(reason="The old version has no support any more", benefit="Security fixes")
    office.opinion("approve", "carol", words=WORDS)
    office.opinion("approve", "dave", words="Fine")
    office.released()
    office.reviewed(follow_ups="[{action: Warm the cache, owner: team-db, due: 2026-12-01}]")
    return office


@pytest.fixture
def told(tmp_path: Path) -> Office:
    return closed_office(tmp_path / "shop")


def shown(office: Office, *options: str, now: str = AFTER) -> str:
    return office.done("show", CHANGE, "--now", now, *options)


def test_plan_and_facts_stand_side_by_side_in_the_readers_language(told: Office) -> None:
    text = shown(told).partition("Planned and happened\n")[2].partition("\n\n")[0]
    rows = {line.split("  ")[1]: line.split() for line in text.splitlines()}
    assert rows["Steps"] == ["Steps", "2", "2", "done"]
    assert rows["Start"][3:5] == ["14:00", "+00:00"]
    assert rows["Start"][-2:] == ["14:10", "+00:00"]
    assert rows["Duration"][1:4] == ["1", "hour", "30"]
    assert rows["Incidents"] == ["Incidents", "none", "none"]
    assert "计划与实际" in shown(told, "--lang", "zh")
    assert told.answer("show", CHANGE, now=AFTER)["review"]["due"] == "2026-12-09T14:10:00Z"


def test_the_answer_has_every_part_and_fits_its_schema(told: Office) -> None:
    found = told.answer("show", CHANGE, now=AFTER)
    schema = json.loads((folder("schemas") / "answers" / "change.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    assert (found["schema"], found["state"], found["at"]) == ("changeflow/change/v1", "closed", "main")
    assert found["request"]["spec"]["reason"] == "The old version has no support any more"
    assert found["assessment"]["schema"] == "changeflow/assessment/v1"
    assert [(one["name"], one["outcome"]) for one in found["release"]["steps"]] == [("Promote", "done"), ("Smoke", "done")]
    assert (found["review"]["reviewer"], found["review"]["complete"]) == ("erin", True)
    assert [one["what"] for one in found["owed"]] == ["follow-up"]
    assert found["owed"] == told.row(now=AFTER)["owed"]
    whats = [one["what"] for one in found["timeline"] if one["seq"]]
    assert whats[:3] == ["assessed", "approve", "approve"]
    assert [one for one in whats if one in ("release.started", "release.finished", "reviewed")] == ["release.started", "release.finished", "reviewed"]
    assert [one["seq"] for one in found["timeline"] if one["seq"]] == sorted(one["seq"] for one in found["timeline"] if one["seq"])


def test_who_approved_that_is_answered_with_people_roles_words_and_proof(told: Office) -> None:
    found = told.answer("show", CHANGE, now=AFTER)
    said = [(one["by"], one["decision"], one["words"], one["counts"], one["of_this_content"]) for one in found["opinions"]]
    assert said == [("carol", "approve", WORDS, True, True), ("dave", "approve", "Fine", False, True)]
    assert found["approved"] == BEFORE
    text = shown(told)
    assert "carol approved as `cab`" in text
    assert f"“{WORDS}”" in text
    assert "ledger entry 2" in text
    assert "SHUT" not in text


def test_an_approval_of_other_content_is_shown_and_said_not_to_count(office: Office) -> None:
    office.ask()
    office.opinion("approve", "carol", words=WORDS)
    office.ask(window={"start": "2026-11-28T22:00:00+08:00", "end": "2026-11-28T23:00:00+08:00"})
    (one,) = office.answer("show", CHANGE)["opinions"]
    assert (one["counts"], one["of_this_content"], one["reason_code"]) == (False, False, "approval.stale")
    text = shown(office, now=BEFORE)
    assert "Not approved as it is now." in text
    assert "does not count: carol approved other content; the change has been edited since" in " ".join(text.split())


def test_a_newer_opinion_replaces_an_older_one_and_both_are_shown(office: Office) -> None:
    office.ask()
    office.opinion("approve", "carol")
    office.opinion("reject", "carol", words="The desk was not told", now="2026-11-21T11:00:00Z")
    found = office.answer("show", CHANGE, now="2026-11-21T12:00:00Z")
    assert [(one["decision"], one["counts"], one["reason_code"]) for one in found["opinions"]] == [
        ("approve", False, "approval.superseded"), ("reject", True, ""),
    ]  # fmt: skip
    assert found["state"] == "rejected"


def test_what_was_rolled_back_says_so_step_by_step(office: Office) -> None:
    office.ask(verification=[{"name": "Smoke", "run": ["false"]}])
    office.approved()
    assert office.released().code == 1
    found = office.answer("show", CHANGE, now=AFTER)
    assert found["state"] == "rolled_back"
    assert [(one["phase"], one["outcome"]) for one in found["release"]["steps"]] == [
        ("implementation", "done"), ("verification", "failed"), ("rollback", "done"),
    ]  # fmt: skip
    assert re.search(r"failed .* Smoke", shown(office))


def test_a_change_on_another_branch_is_found_there(office: Office) -> None:
    office.ask("CHG-20261121-api", branch="feature/api")
    assert office.answer("show", "CHG-20261121-api")["at"] == "feature/api"
    assert office.say("show", "CHG-20261121-api", "--head", "main").code == 3


def test_a_withdrawn_change_whose_branch_is_gone_is_shown_as_it_was(office: Office) -> None:
    office.git("switch", "-q", "-c", "gone")
    office.ask("CHG-20261121-gone")
    office.git("switch", "-q", "gone")
    office.opinion("withdraw", "alice", "CHG-20261121-gone")
    office.git("switch", "-q", "main")
    office.git("branch", "-D", "gone")
    found = office.answer("show", "CHG-20261121-gone", now="2026-11-21T11:00:00Z")
    assert (found["state"], [one["decision"] for one in found["opinions"]]) == ("withdrawn", ["withdraw"])


def test_an_unknown_change_is_nothing_and_the_nearest_one_is_offered(told: Office) -> None:
    said = told.say("show", "CHG-20261121-dbb")
    assert (said.code, f"did you mean `{CHANGE}`?" in said.err) == (3, True), said.err


def test_a_bare_clone_shows_the_same(told: Office, tmp_path: Path) -> None:
    told.git("clone", "-q", "--bare", str(told.root), str(tmp_path / "bare.git"))
    assert told.answer("--repo", str(tmp_path / "bare.git"), "show", CHANGE, now=AFTER) == told.answer("show", CHANGE, now=AFTER)


# -- for people ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_screen_fits_eighty_columns_and_cuts_no_id(told: Office, language: str) -> None:
    name = "CHG-20261121-a-very-long-name-of-a-change-that-is-legal-all"
    told.ask(name, title="支付数据库升级到最新的受支持版本以获得安全修复并缩短结算时间而且不影响客户体验", window={"start": "2026-12-25T22:00:00+08:00", "end": "2026-12-25T23:00:00+08:00"})
    emergency(told)
    for command in (("list",), ("todo", "--as", "carol"), ("show", CHANGE), ("show", name)):
        text = told.done(*command, "--now", AFTER, "--lang", language)
        assert [line for line in text.splitlines() if cells(line) > 80] == []
        if command != ("show", CHANGE):
            assert name in text


def test_a_page_is_whole_safe_and_made_for_paper(told: Office) -> None:
    told.ask(title="<script>alert(1)</script> & more", reason="`rm -rf` <b>now</b>")
    page = shown(told, "--format", "html")
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert "@page { size: A4" in page
    assert "<script" not in page
    assert "<b>now" not in page
    assert "<code>rm -rf</code>" in page
    assert "http" not in page.split("<body>")[1]
    assert '<html lang="zh-CN">' in shown(told, "--format", "html", "--lang", "zh")


def test_the_page_draws_what_can_break(told: Office) -> None:
    told.write("cmdb/api.yaml", ITEM | {"metadata": {"id": "api", "name": "Public API"}, "spec": ITEM["spec"] | {"type": "service", "depends_on": [{"ci": "db"}]}})
    told.commit("An item that needs it")
    page = shown(told, "--format", "html")
    assert "<svg" in page
    assert "Public API" in page
    assert "<svg" not in shown(told, "--format", "markdown")
    assert re.search(r"Public API \(api\) +fails +tier2 +team-db +db → api", shown(told))


def test_markdown_cannot_be_formatted_by_a_title(told: Office) -> None:
    told.ask(title="[x](http://example.com) @carol #1")
    text = shown(told, "--format", "markdown")
    assert "](http" not in text
    assert "<code>" in text


def test_times_are_those_of_the_team(told: Office) -> None:
    document = json.loads((told.root / "changeflow.yaml").read_text(encoding="utf-8"))
    document["spec"]["timezone"] = "Asia/Shanghai"
    told.write("changeflow.yaml", document)
    told.commit("at home")
    assert "Wed 2026-11-25 22:00 +08:00 to Wed 2026-11-25 23:30 +08:00" in shown(told)
    assert "Wed 2026-11-25 22:00 +08:00" in told.done("list", "--now", AFTER)


def test_chinese_readers_read_chinese(told: Office) -> None:
    text = shown(told, "--lang", "zh")
    for words in ("审批情况", "实施后评审", "后续措施", "时间线", "影响分析"):
        assert words in text
    assert "变更台账" in told.done("list", "--now", AFTER, "--lang", "zh")
    assert told.done("todo", "--as", "dave", "--now", AFTER, "--lang", "zh") == "dave 没有待办事项。\n"


def test_a_broken_ledger_is_said_and_nothing_counts_as_approved(told: Office) -> None:
    told.git("switch", "-q", "changeflow/ledger")
    path = next((told.root / CHANGE).glob("*-approval.json"))
    path.write_text(path.read_text(encoding="utf-8").replace("payload", "payl0ad", 1), encoding="utf-8")
    told.commit("Housekeeping")
    told.git("switch", "-q", "main")
    said = told.say("list", "--now", INSIDE)
    assert said.code == 0
    assert "warning: the ledger does not hold" in said.err
    assert "警告：账本不可信" in told.say("todo", "--as", "carol", "--now", INSIDE, "--lang", "zh").err


def test_a_standard_change_is_authorised_by_its_model(office: Office) -> None:
    office.ask()
    standard = office.answer("show", CHANGE)
    assert standard["approved"] is None
    office.write("policies/models/restart.yaml", MODEL)
    office.ask("CHG-20261121-restart", type="standard", model="restart")
    assert office.answer("list", now=BEFORE)["changes"][1]["class"] == "standard"
    assert "Its change model authorises it; no person has to approve it." in office.done("show", "CHG-20261121-restart", "--now", BEFORE)


def test_reviews_on_a_code_host_are_shown_with_their_words(office: Office) -> None:
    """As the bot records them: the decision, with what GitHub said."""
    office.ask()
    config = json.loads((office.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"]["host"] = "github"
    office.write("changeflow.yaml", config)
    roster = json.loads((office.root / "policies/roster.yaml").read_text(encoding="utf-8"))
    roster["spec"]["people"]["carol"] |= {"github": "carol-gh", "github_id": 1003}
    office.write("policies/roster.yaml", roster)
    office.commit("On GitHub")
    view = locate(office.root)
    content = view.base.change(CHANGE)
    said = [
        {"state": "approved", "author": {"id": 1003, "login": "carol-gh"}, "submitted_at": BEFORE, "words": WORDS},
        {"state": "approved", "author": {"id": 9, "login": "stranger"}, "submitted_at": BEFORE, "words": "Me too"},
        {"state": "commented", "author": {"id": 9, "login": "stranger"}, "submitted_at": BEFORE, "words": "Hm"},
    ]
    counted = {"by": "carol", "role": "cab", "at": BEFORE, "digest": content.digest}
    body = DecisionBody(gate="approve", open=True, digest=content.digest, decision={"approvals": [counted]}, facts={"pull": {"said": {"reviews": said}}})
    at = parse_instant(BEFORE)
    view.evidence(CHANGE).ledger.append(Draft(change=CHANGE, body=body, at=at, recorded_at=at, subject=content.subjects), expected_head=None)
    found = office.answer("show", CHANGE, now="2026-11-21T11:00:00Z")
    assert [(one["by"], one["role"], one["words"], one["counts"], one["source"]) for one in found["opinions"]] == [
        ("carol", "cab", WORDS, True, "github"), ("stranger", None, "Me too", False, "github"),
    ]  # fmt: skip
    assert found["state"] == "scheduled"
    text = office.done("show", CHANGE, "--now", "2026-11-21T11:00:00Z")
    assert "review on github, recorded in ledger entry 1" in text
    assert [one["change"] for one in office.answer("list", "--person", "carol")["changes"]] == [CHANGE]


def test_before_a_release_the_checks_are_told_from_the_steps_and_no_outage_is_a_word(office: Office) -> None:
    office.ask(items=[{"ci": "db", "action": "modify", "outage": "PT0S"}])
    told = office.done("show", CHANGE, "--now", BEFORE)
    assert "modified, without an outage" in told
    steps = told.partition("\nSteps\n")[2].partition("\nRollback\n")[0].split()
    assert [word for word in steps if word in ("implementation", "Promote", "verification", "Smoke")] == [
        "implementation", "Promote", "verification", "Smoke",
    ]  # fmt: skip


def test_a_review_that_nobody_put_on_record_is_shown_with_what_it_lacks(office: Office) -> None:
    office.ask()
    office.approved()
    office.released()
    office.reviewed()
    # somebody edits it afterwards: what is on record is another text
    path = office.root / f"changes/{CHANGE}/review.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("a minute later", "an hour later"), encoding="utf-8")
    office.commit("edited")
    for language in ("en", "zh"):
        assert office.say("show", CHANGE, "--now", AFTER, "--lang", language).code == 0
    (problem,) = office.answer("show", CHANGE, now=AFTER)["review"]["problems"]
    assert "erin" in problem
