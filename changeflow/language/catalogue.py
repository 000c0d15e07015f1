"""Finds the sentence of a code in a language. Only the file of its subject is imported."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Final

from changeflow.model.languages import LanguageName

# A sentence, or a sentence with the hint that says what to do next.
Template = str | tuple[str, str]

# Beginning of a code to the file of its subject. See `beginning`.
SUBJECTS: Final[dict[str, str]] = {
    "answer": "command_line",
    "append": "errors_git",
    "approval": "approvals",
    "approvals": "seats",
    "approver": "approvals",
    "argument": "classes",
    "assess": "assessments",
    "audit": "errors_audits",
    "audit-": "check_audits",
    "audit_draft": "audits",
    "audit_out": "errors_control_audits",
    "audit_paper": "control_audits",
    "audited": "audits",
    "backtest": "backtests",
    "base": "pulls",
    "baseline": "errors_baselines",
    "baselines": "baselines",
    "bot": "errors_bot",
    "calendar": "gates",
    "calendar-": "check_calendars",
    "change": "gates",
    "check": "checked",
    "checklist": "checklists",
    "class": "classes",
    "cmdb-": "check_items",
    "cmdb_diff": "baselines",
    "comment": "decisions",
    "config": "pulls",
    "config-": "check_governing",
    "conflict": "gates",
    "contributors": "seats",
    "control": "control",
    "decision": "decisions",
    "delivered": "deliveries",
    "demo": "errors_demo",
    "dependency": "gates",
    "deployer": "releases",
    "deployment": "decisions",
    "doctor": "control",
    "document": "gates",
    "duplicate-": "check_files",
    "emergency": "emergencies",
    "ending": "register",
    "entry": "records",
    "environment": "gates",
    "export": "exports",
    "fact": "history_facts",
    "failure": "command_line",
    "file": "errors_files",
    "file-": "check_files",
    "finding": "checked",
    "fit": "fits",
    "foreign": "check_sources",
    "freeze": "gates",
    "git": "errors_git",
    "github": "github",
    "governed": "pulls",
    "hint": "check_hints",
    "history": "pulls",
    "history-": "check_history",
    "history_file": "errors_history",
    "hub": "errors_github",
    "identity": "pulls",
    "impact": "assessments",
    "impact_page": "impact_page",
    "import": "imports",
    "improvement": "improvements",
    "improvement-": "check_audits",
    "incident-": "check_requests",
    "init": "starting",
    "inputs": "pulls",
    "item": "items",
    "journal": "releases",
    "key": "errors_git",
    "layout-": "check_files",
    "ledger": "gates",
    "ledger-": "ledger_findings",
    "line": "command_line",
    "list": "register",
    "lock": "errors_git",
    "log": "records",
    "machine": "command_line",
    "main": "errors_places",
    "mark": "decisions",
    "mapping-": "check_history",
    "model": "classes",
    "model-": "check_governing",
    "new": "starting",
    "objective-": "check_governing",
    "objectives": "reports",
    "open_end": "register",
    "noted": "records",
    "opinion": "records",
    "paper": "papers",
    "option": "errors_options",
    "outcome": "decisions",
    "owed": "seats",
    "pack": "policies",
    "debt": "policies",
    "parser": "check_yaml",
    "past": "history",
    "path": "pulls",
    "paths": "pulls",
    "period": "check_calendars",
    "phase": "records",
    "pir": "reviews",
    "pir-": "reviews",
    "place": "errors_places",
    "policy": "gates",
    "policy-": "check_governing",
    "policy_backtest": "policy_backtests",
    "policy_case": "policies",
    "progress": "progress",
    "pull": "pulls",
    "question": "control",
    "recorded": "records",
    "recurrence": "check_calendars",
    "release": "releases",
    "release-": "check_requests",
    "remote": "gates",
    "replayed": "records",
    "repository": "errors_places",
    "report": "reports",
    "request": "pulls",
    "revert": "errors_release",
    "review": "reviews",
    "review-": "check_requests",
    "reviewer": "reviews",
    "rfc": "pulls",
    "rfc-": "check_requests",
    "lower": "risks",
    "risk": "risks",
    "risk-": "check_governing",
    "risk_sheet": "assessments",
    "roster": "pulls",
    "roster-": "check_people",
    "rule": "seats",
    "run": "errors_release",
    "said": "records",
    "schedule": "schedules",
    "schema-": "check_schema",
    "scope": "scopes",
    "scope-": "scopes",
    "seat": "seats",
    "seats": "seats",
    "show": "register",
    "shut_by": "seats",
    "sign": "decisions",
    "sla": "service_levels",
    "since": "decisions",
    "site": "site",
    "site_folder": "errors_places",
    "skeleton": "skeletons",
    "source": "check_sources",
    "source-": "check_sources",
    "starts": "releases",
    "state": "decisions",
    "step": "records",
    "survey": "items",
    "tables": "errors_history",
    "tenure": "seats",
    "time": "gates",
    "todo": "register",
    "touch": "scopes",
    "trend": "trends",
    "type": "gates",
    "typed": "errors_times",
    "unknown": "errors_lookups",
    "upstream": "upstream",
    "unread": "scopes",
    "usage": "command_line",
    "variable": "command_line",
    "verdict": "decisions",
    "verified": "records",
    "watch": "releases",
    "sla_paper": "sla_papers",
    "release_paper": "release_papers",
    "cmdb_paper": "cmdb_papers",
    "workbook": "workbooks",
    "when": "schedules",
    "which": "errors_lookups",
    "whom": "errors_options",
    "window": "gates",
    "word": "words",
    "written": "errors_times",
    "yaml-": "check_yaml",
}
FOLDERS: Final[dict[LanguageName, str]] = {"en": "english", "zh": "chinese"}

_read: dict[tuple[LanguageName, str], dict[str, Template]] = {}


@lru_cache(maxsize=1_024)
def template(language: LanguageName, key: str) -> tuple[str, str] | None:
    """Return sentence and hint of a key, None where there is none. The hint may be empty."""
    subject = SUBJECTS.get(beginning(key))
    found = None if subject is None else sentences(language, subject).get(key)
    if isinstance(found, str):
        return found, ""
    return found


def beginning(key: str) -> str:
    """Return what a key begins with: `window` of `window.past`, `cmdb-` of the rule `cmdb-loop`."""
    code = key.partition(":")[0]
    if "." in code:
        return code.partition(".")[0]
    return code.partition("-")[0] + "-"


def sentences(language: LanguageName, subject: str) -> dict[str, Template]:
    """Return all sentences about a subject, by key."""
    place = (language, subject)
    if place not in _read:
        module = import_module(f"changeflow.language.{FOLDERS[language]}.{subject}")
        _read[place] = module.SENTENCES
    return _read[place]
