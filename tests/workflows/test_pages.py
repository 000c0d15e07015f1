"""The pages about GitHub agree with the program: every event has its page, and what is to be copied is valid and audited."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from changeflow.documents.starter import NO_ACTION
from changeflow.hosts.github.environment import EVENTS
from tests.workflows.places import ACTION, PROJECT, read, run, shipped, tool

PAGES = PROJECT / "docs/reference/events"
ALL_EVENTS = (PROJECT / "docs/reference/events.md").read_text(encoding="utf-8")
GUIDE = (PROJECT / "docs/guides/github.md").read_text(encoding="utf-8")


def test_every_event_that_is_served_has_its_page() -> None:
    assert sorted(path.stem for path in PAGES.glob("*.md")) == sorted(EVENTS)
    assert all(f"](events/{event}.md)" in ALL_EVENTS for event in EVENTS)


@pytest.mark.parametrize("event", EVENTS)
def test_a_page_says_what_triggers_it_and_what_it_reads_publishes_and_refuses(event: str) -> None:
    page = (PAGES / f"{event}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {event}\n")
    said = re.findall(r"^\*\*(Triggered by|Reads|Publishes|Refuses)\*\*", page, re.MULTILINE)
    assert said == ["Triggered by", "Reads", "Publishes", "Refuses"]


@pytest.mark.parametrize("event", EVENTS)
def test_a_page_says_of_its_workflow_and_token_what_the_page_about_all_says(event: str) -> None:
    (row,) = [line for line in ALL_EVENTS.splitlines() if f"](events/{event}.md)" in line and line.startswith("| [")]
    assert "|".join(row.split("|")[2:]).strip() in (PAGES / f"{event}.md").read_text(encoding="utf-8")


def test_every_event_of_the_workflows_is_served() -> None:
    triggers = [read(text)["on"] for text in shipped().values()]
    named = {event for events in triggers for event in ([events] if isinstance(events, str) else events)}
    assert named == set(EVENTS) - {"deployment_protection_rule"}


def test_the_workflow_in_the_guide_is_valid_and_audited(tmp_path: Path) -> None:
    (block,) = [block for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if "\njobs:" in block]
    file = tmp_path / ".github" / "workflows" / "deploy.yml"
    file.parent.mkdir(parents=True)
    file.write_text(f"name: deploy\non: {{push: {{branches: [main]}}}}\n{block}", encoding="utf-8")
    assert run(*tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", str(file))[0] == 0
    code, said = run(*tool("zizmor"), "--offline", "--no-progress", str(file))
    assert code == 0, said


def test_the_inputs_in_the_guide_and_the_workflows_are_the_action_s() -> None:
    inputs = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))["inputs"]
    (block,) = [block for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if "\njobs:" in block]
    for text in (*shipped().values(), block):
        for job in yaml.safe_load(text)["jobs"].values():
            used = [step["with"] for step in job["steps"] if "/actions/changeflow@" in step.get("uses", "")]
            assert all(set(given) <= set(inputs) for given in used)


def test_secrets_and_variables_of_the_workflows_are_in_the_guide() -> None:
    named = set(re.findall(r"(?:secrets|vars)\.(\w+)", "".join(shipped().values())))
    assert named == {"CHANGEFLOW_APP_ID", "CHANGEFLOW_APP_KEY", "CHANGEFLOW_LEDGER_KEY"}
    assert all(name in GUIDE for name in named)


def test_what_has_to_be_replaced_says_so() -> None:
    assert NO_ACTION.startswith("YOUR-ORG/")
