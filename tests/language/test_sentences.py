"""A sentence from a code and its data: fields, cases, times of the reader, names, and what is not known."""

from __future__ import annotations

import errno
from datetime import datetime
from typing import Any

import pytest

from changeflow.language.formats import FORMATS, duration_text, time_text
from changeflow.language.reader import MACHINE, Names, Reader
from changeflow.language.reasons import said_by, sentence
from changeflow.language.sentences import field_text, say, say_or
from changeflow.language.value_formats import VALUE_FORMATS
from changeflow.model.answers.decision import Reason
from changeflow.model.times import parse_duration
from changeflow.model.zones import time_zone

NAMES = Names(people={"alice": "Alice Chen", "bob": "Bob"}, roles={"ops": "On-call", "cab": "CAB"}, items={"payments-db": "Payments database"}, environments={"live": "Production"})
SHANGHAI = Reader("zh", time_zone("Asia/Shanghai"), NAMES)
NEWFOUNDLAND = Reader("en", time_zone("America/St_Johns"), NAMES)
END = {"end": "2026-12-01T14:00:00Z"}


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        (MACHINE, "the window ended at 2026-12-01T14:00:00Z"),
        (NEWFOUNDLAND, "the window ended at Tue 2026-12-01 10:30 -03:30"),
        (SHANGHAI, "变更窗口已于 2026-12-01 周二 22:00 +08:00 结束"),
    ],
)
def test_each_reader_has_a_language_and_a_clock(reader: Reader, said: str) -> None:
    assert say("window.past", END, reader).text == said


