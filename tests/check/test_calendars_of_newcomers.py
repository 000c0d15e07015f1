"""Calendars as a new user would write them wrong: each message says what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
import valid_repository as valid

from changeflow.schedule.rrule import parse_rule
from changeflow.schedule.rule_meant import rule_meant
from changeflow.usecases.check.check import check
from changeflow.usecases.check.target import CheckTarget

HEAD = "apiVersion: changeflow/v1\nkind: Calendar\nmetadata: {id: calendar}\nspec:\n"
NIGHT = "windows: [{id: nights, dtstart: '2026-11-02T20:00:00', duration: PT6H, "
CLOSING = "freezes: [{id: closing, start: 2026-12-20T00:00:00+01:00, end: 2027-01-04T00:00:00+01:00, "
RULE = "`rrule: FREQ=WEEKLY;BYDAY=MO,TU`"

# what is written, the rule that finds it, and what the hint says to write
WRONG = [
    (NIGHT + "freq: weekly}]", "schema-unknown-key", RULE),
    (NIGHT + "days: [mon, tue]}]", "schema-unknown-key", RULE),
    (NIGHT + "repeat: daily}]", "schema-unknown-key", RULE),
    (NIGHT + "rrule: {freq: weekly}}]", "schema-type", RULE),
    (NIGHT + "rrule: weekly}]", "calendar-recurrence", "`FREQ=WEEKLY`"),
    (NIGHT + "rrule: 'RRULE:FREQ=WEEKLY'}]", "calendar-recurrence", "`FREQ=WEEKLY`"),
    (NIGHT + "rrule: FREQ=WEEKLY;UNTIL=2026-12-20}]", "calendar-recurrence", "`FREQ=WEEKLY;UNTIL=20261220`"),
    (NIGHT + "rrule: 'FREQ=DAILY;UNTIL=2026-12-20T22:00:00Z'}]", "calendar-recurrence", "`FREQ=DAILY;UNTIL=20261220T220000Z`"),
    (NIGHT + "rrule: 'FREQ=WEEKLY;BYDAY=MON,Tue'}]", "calendar-recurrence", "`FREQ=WEEKLY;BYDAY=MO,TU`"),
    (NIGHT + "rrule: 'FREQ=MONTHLY;BYDAY=1Mon,-1FRIDAY'}]", "calendar-recurrence", "`FREQ=MONTHLY;BYDAY=1MO,-1FR`"),
    (NIGHT + "rrule: FREQ=WEEKLY; BYDAY=MO}]".replace("FREQ=WEEKLY; BYDAY=MO", "'FREQ=WEEKLY; BYDAY=MO'"), "calendar-recurrence", "`FREQ=WEEKLY;BYDAY=MO`"),
    (NIGHT + "rrule: 'FREQ＝WEEKLY；BYDAY＝MO'}]", "calendar-recurrence", "`FREQ=WEEKLY;BYDAY=MO`"),
    (NIGHT + "rrule: every monday}]", "calendar-recurrence", "for example FREQ=WEEKLY;BYDAY=SU"),
    ("windows: [{id: nights, start: '2026-11-02T20:00:00', duration: PT6H}]", "schema-format", "2026-11-02T20:00:00+08:00"),
    ("windows: [{id: nights, start: 2026-11-02 20:00, duration: PT6H}]", "schema-format", "`dtstart: '2026-11-02T20:00:00'`"),
    ("windows: [{id: nights, start: '20:00', end: '24:00'}]", "schema-format", "`rrule: FREQ=DAILY`"),
    ("windows: [{id: nights, start: '2026-11-02T24:00:00+01:00', duration: PT6H}]", "schema-format", "`2026-11-03T00:00:00+01:00`"),
    ("windows: [{id: nights, dtstart: '2026-11-02T24:00', duration: PT6H}]", "schema-format", "`2026-11-03T00:00:00`"),
    ("windows: [{id: nights, dtstart: '2026-11-02T20：00：00', duration: PT6H}]", "schema-format", "`2026-11-02T20:00:00`"),
    ("windows: [{id: nights, dtstart: '２０２６-１１-０２T２０:００:００', duration: PT6H}]", "schema-format", "`2026-11-02T20:00:00`"),
    ("windows:\n    - id: nights\n      dtstart：'2026-11-02T20:00:00'\n", "yaml-syntax", "write `:` and a space"),
    ("windows: [{id: nights, dtstart: '2026-11-02T20:00:00+08:00', duration: PT6H}]", "schema-format", "`start: 2026-11-02T20:00:00+08:00`"),
    ("windows: [{id: nights, dtstart: '2026-11-02T20:00:00Z', duration: PT6H}]", "schema-format", "in `zone`"),
    ("windows: [{id: nights, dtstart: '2026-11-02T20:00', duration: PT6H}]", "schema-format", "`2026-11-02T20:00:00`"),
    ("windows: [{id: nights, dtstart: '2026-11-02T20:00:00', duration: 6h}]", "schema-format", "`PT6H`"),
    ("windows: [{id: nights, dtstart: '2026-11-02T20:00:00', duration: 2小时}]", "schema-format", "`PT2H`"),
    ("windows: [{id: nights, dtstart: '2026-11-02T20:00:00', duration: 30}]", "schema-type", "`PT30H` or `PT30M`"),
    ("freezes: [{id: closing, end: 2027-01-04T00:00:00+01:00}]", "calendar-period", "`start: 2026-12-20T00:00:00+01:00`"),
    ("freezes: [{id: closing, start: 2026-12-20, end: 2027-01-04}]", "schema-format", "2026-12-20T00:00:00+08:00"),
    (CLOSING + "scope: {}}]", "calendar-empty-scope", "or leave it out"),
    (CLOSING + "environments: []}]", "calendar-empty-scope", "or leave it out"),
    (CLOSING + "scope: {items: []}}]", "calendar-empty-scope", "or leave it out"),
    (CLOSING + "enviroments: [production]}]", "schema-unknown-key", "`environments`"),
    (CLOSING + "environments: production}]", "schema-type", "[a, b]"),
    (CLOSING + "zone: CST}]", "calendar-recurrence", "`Asia/Shanghai`"),
    (CLOSING + "except: [CHG-20261121-payments-db-upgrade]}]", "schema-unknown-key", "`exceptions`"),
    ("freeze: []", "schema-unknown-key", "`freezes`"),
    ("hours: [{id: office, from: 9, to: 18}]", "schema-type", '"09:00"'),
    ("hours: [{id: office, from: '9:00', to: '18:00'}]", "schema-pattern", '"09:00"'),
    ("hours: [{id: office, days: [mon], from: '09:00', to: '18:00'}]", "schema-choice", "`MO`"),
    ("hours: [{id: office, start: '09:00', end: '18:00'}]", "schema-unknown-key", "`from`"),
    ("holidays: [{id: china, country: China}]", "schema-pattern", "such as CN or DE"),
    ("holidays: [{id: bavaria, country: DE-BY}]", "schema-pattern", "goes into `region`"),
    ("holidays: [{id: bavaria, region: BY}]", "schema-alternatives", "add one of them"),
    ("freezes: [{id: closing, on: holidays}]", "calendar-unknown-hours", "`spec.holidays`"),
]


@pytest.mark.parametrize(("text", "rule", "hint"), WRONG)
def test_a_message_says_what_to_write(tmp_path: Path, text: str, rule: str, hint: str) -> None:
    root = valid.write(tmp_path, **{"policies/calendar.yaml": f"{HEAD}  {text}\n"})
    found = [one for one in check(CheckTarget(root)).findings.findings if one.path == "policies/calendar.yaml"]
    assert {one.rule for one in found} == {rule}
    assert any(hint in one.hint for one in found), [one.hint for one in found]


def test_a_rule_that_can_be_read_or_is_near_to_none_is_not_corrected() -> None:
    assert rule_meant("FREQ=WEEKLY;BYDAY=MO") is None
    assert rule_meant("FREQ=WEEKLY;BYDAY=XX") is None
    assert rule_meant("") is None
    for _, rule, hint in WRONG:
        if rule == "calendar-recurrence" and hint.startswith("`FREQ"):
            parse_rule(hint.strip("`"))
