"""Papers: measures of a period and what they were computed from."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "report.kpi": "Measures of change management",
    "report.column:measure": "Measure",
    "report.column:value": "This period",
    "report.column:previous": "Before",
    "report.column:difference": "Difference",
    "report.column:target": "Target",
    "report.column:of": "Of",
    "report.listed:id": "id",
    "report.listed:value": "value",
    "report.listed:unit": "unit",
    "report.listed:numerator": "numerator",
    "report.listed:denominator": "denominator",
    "report.listed:unknown": "unknown",
    "report.listed:previous": "previous",
    "report.listed:difference": "difference",
    "report.listed:target": "target",
    "report.listed:met": "met",
    "report.listed:measure": "measure",
    "report.listed:definition": "definition",
    "report.listed:source": "tables",
    "report.unit:%": "%",
    "report.unit:count": "count",
    "report.unit:h": "h",
    "report.unit:min": "min",
    "report.unit:per_day": "per day",
    "report.unit:per_person": "per person",
    "report.target": "{target}: not known",
    "report.target:met": "{target}: met",
    "report.target:missed": "{target}: missed",
    "report.at_least": "at least {value}",
    "report.value:%": "{value} %",
    "report.value:points": "{value} points",
    "report.value:count": "{value}",
    "report.value:h": "{value} h",
    "report.value:min": "{value} min",
    "report.value:per_day": "{value} a day",
    "report.value:per_person": "{value} a person",
    "report.share": "{numerator} of {denominator}",
    "report.section:volume": "Changes",
    "report.section:outcome": "Outcomes",
    "report.section:time": "Time",
    "report.section:records": "Records",
    "report.section:delivery": "Delivery (DORA)",
    "report.section:planning": "Planning",
    "report.section:approval": "Approval",
    "report.section:service": "Services",
    "report.section:cmdb": "Configuration management",
    "report.section:improvement": "Improvement",
    "report.not_measured": "Not measured",
    "report.not_told": "{measure}: {why}",
    "report.no_value": "no record of the period tells it",
    "report.no_value:untold": (
        "git and the ledger tell of none, and the code host was not asked about the rest:"
        " {what:sentences}"
    ),
    "report.no_value:missing": "there are no records in {tables:codes}",
    "report.definitions": "What is measured",
    "report.among": "numerator: {numerator}; denominator: {denominator}",
    "report.among:quantile": "{numerator}, over {denominator}",
    "report.from_tables": "{said}; from {tables:codes}",
    "report.from_tables:targets": "{said}; from the targets",
    "report.untold": "{said} (not known for {count})",
    "objectives.twice": (
        "two documents have targets of measures",
        "put all of them into one file, policies/objectives.yaml",
    ),
    "report.no_records": (
        "there are no records to report on",
        "`changeflow history import` makes records of the exports of another system; give their folder with --history",
    ),
    "report.agenda_period": (
        "an agenda is of now and has no period",
        "add --minutes to see what was said in one",
    ),
}
