"""Steps and blocks of a request as lines of YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from changeflow.documents.write import flow_list
from changeflow.gate.step_pattern import ITEM
from changeflow.model.change import ActingStep, ImplementationStep, RollbackStep, Step
from changeflow.model.characters import yaml_quoted
from changeflow.model.document_parts import format_duration
from changeflow.model.engines import Playbook, PlaybookRehearsal, Workflow


def named(text: str, ci: str | None) -> str:
    """Return a text of a change model's template, with `{ci}` replaced by an item."""
    return text if ci is None else text.replace(ITEM, ci)


def block(name: str, lines: Sequence[str]) -> str:
    """Return a key of `spec` with what lies below it; empty if nothing does."""
    if not lines:
        return ""
    return "\n".join([f"  {name}:", *lines])


def step_list(name: str, steps: Sequence[Step], ci: str | None = None) -> list[str]:
    """Return the lines of a list of steps below a key of `spec`; none if there are no steps."""
    if not steps:
        return []
    return [f"    {name}:", *step_lines(steps, ci, 6)]


def step_lines(steps: Sequence[Step], ci: str | None, indent: int) -> list[str]:
    """Return the lines of steps, so far to the right."""
    lines: list[str] = []
    for step in steps:
        lines += [" " * indent + line for line in _step(step, ci)]
    return lines


def _step(step: Step, ci: str | None) -> list[str]:
    lines = [f"- name: {yaml_quoted(named(step.name, ci))}"]
    if step.run is not None:
        lines.append(f"  run: {flow_list([named(word, ci) for word in step.run])}")
    if step.manual is not None:
        lines.append(f"  manual: {yaml_quoted(named(step.manual, ci))}")
    if isinstance(step, ActingStep) and step.workflow is not None:
        lines += _workflow(step.workflow, ci, "  ")
    if isinstance(step, ActingStep) and step.ansible is not None:
        lines += _playbook(step.ansible, ci, "  ")
    if step.verify is not None:
        lines.append(f"  verify: {flow_list([named(word, ci) for word in step.verify])}")
    if step.timeout is not None:
        lines.append(f"  timeout: {format_duration(step.timeout)}")
    if step.mutable:
        lines.append(f"  mutable: {flow_list(step.mutable)}")
    if isinstance(step, ImplementationStep):
        lines += _undo(step, ci)
        lines += _plan(step, ci)
    if isinstance(step, RollbackStep) and step.undoes:
        lines.append(f"  undoes: {flow_list([named(one, ci) for one in step.undoes])}")
    return lines


def _workflow(workflow: Workflow, ci: str | None, indent: str) -> list[str]:
    lines = [f"{indent}workflow:"]
    for name in ("repository", "file", "ref", "commit"):
        value = getattr(workflow, name)
        if value is not None:
            lines.append(f"{indent}  {name}: {yaml_quoted(value)}")
    lines += _inputs(workflow.inputs, ci, f"{indent}  ")
    if workflow.rehearsal is not None:
        lines.append(f"{indent}  rehearsal:")
        if workflow.rehearsal.ref is not None:
            lines.append(f"{indent}    ref: {yaml_quoted(workflow.rehearsal.ref)}")
        lines += _inputs(workflow.rehearsal.inputs, ci, f"{indent}    ")
    return lines


def _playbook(playbook: Playbook, ci: str | None, indent: str) -> list[str]:
    lines = [
        f"{indent}ansible:",
        f"{indent}  playbook: {yaml_quoted(named(playbook.playbook, ci))}",
    ]
    for name in ("inventory", "tags", "skip_tags", "files"):
        words = getattr(playbook, name)
        if words:
            lines.append(f"{indent}  {name}: {flow_list([named(word, ci) for word in words])}")
    lines += _limited(playbook, ci, f"{indent}  ")
    if playbook.rehearsal is not None:
        words = [named(word, ci) for word in playbook.rehearsal.inventory]
        lines += [f"{indent}  rehearsal:", f"{indent}    inventory: {flow_list(words)}"]
        lines += _limited(playbook.rehearsal, ci, f"{indent}    ")
    return lines


def _limited(playbook: Playbook | PlaybookRehearsal, ci: str | None, indent: str) -> list[str]:
    lines: list[str] = []
    if playbook.limit is not None:
        lines.append(f"{indent}limit: {yaml_quoted(named(playbook.limit, ci))}")
    return lines + _inputs(playbook.extra_vars, ci, indent, "extra_vars")


def _inputs(
    inputs: Mapping[str, str], ci: str | None, indent: str, key: str = "inputs"
) -> list[str]:
    if not inputs:
        return []
    lines = [f"{indent}{key}:"]
    for name, value in inputs.items():
        lines.append(f"{indent}  {name}: {yaml_quoted(named(value, ci))}")
    return lines


def _undo(step: ImplementationStep, ci: str | None) -> list[str]:
    if step.irreversible is not None:
        return [f"  irreversible: {yaml_quoted(named(step.irreversible, ci))}"]
    if step.undo is None:
        return []
    lines, undo = ["  undo:"], step.undo
    if undo.run is not None:
        lines.append(f"    run: {flow_list([named(word, ci) for word in undo.run])}")
    if undo.manual is not None:
        lines.append(f"    manual: {yaml_quoted(named(undo.manual, ci))}")
    if undo.workflow is not None:
        lines += _workflow(undo.workflow, ci, "    ")
    if undo.ansible is not None:
        lines += _playbook(undo.ansible, ci, "    ")
    if undo.verify is not None:
        lines.append(f"    verify: {flow_list([named(word, ci) for word in undo.verify])}")
    if undo.timeout is not None:
        lines.append(f"    timeout: {format_duration(undo.timeout)}")
    return lines


def _plan(step: ImplementationStep, ci: str | None) -> list[str]:
    if step.plan is None:
        return []
    lines = ["  plan:", f"    run: {flow_list([named(word, ci) for word in step.plan.run])}"]
    lines.append(f"    format: {step.plan.format}")
    if step.plan.timeout is not None:
        lines.append(f"    timeout: {format_duration(step.plan.timeout)}")
    return lines
