"""`changeflow new` writes a request that passes `check` at once, and never overwrites one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.documents.request_draft import SLUG, RequestDraft, slug_proposal, write
from changeflow.documents.schema import schema_problems
from changeflow.model.change import ChangeRequest
from changeflow.model.characters import plain_line
from tests.examples import examples
from tests.scaffold.calls import Said

Say = Callable[..., Said]
NOW = ("--now", "2026-11-21T09:00:00Z")
START = ("--start", "2026-11-25T22:00:00+08:00")
ID = "CHG-20261121-website-2-0"


def rfc(shop: Path, change_id: str = ID) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((shop / f"changes/{change_id}/rfc.yaml").read_text(encoding="utf-8"))
    return document


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("now", "english", "chinese"),
    [
        ("2026-11-25T13:59:59Z", "", ""),
        ("2026-11-25T14:00:00Z", "the window has begun already", "开始，将于"),
        ("2026-11-28T09:00:00Z", "the window is over", "结束，其中已不能审批或发布"),
    ],
)
def test_a_window_that_has_begun_or_is_over_is_warned_of(say: Say, now: str, english: str, chinese: str) -> None:
    options = ("--model", "service-restart", "--ci", "website", *START, "--now", now)
    made = say("new", "in-english", *options)
    assert (made.code, "warning: the window" in made.err, english in made.err) == (0, bool(english), True)
    made = say("--lang", "zh", "new", "in-chinese", *options)
    assert (made.code, "警告：变更窗口" in made.err, chinese in made.err) == (0, bool(chinese), True)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "options",
    [
        ["--ci", "website"],
        [],
        ["--type", "emergency"],
        ["--type", "emergency", "--ci", "website", "--ci", "website-db", "--implementer", "carol"],
        ["--model", "service-restart"],
        ["--model", "service-restart", "--ci", "website"],
        ["--model", "service-restart", "--ci", "website", *START],
        ["--model", "service-restart", "--ci", "website", *START, "--no-draft"],
        ["--model", "service-restart", "--ci", "website", *START, "--draft"],
        ["--title", "把网站换到新版本", "--reason", "旧版本下个月停止支持", "--ci", "website"],
        ["--title", 'C:\\x: "quoted" # not a comment', "--reason", "- {a: b}"],
    ],
)
def test_a_new_request_passes_check(say: Say, options: list[str]) -> None:
    made = say("new", "website-2-0", *options, *NOW)
    assert (made.code, made.out) == (0, f"changes/{ID}/rfc.yaml\n"), made.err
    checked = say("check")
    assert checked.code == 0, checked.out


def test_the_first_line_tells_editors_the_schema(shop: Path, say: Say) -> None:
    say("new", "website-2-0", *NOW)
    first = (shop / f"changes/{ID}/rfc.yaml").read_text(encoding="utf-8").splitlines()[0]
    schema = (shop / f"changes/{ID}" / first.removeprefix("# yaml-language-server: $schema=")).resolve()
    assert schema == (shop / "schemas/ChangeRequest.schema.json").resolve()
    assert schema.is_file()


def test_the_requester_is_who_git_says_by_e_mail_whatever_its_case(
    shop: Path, say: Say, identity: Callable[[str, str], None]
) -> None:
    identity("Somebody Else", "CAROL@example.com")
    say("new", "website-2-0", *NOW)
    assert rfc(shop)["metadata"] == {
        "id": ID, "title": "Website 2 0", "requester": "carol", "created": rfc(shop)["metadata"]["created"]
    }  # fmt: skip
    assert rfc(shop)["spec"]["implementer"] == "carol"


def test_an_address_that_two_people_list_does_not_say_who_requests_it(
    shop: Path, say: Say, identity: Callable[[str, str], None]
) -> None:
    roster = shop / "policies/roster.yaml"
    text = roster.read_text(encoding="utf-8")
    assert text.count('"dave@example.com"') == 1
    roster.write_text(text.replace('"dave@example.com"', '"dave@example.com", "Carol@example.com"'), encoding="utf-8")
    identity("Carol", "carol@example.com")
    refused = say("new", "website-2-0", *NOW)
    assert refused.code == 2
    assert "`carol@example.com`, which carol and dave have in the roster" in refused.err


def test_an_unknown_identity_asks_for_the_requester(shop: Path, say: Say, home: Path) -> None:
    (home / ".gitconfig").unlink()
    refused = say("new", "website-2-0", *NOW)
    assert (refused.code, refused.out) == (2, "")
    assert "git does not know who commits here" in refused.err
    assert "--requester PERSON" in refused.err
    assert not (shop / "changes").exists()


def test_the_environment_says_who_requests_it_before_the_configuration_as_for_git(
    shop: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "dave@example.com")
    say("new", "website-2-0", *NOW)
    assert rfc(shop)["metadata"]["requester"] == "dave"
    assert say("todo", *NOW).out == "Nothing waits for Dave (example) (dave).\n"


def test_an_address_without_a_name_says_who_requests_it(shop: Path, say: Say, home: Path) -> None:
    (home / ".gitconfig").write_text('[user]\n\tname = ""\n\temail = carol@example.com\n', encoding="utf-8")
    say("new", "website-2-0", *NOW)
    assert rfc(shop)["metadata"]["requester"] == "carol"


@pytest.mark.usefixtures("shop")
def test_a_slug_that_is_taken_does_not_hide_another_mistake(say: Say) -> None:
    assert say("new", "website-2-0", *NOW).code == 0
    said = say("new", "website-2-0", "--ci", "websit", *NOW)
    assert (said.code, "did you mean `website`?" in said.err, "exists already" in said.err) == (3, True, True)


@pytest.mark.usefixtures("shop")
def test_people_are_checked_against_the_roster(say: Say) -> None:
    assert "did you mean `carol`?" in say("new", "website-2-0", "--requester", "carl").err
    assert say("new", "website-2-0", "--implementer", "nobody").code == 2
    assert "automation" in say("new", "website-2-0", "--implementer", "renovate").err
    assert say("new", "website-2-0", "--requester", "renovate").code == 2


def test_a_model_fills_in_everything_and_names_the_item(shop: Path, say: Say) -> None:
    made = say("new", "website-2-0", "--model", "service-restart", "--ci", "website", *START, *NOW)
    assert "It is complete" in made.err
    spec = rfc(shop)["spec"]
    assert spec["model"] == "service-restart"
    assert spec["implementation"]["steps"][0]["run"] == ["./scripts/restart", "website"]
    assert "draft" not in spec
    text = (shop / f"changes/{ID}/rfc.yaml").read_text(encoding="utf-8")
    assert "start: 2026-11-25T22:00:00+08:00\n    end: 2026-11-25T22:30:00+08:00" in text


@pytest.mark.usefixtures("shop")
def test_a_model_with_several_items_stays_a_draft_where_steps_name_one(say: Say) -> None:
    made = say("new", "website-2-0", "--model", "service-restart", "--ci", "website", "--ci", "cache-1", *START, *NOW)
    assert "still to fill in: items" in made.err


def test_no_draft_refuses_what_is_incomplete_and_says_what_is_missing(shop: Path, say: Say) -> None:
    refused = say("new", "website-2-0", "--ci", "website", "--no-draft", *NOW)
    assert refused.code == 2
    assert "missing: reason, assessment, implementation, rollback, window" in refused.err
    assert not (shop / "changes").exists()


def test_an_existing_change_is_never_overwritten(shop: Path, say: Say) -> None:
    (shop / f"changes/{ID}").mkdir(parents=True)
    (shop / f"changes/{ID}/rfc.yaml").write_text("mine", encoding="utf-8")
    refused = say("new", "website-2-0", *NOW)
    assert (refused.code, (shop / f"changes/{ID}/rfc.yaml").read_text(encoding="utf-8")) == (1, "mine")


@pytest.mark.parametrize(
    ("slug", "proposal"),
    [
        ("Payments DB", "payments-db"),
        ("../../etc", "etc"),
        ("a--", "a"),
        ("数据库", ""),
        ("x" * 60, "x" * 47),
        ("-a", "a"),
        ("é", "e"),
    ],
)
def test_a_bad_slug_is_a_usage_error_with_a_proposal(shop: Path, say: Say, slug: str, proposal: str) -> None:
    refused = say("new", *NOW, "--", slug)
    assert refused.code == 2
    assert f"how about `{proposal}`?" in refused.err if proposal else "for example" in refused.err
    assert not (shop / "changes").exists()


@given(st.text(max_size=80))
def test_every_proposal_is_a_legal_slug(text: str) -> None:
    near = slug_proposal(text)
    assert not near or (SLUG.fullmatch(near) and not near.endswith("-"))


@pytest.mark.usefixtures("shop")
def test_unknown_items_and_models_are_named_with_a_near_miss(say: Say) -> None:
    unknown = say("new", "website-2-0", "--ci", "web-site")
    assert (unknown.code, "did you mean `website`?" in unknown.err) == (3, True)
    unknown = say("new", "website-2-0", "--model", "restart")
    assert (unknown.code, "service-restart" in unknown.err) == (3, True)


@pytest.mark.usefixtures("shop")
def test_options_that_do_not_go_together_are_usage_errors(say: Say) -> None:
    assert say("new", "website-2-0", "--type", "standard").code == 2
    assert say("new", "website-2-0", "--type", "normal", "--model", "service-restart").code == 2
    assert say("new", "website-2-0", "--start", "someday").code == 2
    assert say("new", "website-2-0", "--title", "a\x1b[31mb").code == 2


def test_an_item_hidden_by_an_unreadable_file_is_not_called_missing(shop: Path, say: Say) -> None:
    (shop / "cmdb/website.yaml").write_text("a: [", encoding="utf-8")
    refused = say("new", "website-2-0", "--ci", "website")
    assert refused.code == 4
    assert "cmdb/website.yaml:2" in refused.err


LINE = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40).filter(
    lambda text: text.strip() != "" and text.isprintable() and plain_line(text)
)


@settings(max_examples=examples(60))
@given(
    LINE, LINE, st.sampled_from(["normal", "emergency"]), st.lists(st.sampled_from(["website", "10.0.0.1", "a/b:c"]), unique=True)
)
def test_whatever_the_title_and_reason_the_text_says_exactly_that(title: str, reason: str, type_: str, items: list[str]) -> None:
    from datetime import date

    order = RequestDraft("x", "zoe", date(2026, 11, 21), type_, items=tuple(items), title=title, reason=reason)
    loaded = load(write(order).text, "changes/CHG-20261121-x/rfc.yaml")
    assert not [*loaded.findings, *(found for document in loaded.documents for found in schema_problems(document))]
    change = record(loaded.documents[0])
    assert isinstance(change, ChangeRequest)
    assert (change.metadata.title, change.spec.reason, list(change.changed)) == (title, reason, items)


@pytest.mark.parametrize(
    ("zone", "now", "day"),
    [
        ("Asia/Shanghai", "2026-11-25T16:00:00Z", "20261126"),
        ("Asia/Shanghai", "2026-11-25T15:59:59Z", "20261125"),
        ("America/St_Johns", "2026-11-26T03:29:59Z", "20261125"),
        ("Pacific/Kiritimati", "2026-11-25T10:00:00Z", "20261126"),
        ("UTC", "2026-11-26T03:00:00+08:00", "20261125"),
    ],
)
def test_the_day_of_a_request_is_the_day_in_the_teams_zone(shop: Path, say: Say, zone: str, now: str, day: str) -> None:
    config = (shop / "changeflow.yaml").read_text(encoding="utf-8")
    (shop / "changeflow.yaml").write_text(re.sub("(?m)^  timezone: .*", f"  timezone: {zone}", config), encoding="utf-8")
    assert say("new", "in-our-zone", "--ci", "website", "--now", now).out == f"changes/CHG-{day}-in-our-zone/rfc.yaml\n"
    assert str(rfc(shop, f"CHG-{day}-in-our-zone")["metadata"]["created"]).replace("-", "") == day


@pytest.mark.parametrize(
    ("validity", "options", "said"),
    [
        ("expires: 2026-11-20", [], "expired on 2026-11-20"),
        ("expires: 2026-11-24", START, "expires on 2026-11-24, before the window opens"),
        ("valid_from: 2026-11-22\n  expires: 2026-11-30", [], "is valid from 2026-11-22"),
        ("expires: 2026-11-25", START, ""),
        ("expires: 2026-11-21", [], ""),
    ],
)
def test_a_request_under_a_model_that_does_not_hold_is_written_with_a_warning_that_names_the_day(
    shop: Path, say: Say, validity: str, options: list[str], said: str
) -> None:
    model = shop / "policies/models/service-restart.yaml"
    text = model.read_text(encoding="utf-8")
    kept = re.sub(r"  valid_from: \S+\n", "", text)
    model.write_text(re.sub(r"expires: \S+", validity, kept), encoding="utf-8")
    made = say("new", "website-2-0", "--model", "service-restart", "--ci", "website", *options, *NOW)
    assert made.code == 0
    assert ("warning: " in made.err) is bool(said)
    assert said in made.err
