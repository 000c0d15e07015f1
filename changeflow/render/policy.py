"""Policies and their test runs, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from changeflow.language.reasons import translated
from changeflow.model.policy import Rule
from changeflow.render.json_text import as_json
from changeflow.render.lines import ended
from changeflow.render.presentation import Presentation, fitted, for_programs
from changeflow.render.table import cells, padded
from changeflow.usecases.policy.explain import RuleOfPolicy, TestRun


def rules_text(listed: Sequence[RuleOfPolicy], to: Presentation) -> str:
    """Render a table by gate: rule, level, message."""
    wide = max(cells(to.says("pack.level", level=level)) for level in ("deny", "warn"))
    lines: list[str] = []
    gate = ""
    for item in listed:
        if item.policy.spec.gate != gate:
            gate = item.policy.spec.gate.value
            if lines:
                lines.append("")
            lines.append(to.says("pack.gate", gate=gate))
        level = padded(to.says("pack.level", level=item.rule.level), wide + 2)
        message = _words(item.rule, "message", to)
        if not item.policy.spec.enabled:
            message = to.says("pack.off", message=message)
        lines.append(f"  {item.rule.id:<32} {level}{message}")
    return "\n".join(lines) + "\n"


def _words(rule: Rule, part: str, to: Presentation) -> str:
    """Return message or hint of a rule in the reader's language, where it has it."""
    return translated(rule.translations, part, to, getattr(rule, part) or "")


def rules_json(listed: Sequence[RuleOfPolicy]) -> str:
    """Render every rule with all its fields."""
    return _dump({"schema": "changeflow/policies/v1", "rules": list(map(_plain, listed))})


def explained_text(listed: Sequence[RuleOfPolicy], to: Presentation) -> str:
    """Render each rule in full."""
    return "\n".join(ended(_explained(item, to)) for item in listed)


def _explained(item: RuleOfPolicy, to: Presentation) -> list[str]:
    rule, policy = item.rule, item.policy
    place = {"rule": rule.id, "policy": policy.metadata.id, "gate": policy.spec.gate.value}
    case = {} if rule.when else {"case": "always"}
    effect: str = rule.level
    if not policy.spec.enabled:
        effect = "off"
    facts = {
        "applies": to.says("pack.when", condition=rule.when, **case),
        "asks": to.says("pack.asks", told=item.demands),
        "reads": item.reads and to.says("pack.reads", told=item.reads),
        "clause": rule.clause,
        "hint": _words(rule, "hint", to),
        "effect": to.says("pack.effect", case=effect),
    }
    labels = {name: to.says("pack.label", case=name) for name in facts}
    wide = max(map(cells, labels.values()))
    lines = [to.says("pack.place", **place, level=rule.level), f"  {_words(rule, 'message', to)}"]
    for name, value in facts.items():
        if value:
            lines.append(f"  {padded(labels[name], wide + 2)}{value}")
    return lines


def tests_text(run: TestRun, to: Presentation) -> str:
    """Render every case that differs, what is untested, and the sum."""
    return ended(_test_lines(run, to))


def _test_lines(run: TestRun, to: Presentation) -> Iterator[str]:
    broken = to.says("policy_case.broken")
    ok, wrong = to.says("policy_case.ok"), to.says("policy_case.failed")
    wide = max(cells(ok), cells(wrong))
    for text in run.broken:
        yield f"{broken}  {text}"
    failed = 0
    for result in run.results:
        failed += bool(result.differences)
        verdict = padded(wrong if result.differences else ok, wide + 2)
        yield f"{verdict}{result.policy}: {result.case}"
        for difference in result.differences:
            yield f"        {difference}"
    for name in run.untested:
        yield to.says("policy_case.untested", rule=name)
    counts = {"cases": len(run.results), "failed": failed, "broken": len(run.broken)}
    yield to.says("policy_case.sum", **counts, untested=len(run.untested))


def tests_json(run: TestRun) -> str:
    """Render the run as data."""
    cases = []
    for item in run.results:
        differences = list(item.differences)
        cases.append({"policy": item.policy, "case": item.case, "differences": differences})
    return _dump(
        {
            "schema": "changeflow/policy-tests/v1",
            "cases": cases,
            "untested": list(run.untested),
            "broken": list(run.broken),
            "passed": run.passed,
        }
    )


def _plain(item: RuleOfPolicy) -> dict[str, Any]:
    rule = item.rule.model_dump(mode="json", by_alias=True)
    return {
        "policy": item.policy.metadata.id,
        "gate": item.policy.spec.gate.value,
        "enabled": item.policy.spec.enabled,
        **rule,
        "asks": item.asks,
    }


def _dump(data: dict[str, Any]) -> str:
    return as_json(data)


RULES: Final[dict[str, Callable[[Sequence[RuleOfPolicy], Presentation], str]]] = {
    "text": fitted(rules_text),
    "json": for_programs(rules_json),
}
EXPLAINED: Final[dict[str, Callable[[Sequence[RuleOfPolicy], Presentation], str]]] = {
    "text": fitted(explained_text),
    "json": for_programs(rules_json),
}
TESTS: Final[dict[str, Callable[[TestRun, Presentation], str]]] = {
    "text": tests_text,
    "json": for_programs(tests_json),
}