@pytest.mark.parametrize(
    ("value", "zone", "shown"),
    [
        ("2026-12-01T14:00:00+00:00", "Asia/Shanghai", "Tue 2026-12-01 22:00 +08:00"),
        ("2026-12-01T14:00:05.500000+00:00", "UTC", "Tue 2026-12-01 14:00:05 +00:00"),
        ("2026-10-25T00:30:00+00:00", "Europe/Berlin", "Sun 2026-10-25 02:30 +02:00"),
        ("2026-10-25T01:30:00+00:00", "Europe/Berlin", "Sun 2026-10-25 02:30 +01:00"),
        ("0001-01-01T00:00:00+00:00", "America/New_York", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59+00:00", "Asia/Shanghai", "9999-12-31T23:59:59Z"),
        ("1890-01-01T00:00:00+00:00", "Asia/Shanghai", "Wed 1890-01-01 08:05:43 +08:05:43"),
    ],
)
def test_a_time_has_weekday_and_offset_and_seconds_only_where_there_are_any(value: str, zone: str, shown: str) -> None:
    assert time_text(datetime.fromisoformat(value), Reader("en", time_zone(zone))) == shown


@pytest.mark.parametrize(
    ("spec", "value", "machine", "english", "chinese"),
    [
        ("time", "2026-12-01T14:00:09Z", "2026-12-01T14:00:09Z", "Tue 2026-12-01 10:30:09 -03:30", "2026-12-01 周二 22:00:09 +08:00"),
        ("minute", "2026-12-01T14:00:09Z", "2026-12-01T14:00:09Z", "Tue 2026-12-01 10:30 -03:30", "2026-12-01 周二 22:00 +08:00"),
        ("date", "2026-12-01", "2026-12-01", "Tue 2026-12-01", "2026-12-01 周二"),
        ("duration", "P3DT1H", "P3DT1H", "3 days 1 hour", "3 天 1 小时"),
        ("percent", "5.0 %", "5.0 %", "5.0 %", "5.0%"),
        ("rough", 95.0, "2 minutes", "2 minutes", "2 分钟"),
        ("one_of", ["a", "b"], "`a` or `b`", "`a` or `b`", "`a` 或 `b`"),
        ("joined", ["a", "b"], "a and b", "a and b", "a、b"),
        ("weekday", "2026-12-01", "Tuesday", "Tuesday", "周二"),
        ("system", {"number": errno.ENOSPC, "text": "No space"}, "No space", "No space", "磁盘空间不足"),
        ("system", {"number": None, "text": "No idea"}, "No idea", "No idea", "No idea"),
        ("most 2", ["a", "b", "c"], "a, b and 1 more", "a, b and 1 more", "a、b 等 3 项"),
        ("most_codes 1", ["a"], "`a`", "`a`", "`a`"),
        ("lines 1", ["a", "b"], "\n  a\n  and 1 more", "\n  a\n  and 1 more", "\n  a\n  另有 1 项"),
        ("sentence", {"code": "option.period"}, "the period ends before it begins", "the period ends before it begins", "期间的结束早于开始"),
        ("hint", {"code": "option.period"}, "--from comes before --to", "--from comes before --to", "--from 应早于 --to"),
        ("person", "alice", "alice", "Alice Chen (alice)", "Alice Chen (alice)"),
        ("people", ["alice", "bob", "zoe"], "alice, bob, zoe", "Alice Chen (alice), bob, zoe", "Alice Chen (alice)、bob、zoe"),
        ("items", ["payments-db", "x"], "payments-db, x", "Payments database (payments-db), x", "Payments database (payments-db)、x"),
        ("few_items", ["payments-db", "x"], "payments-db, x", "Payments database (payments-db), x", "Payments database (payments-db)、x"),
        ("few_of", {"first": ["payments-db"], "count": 1}, "payments-db", "Payments database (payments-db)", "Payments database (payments-db)"),
        ("few_of", {"first": ["x", "y", "z"], "count": 1000}, "x, y, z and 997 more", "x, y, z and 997 more", "x、y、z 等 1000 个"),
        ("few_items", ["x", "y", "z", "p", "q"], "x, y, z and 2 more", "x, y, z and 2 more", "x、y、z 等 5 个"),
        ("role", "cab", "cab", "cab", "cab"),
        ("role", "ops", "ops", "On-call (ops)", "On-call (ops)"),
        ("quoted_role", "cab", "`cab`", "`cab`", "`cab`"),
        ("quoted_role", "ops", "`ops`", "On-call (ops)", "On-call (ops)"),
        ("all_roles", ["cab", "ops"], "`cab` and `ops`", "`cab` and On-call (ops)", "`cab` 和 On-call (ops)"),
        ("owner", "ops", "ops", "On-call (ops)", "On-call (ops)"),
        ("owner", "alice", "alice", "Alice Chen (alice)", "Alice Chen (alice)"),
        ("environment", "live", "`live`", "Production (live)", "Production (live)"),
        ("environments", ["live", "test"], "live, test", "Production (live), test", "Production (live)、test"),
        ("list", ["a", 1], "a, 1", "a, 1", "a、1"),
        ("code", "x", "`x`", "`x`", "`x`"),
        ("literal", "a\n", *[r"'a\n'"] * 3),
        ("first", list("abcdefg"), *["a, b, c, d, e and 2 more"] * 2, "a、b、c、d、e 等 7 项"),
        ("first_codes", ["a", "b"], *["`a`, `b`"] * 2, "`a`、`b`"),
        ("whole", 7_199, "1 hour", "1 hour", "1 小时"),
        ("paces", [["alice", 61], ["bob", 0]], "alice 1 minute, bob 0 seconds", "Alice Chen (alice) 1 minute, bob 0 seconds", "Alice Chen (alice) 1 分钟、bob 0 秒"),
        ("asked", {"en": "Why?", "zh": "为什么？"}, "Why?", "Why?", "为什么？"),
        ("asked", {"en": "Why?"}, *["Why?"] * 3),
        ("step", "verification/0", "verification/0", "verification 1", "验证第 1 步"),
        ("step", "as/written", *["as/written"] * 3),
        ("steps", "rollback/1 Stop, rollback/0 see implementation/3", "rollback/1 Stop, rollback/0 see implementation/3", "rollback 2 Stop, rollback 1 see implementation/3", "回退第 2 步 Stop, 回退第 1 步 see implementation/3"),
        ("quoted", "Smoke test", "Smoke test", *["“Smoke test”"] * 2),
        ("words", ["requester", "approver"], *["requester, approver"] * 2, "申请人、审批人"),
        ("word", "rolled_back", "rolled_back", "rolled back", "已回退"),
        ("spelt_word", "rolled_back", *["rolled back"] * 2, "已回退"),
        ("word", "a-word-of-another-version", *["a-word-of-another-version"] * 3),
        ("plural entry entries", 1, "1 entry", "1 entry", "1 entry"),
        ("plural entry entries", 3, "3 entries", "3 entries", "3 entries"),
        ("sentences", ["as written", {"code": "change.draft"}], *["as written; the request is a draft"] * 2, "as written；变更请求仍是草稿"),
        ("shown", "a  b", *['`"a  b"`'] * 3),
        ("shown", True, *["`true`"] * 3),
        ("shown", None, *["nothing"] * 2, "空值"),
        ("shown", ["x"], *["a list"] * 2, "列表"),
        ("shown", {"x": 1}, *["a mapping"] * 2, "映射"),
        ("article", "a  b", *['the text `"a  b"`'] * 2, '文本 `"a  b"`'),
        ("article", True, *["the truth value true"] * 2, "真假值 true"),
        ("article", 1.5, *["the number 1.5"] * 2, "数字 1.5"),
        ("article", [], *["a list"] * 2, "列表"),
        ("types", ["string", "null"], *["text or nothing"] * 2, "文本或空值"),
        ("part", "items[0]", *["`items[0]`"] * 3),
        ("part", "", *["the document"] * 2, "该文档"),
        ("alternatives", [["a"], ["b", "c"]], *["`a` or `b` and `c`"] * 2, "`a` 或 `b` 和 `c`"),
        ("count", 262_144, *["262,144"] * 3),
        ("times", 1, *["once more"] * 2, "1 处"),
        ("times", 1_200, *["1200 times more"] * 2, "1,200 处"),
        ("either", ["live", "planned"], *["live or planned"] * 2, "live 或 planned"),
        ("all_codes", ["approve", "close"], *["`approve` and `close`"] * 2, "`approve` 和 `close`"),
        ("", 7, "7", "7", "7"),
    ],
)  # fmt: skip
def test_a_format_shows_a_program_what_is_stored_and_a_person_what_they_read(
    spec: str, value: Any, machine: str, english: str, chinese: str
) -> None:
    shown = [field_text(value, spec, reader) for reader in (MACHINE, NEWFOUNDLAND, SHANGHAI)]
    assert shown == [machine, english, chinese]


def test_every_format_has_its_example_above_or_is_made_of_one_that_has() -> None:
    made_of_others = {"item", "quoted_roles", "codes"}
    marks = test_a_format_shows_a_program_what_is_stored_and_a_person_what_they_read.pytestmark
    assert set(FORMATS | VALUE_FORMATS) - made_of_others <= {row[0] for mark in marks for row in mark.args[1]}


@pytest.mark.parametrize(
    ("span", "english", "chinese"),
    [("PT0S", "0 seconds", "0 秒"), ("PT90M", "1 hour 30 minutes", "1 小时 30 分钟"), ("P1DT1H5M", "1 day 1 hour", "1 天 1 小时")],
)
def test_a_duration_has_its_two_largest_units(span: str, english: str, chinese: str) -> None:
    assert [duration_text(parse_duration(span), reader) for reader in (NEWFOUNDLAND, SHANGHAI)] == [english, chinese]


def test_the_data_chooses_among_the_sentences_of_a_code() -> None:
    assert say("review.rejected", {"who": "alice"}, MACHINE).text == "alice rejected the change"
    with_words = {"who": "alice", "case": "words", "words": "not {yet}: {0}"}
    assert say("review.rejected", with_words, MACHINE).text == "alice rejected the change: not {yet}: {0}"


@pytest.mark.parametrize("data", [{}, {"end": None}, {"end": "tomorrow"}])
def test_where_the_data_is_not_what_a_sentence_needs_the_message_is_shown(data: dict[str, Any]) -> None:
    assert say_or("window.past", data, SHANGHAI, "as recorded", "hint") == ("as recorded", "hint")


def test_a_brace_that_is_meant_as_one_does_not_end_a_sentence() -> None:
    branches = {"main": "changeflow", "branch": "changeflow/ledger"}
    assert say("config-branches", branches, SHANGHAI).hint == "请用 `ledger: {branch: evidence}` 为账本另取名称"


def test_the_core_never_makes_a_sentence_with_a_gap() -> None:
    with pytest.raises(KeyError):
        say("window.past", {}, MACHINE)
    with pytest.raises(KeyError):
        say("window.unheard", {}, MACHINE)


def reason(rule: str, code: str, message: str, **data: Any) -> Reason:
    return Reason(rule=rule, outcome="fail", reason_code=code, message=message, data=data)


def test_a_message_of_a_policy_stays_as_it_is_written_also_under_a_code_of_ours() -> None:
    own = reason("team-rule", "change.draft", "Drafts are for Mondays")
    assert said_by(own, SHANGHAI).text == "Drafts are for Mondays"
    assert sentence(own, SHANGHAI) == "未满足：Drafts are for Mondays"
    ours = reason("changeflow.draft", "change.draft", "the request is a draft")
    assert sentence(ours, SHANGHAI) == "变更请求仍是草稿"


def test_a_code_of_another_version_is_shown_by_its_message() -> None:
    assert sentence(reason("changeflow.moon", "moon.full", "the moon is full"), SHANGHAI) == "the moon is full"


def test_a_program_gets_the_message_itself() -> None:
    assert sentence(reason("changeflow.draft", "change.draft", "as recorded"), MACHINE) == "as recorded"


def test_what_shuts_a_rule_is_named_by_the_clock_of_the_reader() -> None:
    freeze = {"code": "shut_by.freeze", "name": "year end", "message": "…", "start": END["end"], "end": END["end"]}
    found = reason("team-rule", "rule.violated", "No freeze", shut_by={"freezes": [freeze] * 7})
    said = sentence(found, SHANGHAI)
    assert said.startswith("未满足：No freeze：封网期 `year end` 自 2026-12-01 周二 22:00 +08:00 至")
    assert said.count("封网期") == 5
    assert said.endswith("；另有 2 项")


def test_a_chinese_name_stands_in_a_chinese_sentence_without_a_space() -> None:
    names = Names(people={"erin": "林艾琳", "carol": "Carol Castro"}, roles={"cab": "变更顾问委员会"})
    reader = Reader("zh", time_zone("UTC"), names)
    assert say("approver.no_role", {"who": "erin"}, reader).text == "林艾琳 (erin) 不担任所要求的角色"
    assert say("opinion.approve:role".partition(":")[0], {"case": "role", "by": "carol", "role": "cab", "change": "CHG-1"}, reader).text == (
        "Carol Castro (carol) 以变更顾问委员会 (cab) 身份批准了 CHG-1"
    )
    assert say("show.opinion", {"case": "reject", "at": "2026-12-01T14:00:00Z", "who": "erin"}, reader).text == (
        "2026-12-01 周二 14:00 +00:00：林艾琳 (erin) 否决"
    )


def test_spaces_inside_what_people_wrote_stay() -> None:
    reader = Reader("zh", time_zone("UTC"))
    assert say("open_end.what", {"case": "follow-up", "about": "补充 测试"}, reader).text == "后续措施“补充 测试”"
    assert say("pull.edited", {"case": "title", "people": ["a"], "at": END["end"]}, reader).text.startswith("拉取请求的标题在 a 批准之后")
    # a path is no name
    assert "`/变更` 建立" in say("init.made", {"folder": "/变更", "count": 2}, reader).text
    assert say("list.unreadable", {"change": "变更"}, reader).text.startswith("变更 的变更请求")
    assert say("deployer.unknown", {"told": ["启动者 甲"]}, reader).text == "启动者 甲不在人员名册中"


IN_BOTH = {"zh": {"message": "高风险变更需要两名成员批准", "hint": "请另寻一人"}}


@pytest.mark.parametrize(
    ("outcome", "code", "data", "english", "chinese"),
    [
        ("pass", "rule.satisfied", {}, "Two members", "高风险变更需要两名成员批准"),
        ("fail", "rule.violated", {}, "not met: Two members", "未满足：高风险变更需要两名成员批准"),
        ("pending", "approvals.missing", {"asks": "Two members"}, "Two members", "高风险变更需要两名成员批准"),
        (
            "fail",
            "approvals.nobody_named",
            {"asks": "Two members"},
            "Two members (the rule applies, but names nobody who could agree)",
            "高风险变更需要两名成员批准（该规则适用，但没有指明任何可以批准的人）",
        ),
    ],
)  # fmt: skip
def test_a_rule_speaks_the_language_of_the_reader_where_it_has_it(outcome: Any, code: str, data: dict[str, Any], english: str, chinese: str) -> None:
    message = say(code, data, MACHINE).text if data else "Two members"
    data = data | {"translations": IN_BOTH}
    rule = Reason(rule="cab-quorum", outcome=outcome, reason_code=code, message=message, hint="ask another", data=data)
    assert (sentence(rule, NEWFOUNDLAND), said_by(rule, NEWFOUNDLAND).hint) == (english, "ask another")
    assert (sentence(rule, SHANGHAI), said_by(rule, SHANGHAI).hint) == (chinese, "请另寻一人")
    assert said_by(rule, MACHINE).text == message


def test_a_rule_without_the_language_of_the_reader_speaks_its_own() -> None:
    rule = Reason(rule="cab-quorum", outcome="pass", reason_code="rule.satisfied", message="两名成员批准", data={"translations": {"en": {"message": "Two members"}}})
    assert sentence(rule, SHANGHAI) == "两名成员批准"
    assert sentence(rule, NEWFOUNDLAND) == "Two members"
