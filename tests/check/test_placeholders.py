"""Placeholders are refused, honest sentences that use the same words are not."""

from __future__ import annotations

import pytest

from changeflow.model.placeholders import (
    HOLLOW,
    MARKERS,
    NOTHING,
    PRAISE,
    is_hollow,
    is_marker,
    is_nothing,
    is_praise,
)


@pytest.mark.parametrize("text", [
    "TODO", "todo", "ToDo.", "TODO: write this", "TODO write this", "TODO - ask Bob", "tbd", "TBD (Carol knows)", "tbd.",
    "FIXME", "xxx", "Lorem ipsum dolor sit amet, consectetur", "to be done", "To be defined.", "fill in", "...", "???", "-", "--",
    "<describe the rollback>", "{{ trigger }}", "[fill me in]", "ＴＯＤＯ", "待定", "  TODO  ", "*TODO*", "_tbd_",
])  # fmt: skip
def test_notes_that_something_is_missing_are_markers(text: str) -> None:
    assert is_marker(text)
    assert is_hollow(text)


@pytest.mark.parametrize("text", [
    "Revert", "revert.", "Revert the change", "rollback", "Roll back!", "ROLLBACK", "undo the change", "n/a", "N/A", "n.a.", "none", "Not applicable",
    "see above", "Restore", "回滚", "无", "Back out the change", "do a rollback",
])  # fmt: skip
def test_plans_that_say_nothing_are_hollow(text: str) -> None:
    assert is_hollow(text)
    assert not is_marker(text)


@pytest.mark.parametrize("text", [
    "Revert the DNS record to 10.0.0.4", "Roll back to release 41", "Todo list: restart the service", "Todos are exported first", "Undo the change of the TTL",
    "Restore the snapshot of 21:00", "Errors above 2 % for five minutes", "None of the probes answer", "No answer from /health", "Testing shows errors",
    "Call the desk and wait for their go", "xxxl-service restarts", "把 DNS 记录改回 10.0.0.4", "TODOIST sync stays off", "1", "OK", "🚀", "Rollback of step 2 fails",
    "Deploy", "Placeholder pages are shown to customers", "Fill in the form at the desk",
])  # fmt: skip
def test_honest_sentences_pass(text: str) -> None:
    assert not is_hollow(text)


@pytest.mark.parametrize("text", [
    "待确认", "待填写", "待定：请张伟补充", "待補充，明天寫", "未填写", "请填写", "稍后补充", "后续再定", "另行通知", "【请填写】", "（待补）", "……", "——",
    "。。。", "待进一步确认", "此处待完善", "占位符", "待办：联系客户", "${reason}", "%REASON%", "T.B.D.", "to do", "Fill in later",
])  # fmt: skip
def test_notes_are_found_in_chinese_as_well(text: str) -> None:
    assert is_marker(text)


@pytest.mark.parametrize("text", [
    "回退", "执行回退", "執行回滾", "恢复原状", "撤销变更", "按预案回退", "如失败则回退", "进行回滚操作", "立即回滚！", "回滚到变更前状态", "还原所有修改",
    "同上", "略", "见附件", "出现问题时", "失败时", "無", "不适用", "手动回滚，恢复原状",
])  # fmt: skip
def test_chinese_plans_that_say_nothing_are_hollow(text: str) -> None:
    assert is_hollow(text)


@pytest.mark.parametrize("text", [
    "恢复旧版本", "恢复到 41 版本", "把数据库恢复到旧主库", "撤销路由 10.0.0.0/8", "恢复二十一点的快照", "回退代码至 v1.2", "核对失败", "无法登录时", "待确认订单的处理", "待机模式切换",
    "未定义行为修复", "占位符页面显示给客户", "成功率低于百分之九十", "网关恢复正常", "取消定时任务 settle-nightly",
])  # fmt: skip
def test_honest_chinese_sentences_pass(text: str) -> None:
    assert not is_hollow(text)
    assert not is_praise(text)


