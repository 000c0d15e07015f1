"""Recurrence rules in words, in both languages; a rule that has none stands as it was written."""

from __future__ import annotations

import pytest

from changeflow.render.presentation import Presentation
from changeflow.render.recurrence_words import repetition

IN_WORDS = {
    "FREQ=DAILY": ("every day", "每天"),
    "FREQ=YEARLY": ("every year", "每年"),
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,MO": ("every 2 weeks, on Monday, Tuesday", "每 2 周，周一、周二"),
    "FREQ=MONTHLY;BYDAY=-1FR,1MO": ("every month, on the first Monday, the last Friday", "每月，第一个周一、最后一个周五"),
    "FREQ=MONTHLY;BYMONTHDAY=15,1,-1": ("every month, on day 1, 15, on the last day", "每月，1、15 日，最后一天"),
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3": (
        "every year, in November, on the fourth Thursday, 3 times in all", "每年，11 月，第四个周四，共 3 次"),
    "FREQ=WEEKLY;UNTIL=20271231": ("every week, until 2027-12-31", "每周，到 2027-12-31 为止"),
    "FREQ=WEEKLY;UNTIL=20271231T180000": ("every week, until 2027-12-31 18:00", "每周，到 2027-12-31 18:00 为止"),
}  # fmt: skip
AS_WRITTEN = (
    "FREQ=DAILY;BYHOUR=9,17",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYDAY=-2FR",
    "FREQ=MONTHLY;BYMONTHDAY=-2",
    "FREQ=YEARLY;BYDAY=1MO",
    "FREQ=YEARLY;BYWEEKNO=20",
    "FREQ=YEARLY;BYYEARDAY=100",
    "no rule at all",
)


@pytest.mark.parametrize("rule", IN_WORDS)
def test_a_rule_is_told_in_words(rule: str) -> None:
    english, chinese = IN_WORDS[rule]
    assert repetition(rule, Presentation("en")) == english
    assert repetition(rule, Presentation("zh")) == chinese


@pytest.mark.parametrize("rule", AS_WRITTEN)
def test_a_rule_that_has_no_words_stands_as_it_was_written(rule: str) -> None:
    assert repetition(rule, Presentation("en")) == rule
