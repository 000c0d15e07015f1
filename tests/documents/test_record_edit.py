"""Lines of a scorecard are put into a risk model, and all else stays as its author wrote it."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
import yaml

from changeflow import errors
from changeflow.documents.record_edit import WrittenLine, with_record

LINES = (
    WrittenLine("item_incidents_30d", 2, 3, "incidents on its items in the last 30 days"),
    WrittenLine("item_incidents_30d", 15, 4, "incidents on its items in the last 30 days"),
    WrittenLine("quiet_days", 0.5, -2, "days since the last incident on its items"),
)
PLAIN = [
    {"fact": "item_incidents_30d", "at_least": 2, "points": 3},
    {"fact": "item_incidents_30d", "at_least": 15, "points": 4},
    {"fact": "quiet_days", "at_least": 0.5, "points": -2},
]
HEAD = "apiVersion: changeflow/v1\nkind: RiskModel\nmetadata: {id: risk}\n"
SHIPPED = Path(__file__).parents[2] / "policies" / "risk.yaml"


def changed(before: str, after: str) -> list[str]:
    """Return the lines that differ, with `-` and `+`."""
    told = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in told if line[0] in "-+"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_go_behind_the_likelihood_before_the_comment_of_what_follows(end: str) -> None:
    text = f"{HEAD}spec:\n  likelihood:\n    manual_steps: 3   # by hand\n    history:\n      item: 6\n\n  # How much does it hurt?\n  impact: {{removal: 4}}\n"
    text = text.replace("\n", end)
    after = with_record(text, LINES, ["fitted"])
    assert yaml.safe_load(after)["spec"]["likelihood"]["record"] == PLAIN
    assert all(line.startswith("+") for line in changed(text, after))
    assert all(line.endswith(end) for line in after.splitlines(keepends=True))
    first = after.index("record:")
    assert after.index("item: 6") < first < after.index("# How much")
    assert after.count("# incidents on its items in the last 30 days") == 1
    assert "# fitted" in after


@pytest.mark.parametrize(
    "old",
    [
        "    record: []\n",
        "    record: [{fact: items, at_least: 3, points: 1},\n             {fact: items, at_least: 9, points: 1}]\n",
        "    record:   # ours\n      - {fact: items, at_least: 3, points: 1}  # why\n      - fact: items\n        at_least: 9\n        points: 1\n",
        "    record:\n    - {fact: items, at_least: 3, points: 1}\n",
    ],
)
def test_lines_that_are_there_are_replaced(old: str) -> None:
    text = f"{HEAD}spec:\n  likelihood:\n    # what records say\n{old}    # by hand\n    manual_steps: 3\n"
    after = with_record(text, LINES, [])
    assert yaml.safe_load(after)["spec"]["likelihood"] == {"record": PLAIN, "manual_steps": 3}
    assert "    # what records say\n    record:\n" in after
    assert "    # by hand\n    manual_steps: 3\n" in after
    assert with_record(after, LINES, []) == after


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}spec: {{}}\n",
        f"{HEAD}spec:\n  likelihood: {{manual_steps: 3}}\n  # kept\n  impact: {{removal: 4}}\n",
        f"{HEAD}spec:\n  likelihood:\n",
        f"{HEAD}spec:\n  impact: {{removal: 4}}\n",
    ],
)
def test_where_lines_have_no_place_the_values_are_set(text: str) -> None:
    after = with_record(text, LINES, [])
    assert yaml.safe_load(after)["spec"]["likelihood"]["record"] == PLAIN
    before = yaml.safe_load(text)
    before["spec"].setdefault("likelihood", None)
    before["spec"]["likelihood"] = {**(before["spec"]["likelihood"] or {}), "record": PLAIN}
    assert yaml.safe_load(after) == before


def test_a_text_without_an_end_of_line_gets_one_before_the_lines() -> None:
    text = f"{HEAD}spec:\n  likelihood:\n    manual_steps: 3"
    assert yaml.safe_load(with_record(text, LINES, []))["spec"]["likelihood"] == {
        "manual_steps": 3,
        "record": PLAIN,
    }


def test_no_lines_are_an_empty_list() -> None:
    text = f"{HEAD}spec:\n  likelihood:\n    manual_steps: 3\n"
    assert yaml.safe_load(with_record(text, (), ["x"]))["spec"]["likelihood"]["record"] == []


def test_the_risk_model_that_ships_keeps_all_else() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    after = with_record(text, LINES, ["fitted"])
    wanted = yaml.safe_load(text)
    wanted["spec"]["likelihood"]["record"] = PLAIN
    assert yaml.safe_load(after) == wanted
    allowed = ("fact:", "at_least:", "points:", "record:", "# fitted")
    told = changed(text, after)
    assert all(line[2:].strip() == "" or any(word in line for word in allowed) for line in told)


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(errors.Unreadable):
        with_record("spec: [", LINES, [])