def test_the_same_word_is_found_in_any_width_and_with_any_stop() -> None:
    for word in ("待补充", "TODO", "回滚"):
        for text in (word, f" {word}。", f"「{word}」", f"{word}！", f"（{word}）", f"…{word}…"):
            assert is_hollow(text), text


def test_a_long_text_takes_no_longer_to_judge() -> None:
    for text in ("的" * 100_000, "回滚" * 50_000, "变更" * 100_000 + "x", "TODO" * 100_000, "," * 100_000):
        is_hollow(text)
        is_praise(text)


def test_the_lexicon_is_written_as_it_is_compared() -> None:
    for word in MARKERS | HOLLOW:
        assert is_hollow(word), word
    assert all(is_nothing(word) for word in NOTHING)
    assert all(is_praise(word) for word in PRAISE)


@pytest.mark.parametrize("text", [
    "方案待确认", "回退方案待补充", "待领导确认", "待張偉補充", "待评审后补充", "请在这里填写原因", "请填写变更原因", "暂缺", "先空着", "有待确认",
    "还没想好", "随便写写", "to be filled by Bob", "not yet known", "TBD TBD",
])  # fmt: skip
def test_a_note_may_name_what_is_missing_and_who_knows_it(text: str) -> None:
    assert is_marker(text)


@pytest.mark.parametrize("text", [
    "Just revert it", "Simply roll back", "We will roll back", "Revert back", "Roll back if it fails", "Rollback as needed", "git revert",
    "Undo all our changes", "Restore the service", "Follow the rollback plan", "see the runbook", "Revert to the previous state", "Reverse it",
    "按应急预案处理", "按照回退方案执行", "视情况回滚", "必要时回退", "回退（如有需要）", "回滚/恢复", "恢复业务", "恢复正常", "改回来", "无法回退",
    "无回退方案", "參照操作手冊", "根据实际情况处理",
])  # fmt: skip
def test_words_around_a_hollow_plan_do_not_fill_it(text: str) -> None:
    assert is_hollow(text)


@pytest.mark.parametrize("text", [
    "Revert the service to image 41", "Restore the database from the dump of 21:00", "Undo migration 17", "Revert commit 3f2a9",
    "Follow the vendor's runbook, chapter 3", "Switch back to the old system", "WIP limit raised to three", "Start the old release",
    "切回旧库", "恢复旧服务", "按手册第三章执行", "按 RB-12 执行回退", "恢复 payments-db", "取消定时任务", "方案评审系统升级", "填写页面修复", "核对不一致时",
    "待付款订单卡住", "支付失败率上升", "无法登录",
])  # fmt: skip
def test_a_name_of_ones_own_makes_a_plan_of_the_same_words(text: str) -> None:
    assert not is_hollow(text)


@pytest.mark.parametrize("text", [
    "Everything went as planned", "All objectives met", "The deployment went well", "It's fine", "No issues were found", "Deployed successfully",
    "👍", "运行稳定", "效果良好", "没毛病", "挺好", "未出现任何问题", "顺利上线", "完全符合预期", "全部OK", "毫无问题",
])  # fmt: skip
def test_praise_in_other_words_is_praise(text: str) -> None:
    assert is_praise(text)


@pytest.mark.parametrize("text", [
    "It went well because Bob was awake", "p99 fell from 300 to 200 ms", "Plan more time for the copy", "两次重试后通过", "系统恢复后对账一致", "零点后订单全部入库",
    "应当增加内存告警",
])  # fmt: skip
def test_an_observation_is_no_praise(text: str) -> None:
    assert not is_praise(text)
    assert not is_hollow(text)


@pytest.mark.parametrize("text", ["没有任何偏差", "与计划一致", "严格按计划执行", "未偏离计划", "No deviation", "Nothing unusual"])
def test_that_nothing_deviated_may_be_said_in_many_ways(text: str) -> None:
    assert is_nothing(text)
