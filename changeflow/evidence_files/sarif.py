"""SARIF 2.1.0 (OASIS): results by level, without those that are suppressed.

A level that a result does not name is that of its rule, or of an override of the run. A suppression
counts where every one of a result is accepted (3.35.3). A run that has no list of results, that
keeps them elsewhere, or that did not end well says nothing that could be judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from changeflow.evidence_files.unreadable import (
    UnreadableFileError,
    json_object,
    listed,
    mapping,
)
from changeflow.model.report_summary import ReportSummary

_VERSION: Final = "2.1.0"
_LEVELS: Final = ("error", "warning", "note", "none")
_DEFAULT: Final = "warning"


def read(data: bytes) -> ReportSummary:
    """Return what a SARIF file says.

    Raises:
        UnreadableFileError: when it cannot be judged.
    """
    document = json_object(data)
    if document.get("version") != _VERSION:
        raise UnreadableFileError(f"its `version` is not {_VERSION}")
    runs = listed(document.get("runs"), "runs")
    if not runs:
        raise UnreadableFileError("it has no run, so nothing was looked at")
    counts = dict.fromkeys((*_LEVELS, "suppressed"), 0)
    rules: set[str] = set()
    for number, run in enumerate(runs):
        _count_run(mapping(run, f"runs[{number}]"), number, counts, rules)
    return ReportSummary.model_validate(
        {"format": f"sarif-{_VERSION}", "rules": len(rules), **counts}
    )


def _count_run(run: dict[str, Any], number: int, counts: dict[str, int], rules: set[str]) -> None:
    _require_ended_well(run)
    if "results" in mapping(run.get("externalPropertyFileReferences", {}), "external files"):
        raise UnreadableFileError("the results of a run lie in another file")
    tool = mapping(run.get("tool", {}), "tool")
    levels = _levels_of_rules(run, tool)
    for result in listed(run.get("results"), f"runs[{number}].results"):
        one = mapping(result, "results[]")
        rule = _rule_of(one, tool)
        if rule:
            rules.add(rule)
        if one.get("baselineState") == "absent":
            # it was there in an earlier run and is gone
            continue
        counts["suppressed" if _is_suppressed(one) else _level(one, rule, levels, tool)] += 1


def _require_ended_well(run: dict[str, Any]) -> None:
    for invocation in listed(run.get("invocations", []), "invocations"):
        if mapping(invocation, "invocations[]").get("executionSuccessful") is False:
            raise UnreadableFileError("the tool says that a run of it did not end well")


def _levels_of_rules(run: dict[str, Any], tool: dict[str, Any]) -> dict[str, str]:
    """Return the levels that rules have by default, or by an override, by the rule's id and place."""
    found: dict[str, str] = {}
    for index, rule in enumerate(listed(_driver(tool).get("rules", []), "rules")):
        _note_rule(found, mapping(rule, "rules[]"), f"#{index}")
    for number, extension in enumerate(listed(tool.get("extensions", []), "tool.extensions")):
        rules = listed(mapping(extension, "extensions[]").get("rules", []), "rules")
        for index, rule in enumerate(rules):
            _note_rule(found, mapping(rule, "rules[]"), f"#{number}/{index}")
    for descriptor, level in _overrides(run):
        if isinstance(descriptor.get("id"), str):
            found[descriptor["id"]] = level
        place = _place(descriptor.get("index"), descriptor, tool)
        if place:
            found[place] = level
    return found


def _place(index: object, descriptor: dict[str, Any], tool: dict[str, Any]) -> str:
    """Return a rule by its place in the component of the tool that has it; empty: it has none.

    Raises:
        UnreadableFileError: when there is no such component.
    """
    if type(index) is not int or index < 0:
        return ""
    component = mapping(descriptor.get("toolComponent", {}), "toolComponent")
    if not component:
        return f"#{index}"
    number = _extension(component, tool)
    return f"#{index}" if number is None else f"#{number}/{index}"


def _extension(component: dict[str, Any], tool: dict[str, Any]) -> int | None:
    """Return the number of the extension that is meant by number, name or guid; None: the driver."""
    extensions = listed(tool.get("extensions", []), "tool.extensions")
    number = component.get("index")
    if type(number) is int and 0 <= number < len(extensions):
        return number
    if number is None:
        for key in ("guid", "name"):
            wanted = component.get(key)
            for place, one in enumerate(extensions):
                if wanted is not None and mapping(one, "extensions[]").get(key) == wanted:
                    return place
            if wanted is not None and _driver(tool).get(key) == wanted:
                return None
    raise UnreadableFileError("a result is of a component of the tool that is not there")


def _driver(tool: dict[str, Any]) -> dict[str, Any]:
    return mapping(tool.get("driver", {}), "tool.driver")


def _note_rule(found: dict[str, str], rule: dict[str, Any], place: str) -> None:
    level = mapping(rule.get("defaultConfiguration", {}), "defaultConfiguration").get("level")
    if level is None:
        return
    if isinstance(rule.get("id"), str):
        # Where two rules of one name differ, the worse one counts.
        worse = min(level, found.get(rule["id"], level), key=_rank)
        found[rule["id"]] = worse
    found[place] = level


def _rank(level: object) -> int:
    return _LEVELS.index(level) if level in _LEVELS else 0


def _overrides(run: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for invocation in listed(run.get("invocations", []), "invocations"):
        key = "ruleConfigurationOverrides"
        for override in listed(mapping(invocation, "invocations[]").get(key, []), key):
            one = mapping(override, key)
            level = mapping(one.get("configuration", {}), "configuration").get("level")
            if level is not None:
                yield mapping(one.get("descriptor", {}), "descriptor"), level


def _rule_of(result: dict[str, Any], tool: dict[str, Any]) -> str:
    """Return the id of the rule that a result is of, or its place; empty where it names none."""
    rule = mapping(result.get("rule", {}), "rule")
    name = result.get("ruleId", rule.get("id"))
    if isinstance(name, str):
        return name
    return _place(result.get("ruleIndex", rule.get("index")), rule, tool)


def _level(result: dict[str, Any], rule: str, levels: dict[str, str], tool: dict[str, Any]) -> str:
    level = result.get("level")
    if level is None:
        if result.get("kind", "fail") != "fail":
            return "none"
        # `a/b` is a rule below `a`
        level = levels.get(rule, levels.get(rule.rpartition("/")[0], _DEFAULT))
        if rule not in levels:
            descriptor = mapping(result.get("rule", {}), "rule")
            place = _place(result.get("ruleIndex", descriptor.get("index")), descriptor, tool)
            level = levels.get(place, level)
    if level not in _LEVELS:
        raise UnreadableFileError("a result has a level that SARIF does not know")
    return str(level)


def _is_suppressed(result: dict[str, Any]) -> bool:
    found = listed(result.get("suppressions") or [], "suppressions")
    states = [mapping(one, "suppressions[]").get("status", "accepted") for one in found]
    return bool(states) and all(state == "accepted" for state in states)
