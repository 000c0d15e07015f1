"""What `check` finds in calendars."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "calendar-recurrence:first": (
        "{rrule:code} does not yield {first}, at which the first period begins",
        "let {key:code} be the first time that the rule means: a day of the zone, before UNTIL",
    ),
    "calendar-recurrence:exdate": (
        "{first} is the first period, which always belongs",
        "let {key:code} be the first period that is meant",
    ),
    "calendar-count": (
        "COUNT={count} is not reached within {days} days, which is as far as gates count",
        "say with UNTIL when it ends; or leave COUNT out, and it never does",
    ),
    "calendar-exdate": (
        "no period begins at {exdate}, so this takes nothing away",
        "an exdate is the start of a period, on the clock of its zone",
    ),
    "calendar-duplicate-id:freeze": (
        "the freeze {id:code} is defined already, on line {line}",
        "give each freeze its own id",
    ),
    "calendar-duplicate-id:window": (
        "the window {id:code} is defined already, on line {line}",
        "give each window its own id",
    ),
    "calendar-id-twice:freeze": (
        "a freeze has the id {id:shown} already, in {path}, line {line}",
        "give one of them another id",
    ),
    "calendar-id-twice:window": (
        "a window has the id {id:shown} already, in {path}, line {line}",
        "give one of them another id",
    ),
    "exception-id-file": (
        "the id is {id:shown}, and the file is called {file:shown}",
        "call the file like the id, or the other way round",
    ),
    "exception-unknown-change": ("there is no change {change:shown}", "{what_now:sentences}"),
    "exception-unknown-freeze": (
        "no calendar has a freeze {freeze:shown}",
        "{what_now:sentences}",
    ),
    "exception-order": (
        "the exception ends before the freeze {freeze:shown} begins",
        "write an `end` that lies in the freeze or after it",
    ),
    "exception-approver": (
        "{who:shown} does not hold a role that approves freeze exceptions: {roles:list}",
        "name a member of the role, or add it to `spec.freeze_exceptions.roles` in `changeflow.yaml`",
    ),
    "exception-approver:stranger": ("{who:shown} is not in the roster", "{what_now:sentences}"),
    "exception-approver:automation": (
        "{who:shown} is an automation, which approves nothing",
        "name a person",
    ),
    "exception-approver:few": (
        "{needed} people have to approve a freeze exception, of: {roles:list}",
        "list all who approved it, without requester and implementer of the change",
    ),
    "calendar-unknown-person": ("{who:shown} is not in the roster", "{what_now:sentences}"),
    "calendar-unknown-ci:item": (
        "no configuration item {ci:shown} in the CMDB",
        "{what_now:sentences}",
    ),
    "calendar-unknown-ci:environment": (
        "no configuration item is in the environment {name:shown}",
        "{what_now:sentences}",
    ),
    "calendar-unknown-ci:tier": (
        "no configuration item is of the tier {name:shown}",
        "{what_now:sentences}",
    ),
    "calendar-unknown-ci:nothing": (
        "{period:code} covers no configuration item",
        (
            "`criticality` keeps those of the items, or of the environments' items, that are "
            "of these tiers"
        ),
    ),
    "calendar-empty-scope": (
        "`{part}` of {period:code} names nothing, so it limits nothing",
        "name what is meant, or leave it out: a period without a scope covers everything",
    ),
    "calendar-covers-nothing": (
        "{period:code} is about {types:list} changes, and allows all of them",
        "`allow` lists the types that need not heed it, [emergency] unless it is written",
    ),
    "exception-own:requester": (
        "{who:shown} requests the change, and cannot approve an exception for it",
        "name a person who neither requests nor implements the change",
    ),
    "exception-own:implementer": (
        "{who:shown} implements the change, and cannot approve an exception for it",
        "name a person who neither requests nor implements the change",
    ),
    "exception-twice": (
        (
            "{change:shown} has an exception from the freeze {freeze:code} already, in {path}, line "
            "{line}"
        ),
        "keep one of them: the one that ends later holds",
    ),
    "calendar-period:freeze": (
        "the freeze {id:code}: {why:sentences}",
        (
            "for example `start: 2026-12-20T00:00:00+01:00` and `end: "
            "2027-01-03T00:00:00+01:00`, or `dtstart: 2026-12-20T00:00:00` and `duration: "
            "P14D`"
        ),
    ),
    "calendar-period:window": (
        "the window {id:code}: {why:sentences}",
        (
            "for example `start: 2026-12-20T00:00:00+01:00` and `end: "
            "2027-01-03T00:00:00+01:00`, or `dtstart: 2026-12-20T00:00:00` and `duration: "
            "P14D`"
        ),
    ),
    "calendar-freeze-order:freeze": (
        "the freeze {id:code} ends before it starts",
        "{what_now:sentences}",
    ),
    "calendar-freeze-order:window": (
        "the window {id:code} ends before it starts",
        "{what_now:sentences}",
    ),
    "calendar-freeze-order:freeze_of_no_time": (
        "the freeze {id:code} lasts no time at all",
        "for example PT6H or P1D",
    ),
    "calendar-freeze-order:window_of_no_time": (
        "the window {id:code} lasts no time at all",
        "for example PT6H or P1D",
    ),
    "calendar-too-long": (
        "the freeze {id:code} lasts {length:duration}, and at most {most:duration} are expected",
        "correct it, or let `spec.calendars.longest_freeze` of changeflow.yaml be longer",
    ),
    "calendar-always:freeze": (
        "the freeze {id:code} begins again before it ends, so it never does",
        "a shorter `duration`, or an `rrule` that comes less often",
    ),
    "calendar-always:window": (
        "the window {id:code} begins again before it ends, so it is always open",
        "a shorter `duration`, or an `rrule` that comes less often",
    ),
    "calendar-always:hours": (
        "the business hours {id:code} are all of the week",
        "name fewer `days`, or a later `from`",
    ),
    "calendar-never:freeze": (
        "the freeze {id:code} never is: the clock of its zone skips it",
        "begin it earlier, or let it last longer",
    ),
    "calendar-never:window": (
        "the window {id:code} never is: the clock of its zone skips it",
        "begin it earlier, or let it last longer",
    ),
    "calendar-never:holidays": ("the holidays {id:code} have no day", "list `days`, or name a `country`"),
    "period.two_patterns": "a period is `during` or `outside` of hours, or `on` holidays: write one",
    "period.pattern_and_times": (
        "what is `during` or `outside` of hours, or `on` holidays, has no times of its own"
    ),
    "recurrence.unknown_days:hours": "no calendar has business hours {name:code}, or two have them",
    "recurrence.unknown_days:holidays": "no calendar has holidays {name:code}, or two have them",
    "recurrence.no_holidays": "no holidays are known of {country}: {said}",
    "recurrence.holidays_year": (
        "the holidays of {country} are not known in {year}, only from {first} to {last}: update the "
        "library `holidays` once they are announced"
    ),
    "recurrence.holidays_unsure": (
        "whether {day} is one of the holidays {holidays:code} is not known: a day beside it is an "
        "estimate"
    ),
    "calendar-unknown-hours:hours": (
        "no calendar has business hours {name:shown}",
        "{what_now:sentences}",
    ),
    "calendar-unknown-hours:holidays": (
        "no calendar has holidays {name:shown}",
        "{what_now:sentences}",
    ),
    "calendar-unknown-hours:hours_twice": (
        "two business hours have the id {name:shown}",
        "give one of them another id: until then their time cannot be told",
    ),
    "calendar-unknown-hours:holidays_twice": (
        "two calendars of holidays have the id {name:shown}",
        "give one of them another id: until then their time cannot be told",
    ),
    "calendar-hours:zone": ("{zone:code} is no IANA time zone", "{what_now:sentences}"),
    "calendar-hours:place": (
        "{why:sentences}",
        "country, region and categories are those of the library `holidays`",
    ),
    "period.begins_twice": (
        "a period begins once: it has `start` and `end`, or `dtstart` (local time) and `duration`"
    ),
    "period.ends_twice": (
        "a period ends once: it has `start` and `end`, or `dtstart` (local time) and `duration`"
    ),
    "period.end_without_start": (
        "`end` belongs to `start`: a period has `start` and `end`, or `dtstart` (local "
        "time) and `duration`"
    ),
    "period.incomplete": (
        "a period has `start` and `end`, or `dtstart` (local time) and `duration`"
    ),
    "period.two_zones": "`timezone` is another name of `zone`: write one of them",
    # -- recurrences
    "calendar-recurrence": ("{why:sentences}", "{what_now:sentences}"),
    "recurrence.rule": "{rule:code} is no RFC 5545 rule that can be used: {why:sentences}",
    "recurrence.of_period:freeze": "the freeze {id:code}: {why:sentences}",
    "recurrence.of_period:window": "the window {id:code}: {why:sentences}",
    "recurrence.no_value": "{part} has no value",
    "recurrence.twice": "{part} appears twice",
    "recurrence.rule_alone": (
        "it is the rule alone, without `RRULE:` and without DTSTART; exdates and "
        "rdates have keys of their own"
    ),
    "recurrence.empty_part": "a part is empty",
    "recurrence.blank": "{part:code} is no part of a rule (no blanks are allowed)",
    "recurrence.part": "{part:code} is no part of a rule",
    "recurrence.not_with": "{part} is not allowed with FREQ={frequency}",
    "recurrence.two_ends": "UNTIL and COUNT do not go together in one rule",
    "recurrence.setpos_alone": (
        "BYSETPOS chooses among what another BY part yields, and there is none"
    ),
    "recurrence.times": "it yields {times} times a day, and at most {most} are read",
    "recurrence.too_often": (
        "FREQ={frequency} repeats more often than daily, which no freeze or maintenance window does"
    ),
    "recurrence.no_frequency": "FREQ is missing",
    "recurrence.choice": "{part} is one of {allowed:list}",
    "recurrence.positive": "{part} is a positive whole number",
    "recurrence.numbers:forward": "{part} has numbers from {least} to {most}",
    "recurrence.numbers:from_the_end": (
        "{part} has numbers from {least} to {most}, or -{most} to -{least} from the end"
    ),
    "recurrence.weekdays": (
        "BYDAY has weekdays such as MO, or 1MO and -1MO for the first and the last"
    ),
    "recurrence.numbered_days": "BYDAY has no numbers with FREQ={frequency}",
    "recurrence.numbered_weeks": "BYDAY has no numbers beside BYWEEKNO",
    "recurrence.until": (
        "UNTIL is spelt 20261220 (that whole day), 20261220T225900 (local time) or "
        "20261220T225900Z (UTC)"
    ),
    "recurrence.no_until": "UNTIL={until} is no time of the calendar",
    "recurrence.no_times": "it does not say when it begins and ends",
    "recurrence.nowhen": "what begins at {start} begins at no time in {zone}",
    "recurrence.search": "more than {days} days would have to be looked through",
    "recurrence.count": "more than {days} days would have to be counted",
    "recurrence.zone": "{zone:code} is no IANA time zone",
}
