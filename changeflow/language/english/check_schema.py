"""How a document does not fit its schema."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "schema-api-version": (
        "`apiVersion` is {given:shown}, this changeflow reads `{version}`",
        "write `apiVersion: {version}`",
    ),
    "schema-api-version:missing": ("`apiVersion` is missing", "write `apiVersion: {version}`"),
    "schema-kind": ("{given:shown} is not a kind of document", "{what_now:sentences}"),
    "schema-kind:missing": ("`kind` is missing", "write `kind: ` and one of {kinds:list}"),
    "schema-refused": ("this is no valid {kind}", "`changeflow schema export` writes its schema"),
    "schema-required": ("`{name}` is missing", "add `{name}`"),
    "schema-required:in": ("`{name}` is missing in `{path}`", "add `{name}`"),
    "schema-required:emergency": (
        "`{name}` is missing in `{path}`: an emergency change needs it",
        "add `{name}`, or set `draft: true` while you are still writing",
    ),
    "schema-required:type": (
        "`{name}` is missing in `{path}`: a {type} change needs it",
        "add `{name}`, or set `draft: true` while you are still writing",
    ),
    "schema-unknown-key": ("`{path}` has no key {key:shown}", "{what_now:sentences}"),
    "schema-unknown-key:document": ("a document has no key {key:shown}", "{what_now:sentences}"),
    "schema-key": ("the key {key:shown} is not one of {allowed:list}", "{what_now:sentences}"),
    "schema-key:name": (
        "the key {key:shown} is not a name",
        "names are ASCII letters, digits, `.`, `_` and `-`, and begin with a letter or digit",
    ),
    "schema-empty": ("{name:part} is empty", "fill it in, or remove the line"),
    "schema-type": (
        "{name:part} must be {wanted:types}, not {given:article}",
        "{what_now:sentences}",
    ),
    "schema-type:number": (
        "`{name}` must be text, not the number {written}",
        'put it in quotes: "{written}"',
    ),
    "schema-choice": (
        "{name:part} is {given:shown}; it must be one of {allowed:list}",
        "{what_now:sentences}",
    ),
    "schema-choice:constant": "{name:part} must be {wanted:shown}, not {given:shown}",
    "schema-pattern": (
        "{name:part} is {given:shown}, which is no valid id",
        "names are ASCII letters, digits, `.`, `_` and `-`, and begin with a letter or digit",
    ),
    "schema-pattern:change": (
        "{name:part} is {given:shown}, which is no id of a change",
        (
            "ids of changes look like CHG-20261121-payments-db-upgrade: a day, then a-z, 0-9 "
            "and `-`, at most 60 characters"
        ),
    ),
    "schema-pattern:address": (
        "{name:part} is {given:shown}, which is no e-mail address",
        "for example alice@example.com",
    ),
    "schema-pattern:digest": (
        "{name:part} is {given:shown}, which is no SHA-256 digest",
        (
            "it is `sha256:` and 64 digits of 0-9 and a-f, copied whole: `changeflow ledger "
            "verify` and `ledger log` name them"
        ),
    ),
    "schema-pattern:variable": (
        "{name:part} is {given:shown}, which is no name of a variable",
        "ASCII letters, digits and `_`; `*` stands for any part of a name",
    ),
    "schema-pattern:reason_code": (
        "{name:part} is {given:shown}, which is no reason code",
        "for example team.not_ready: a-z, 0-9 and `_`, with `.` between",
    ),
    "schema-pattern:path": (
        "{name:part} is {given:shown}, which is no path of the repository",
        "a path from its top, with `/`, and without `.` and `..`",
    ),
    "schema-pattern:target": (
        "{name:part} is {given:shown}, which is no target",
        "`<=` or `>=`, a number, and its unit: `%`, `h`, `min`, `per day` or `per person`; for example `<= 10 %`",
    ),
    "schema-pattern:clock": (
        "{name:part} is {given:shown}, which is no time of day",
        'in quotes, with two digits each and a colon: "09:00"; the end of a day is "24:00" in `to`',
    ),
    "schema-pattern:country": (
        "{name:part} is {given:shown}, which is no code of a country",
        "two or three capital letters of ISO 3166, such as CN or DE; its part goes into `region`",
    ),
    "schema-pattern:key": (
        "{name:part} is no SSH public key",
        "copy the line of the .pub file, e.g. ssh-ed25519 AAAA... name",
    ),
    "schema-format:date": (
        "{name:part}: {given:shown} is not a date such as 2026-11-21",
        "for example 2026-11-21",
    ),
    "schema-format:no_day": (
        "{name:part}: {given:shown} is not a day of the calendar",
        "for example 2026-11-21",
    ),
    "schema-format:instant": (
        (
            "{name:part}: {given:shown} is not a time with an offset such as "
            "2026-11-25T22:00:00+08:00"
        ),
        "for example 2026-11-25T22:00:00+08:00",
    ),
    "schema-format:instant_near": (
        (
            "{name:part}: {given:shown} is not a time with an offset such as "
            "2026-11-25T22:00:00+08:00"
        ),
        "{what_now:sentences}",
    ),
    "schema-format:no_instant": (
        "{name:part}: {given:shown} is not a time that exists",
        "for example 2026-11-25T22:00:00+08:00",
    ),
    "schema-format:no_instant_near": (
        "{name:part}: {given:shown} is not a time that exists",
        "{what_now:sentences}",
    ),
    "schema-format:local_time": (
        (
            "{name:part}: {given:shown} is not a local time without an offset such as "
            "2026-10-02T20:00:00"
        ),
        "for example 2026-10-02T20:00:00",
    ),
    "schema-format:local_time_near": (
        (
            "{name:part}: {given:shown} is not a local time without an offset such as "
            "2026-10-02T20:00:00"
        ),
        "{what_now:sentences}",
    ),
    "schema-format:no_local_time": (
        "{name:part}: {given:shown} is not a time that exists",
        "for example 2026-10-02T20:00:00",
    ),
    "schema-format:no_local_time_near": (
        "{name:part}: {given:shown} is not a time that exists",
        "{what_now:sentences}",
    ),
    "schema-format:duration": (
        "{name:part}: {given:shown} is not an ISO 8601 duration such as PT30M, PT2H or P1D",
        "for example PT30M, PT2H or P1D",
    ),
    "schema-format:duration_near": (
        "{name:part}: {given:shown} is not an ISO 8601 duration such as PT30M, PT2H or P1D",
        "{what_now:sentences}",
    ),
    "schema-format:offset": (
        (
            "{name:part} is {given:shown}, a time without an offset: it means another moment "
            "in every place"
        ),
        "add one: {written}+00:00",
    ),
    "schema-format:offset_near": (
        (
            "{name:part} is {given:shown}, a time without an offset: it means another moment "
            "in every place"
        ),
        "{what_now:sentences}",
    ),
    "schema-length:characters_max": (
        "{name:part} has {size:count} characters; at most {limit:count} are allowed",
        "shorten or split it",
    ),
    "schema-length:entries_max": (
        "{name:part} has {size:count} entries; at most {limit:count} are allowed",
        "shorten or split it",
    ),
    "schema-length:characters_min": (
        "{name:part} has {size:count} characters; at least {limit:count} are needed",
        "",
    ),
    "schema-length:entries_min": (
        "{name:part} has {size:count} entries; at least {limit:count} are needed",
        "",
    ),
    "schema-range:minimum": "{name:part} is {given:shown}; it must be at least {limit}",
    "schema-range:exclusiveMinimum": "{name:part} is {given:shown}; it must be more than {limit}",
    "schema-range:maximum": "{name:part} is {given:shown}; it must be at most {limit}",
    "schema-range:exclusiveMaximum": "{name:part} is {given:shown}; it must be less than {limit}",
    "schema-alternatives": ("{name:part} needs {options:alternatives}", "add one of them"),
    "schema-alternatives:several": (
        "{name:part} has {keys:all_codes}; only one of them is allowed",
        "keep one",
    ),
}
