"""Policies and their test runs, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from changeflow.render.json_text import as_json
from changeflow.render.lines import ended
from changeflow.usecases.policy.explain import RuleOfPolicy, TestRun


def rules_text(listed: Sequence[RuleOfPolicy]) -> str:
    """Render a table by gate: rule, level, message."""
    lines: list[str] = []
    gate = ""
    for item in listed:
        if item.policy.spec.gate != gate:
            gate = item.policy.spec.gate.value
            if lines:
                lines.append("")
            lines.append(f"gate {gate}")
        lines.append(f"  {item.rule.id:<32} {item.rule.level:<5} {item.rule.message}")
    return "\n".join(lines) + "\n"


def rules_json(listed: Sequence[RuleOfPolicy]) -> str:
    """Render every rule with all its fields."""
    return _dump({"schema": "changeflow/policies/v1", "rules": [_plain(item) for item in listed]})


def explained_text(listed: Sequence[RuleOfPolicy]) -> str:
    """Render each rule in full."""
    return "\n".join(ended(_explained(item)) for item in listed)


def _explained(item: RuleOfPolicy) -> list[str]:
    rule = item.rule
    lines = [
        f"{rule.id}  ({item.policy.metadata.id}, gate {item.policy.spec.gate}, {rule.level})",
        f"  {rule.message}",
    ]
    condition = f"when {rule.when}" if rule.when else "always"
    lines += [f"  applies   {condition}", f"  asks for  {item.asks}"]
    if rule.clause:
        lines.append(f"  clause    {rule.clause}")
    if rule.hint:
        lines.append(f"  hint      {rule.hint}")
    effect = "is shown, and does not shut the gate"
    if rule.level == "deny":
        effect = "shuts the gate"
    lines.append(f"  effect    {effect}")
    return lines


def tests_text(run: TestRun) -> str:
    """Render every case that differs, what is untested, and the sum."""
    return ended(_test_lines(run))


def _test_lines(run: TestRun) -> Iterator[str]:
    for text in run.broken:
        yield f"broken  {text}"
    failed = 0
    for result in run.results:
        failed += bool(result.differences)
        verdict = "FAIL" if result.differences else "ok  "
        yield f"{verdict}  {result.policy}: {result.case}"
        for difference in result.differences:
            yield f"        {difference}"
    for name in run.untested:
        yield f"warning: no case names the rule {name}"
    cases = f"{len(run.results)} cases, {failed} failed, {len(run.broken)} broken"
    yield f"{cases}, {len(run.untested)} rules untested"


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
        **rule,
        "asks": item.asks,
    }


def _dump(data: dict[str, Any]) -> str:
    return as_json(data)


RULES: Final[dict[str, Callable[[Sequence[RuleOfPolicy]], str]]] = {
    "text": rules_text,
    "json": rules_json,
}
EXPLAINED: Final[dict[str, Callable[[Sequence[RuleOfPolicy]], str]]] = {
    "text": explained_text,
    "json": rules_json,
}
TESTS: Final[dict[str, Callable[[TestRun], str]]] = {"text": tests_text, "json": tests_json}
