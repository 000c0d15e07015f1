"""What to do about names that nothing has, as `check` says."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hint.accept_by": "a member of {role:role} accepts it",
    "hint.accept_list": "to accept it with these changes, write `accepted_changes: {digest}`",
    "hint.accept_criterion": "write `result: met` and where that can be seen, or take the acceptance back",
    "hint.probe_kinds": "name one of {kinds:codes}",
    "hint.probes": "under `{kind}` there is {names:codes}",
    "hint.clauses": "name clauses that `spec.clauses` has",
    "hint.facts": (
        "`docs/reference/facts.md` lists them; each trait is a fact, such as `trait_names-ticket`"
    ),
    "hint.near": "did you mean {name:code}?",
    "hint.near_one_of": "did you mean {names:one_of}?",
    "hint.unread": "{path:code} could not be read; it may be in there",
    "hint.no_roster": "there is no roster yet: write policies/roster.yaml",
    "hint.add_person": "add them to the roster, policies/roster.yaml",
    "hint.list_person": "add them under `people`",
    "hint.name_a_role": "name a role that stands under `roles`",
    "hint.add_role": "add the role to the roster, policies/roster.yaml",
    "hint.measures": "measures are {kpis:list}",
    "hint.add_item": "add it to the CMDB, below cmdb/",
    "hint.add_field": "add `{field}`",
    "hint.add_field:imported": (
        "say `{field}` in a source (`kind: ConfigurationSource`), or move the item to a file of "
        "your own: importing again replaces this file"
    ),
    "hint.add_field:sourced": "add it to the export, or say `{field}` in YAML",
    "hint.add_field:default": (
        "add it to the export, or say `{field}` in `defaults` of the source or in YAML"
    ),
    "hint.say_value:mapped": (
        "say what it means under `mapping` of the source, such as {line:code}; an import takes a "
        "source by `--like`"
    ),
    "hint.say_value:elsewhere": "correct it in the export, or say it in YAML",
    "hint.add_type": "add it to spec.ci_types in changeflow.yaml",
    "hint.write_change": "write the id of a folder below changes/",
    "hint.name_hours": "name one of `spec.hours` of a calendar by its `id`",
    "hint.name_holidays": "name one of `spec.holidays` of a calendar by its `id`",
    "hint.later_end": "`end` must be later than `start`",
    "hint.rule_key": (
        "how often is an RFC 5545 rule in text: `rrule: FREQ=WEEKLY;BYDAY=MO,TU`, with UNTIL or COUNT in it"
    ),
    "hint.unit": "write the unit: {hours:code} or {minutes:code}",
    "hint.day_and_clock": (
        "write the first day, too, and let `rrule` repeat it: `dtstart: '2026-11-02T20:00:00'`, "
        "`duration: PT4H`, `rrule: FREQ=DAILY`"
    ),
    "hint.offset_or_zone": (
        "a moment has an offset: {local}+08:00; by the clock of a `zone` it is `dtstart: '{local}'` with "
        "`duration`"
    ),
    "hint.local": (
        "write '{local}', and whose clock it is in `zone`; a moment with an offset is `start: {instant}`"
    ),
    "hint.name_freeze": "name a freeze of a calendar by its `id`: {freezes:list}",
    "hint.write_improvement": "`changeflow cmdb audit --improvements` writes some; or add `improvements/<id>.yaml`",
    "hint.steps": "its steps are {names:most_codes 10}",
    "hint.models": "models live in policies/models/; without one the change is a normal change",
    "hint.policies": "`policy` is the metadata.id of a policy",
    "hint.rules": "the policy has {names:list}",
    "hint.items_have": "items have {names:list}",
    "hint.write_items": "items are written below cmdb/",
    "hint.no_mapping": "it is no mapping; docs/reference/conditions.md lists what conditions see",
    "hint.it_has": "it has {names:list}",
    "hint.move": "move it",
    "hint.name": "name it {name}",
    "hint.own_folder": "give it a folder of its own",
    # -- about YAML and schemas
    "hint.kinds": "kinds are {names:list}",
    "hint.known": "known here: {names:list}",
    "hint.quotes": 'put it in quotes: "{value}"',
    "hint.truth": "write true or false",
    "hint.digits": "write plain digits, without quotes, leading zeros or separators",
    "hint.list": "begin each element with `- `, or write [a, b]",
    "hint.mapping": "write `key: value` lines, indented under it",
    "hint.spaces": "indent with spaces, not tabs",
    "hint.colon": "a text with `: ` in it needs quotes; or the indentation is off",
    "hint.sign": "a text that begins with @, ` or % needs quotes",
    "hint.look": "look at this line and the one before: indentation, a missing quote or bracket",
    "hint.zones": (
        "zones have IANA names such as `Asia/Shanghai`, `Europe/Berlin` or `UTC`, spelt exactly so"
    ),
    "hint.set_status": (
        "set `spec.status` of {ci:code} to {wanted:code}, or propose a change if that is not so"
    ),
    "hint.set_owner": (
        "say in the record of {ci:code} who owns it now, or set `spec.status` to `retired`"
    ),
    "hint.describe_item": "add {ci:code} with `status: live`, or propose a change that removes it",
    "hint.merge_status": "the record is corrected here: merge it into {main}",
    "hint.checked_place": "`changeflow check` names the place",
    "hint.end_search": (
        "an UNTIL in its rule, a shorter duration or a shorter window of the change ends the search"
    ),
    "hint.holidays_by_hand": (
        "until then, holidays without a `country` may list the days that are known as `days`"
    ),
    "hint.rule": "for example FREQ=WEEKLY;BYDAY=SU; RFC 5545, section 3.3.10, has the grammar",
    "hint.plain_files": "only plain files are read; links are never followed",
}
