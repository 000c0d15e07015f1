"""`risk fit` proposes lines for the risk model, and says how sure they are and what they cannot see."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import valid_repository as valid
import yaml
from repositories import Repo

from changeflow.cli.main import run
from changeflow.history.tables import write
from changeflow.insight.past import READS
from changeflow.insight.records import TABLES
from changeflow.model.history_facts import FACTS
from tests.answers import misfits

BEGIN = datetime(2024, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
ITEMS = tuple(f"item-{number}" for number in range(12))


def records(changes: int = 400, *, teams: tuple[str, ...] = ("blue", "red")) -> dict[str, Any]:
    """Return changes of which those on the first items meet with trouble, and their incidents."""
    random = Random(11)  # noqa: S311 - the same records each time
    rows: dict[str, Any] = {"changes": [], "change_items": [], "incidents": [], "opinions": []}
    for number in range(changes):
        start = BEGIN + number * 6 * HOUR
        item = random.choice(ITEMS)
        name = f"C{number:04}"
        key = {"source": "itsm", "change": name}
        rows["changes"].append(key | {
            "type": "normal", "team": random.choice(teams), "recorded_at": start - 30 * HOUR,
            "planned_start": start, "planned_end": start + HOUR, "actual_start": start,
            "actual_end": start + HOUR, "outcome": random.choice(["implemented"] * 9 + ["failed"]),
        })  # fmt: skip
        rows["change_items"].append(key | {"item": item})
        rows["opinions"].append(key | {"person": "alice", "decision": "approve"})
        # the first three items have incidents, before and after
        if item in ITEMS[:3] or random.random() < 0.03:
            opened = start + random.randrange(2, 100) * HOUR
            rows["incidents"].append({
                "source": "itsm", "incident": f"I{number:04}", "item": item, "opened_at": opened,
            })  # fmt: skip
    return rows


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    repo = Repo(tmp_path / "shop")
    for path, text in valid.FILES.items():
        repo.write(path, text)
    monkeypatch.chdir(repo.path)
    repo.commit()
    return repo


def fitted(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code = run(("risk", "fit", "--resamples", "4", *arguments, "--format", "json"))
    captured = capsys.readouterr()
    assert code == 0, captured.err
    answer: dict[str, Any] = json.loads(captured.out)
    assert misfits("fit", answer) == []
    return answer


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(("risk", "fit", *arguments))
    captured = capsys.readouterr()
    assert captured.out == ""
    return code, captured.err


@pytest.mark.usefixtures("repo")
def test_a_card_is_proposed_and_judged_by_later_changes_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path("history"), records())
    before = sorted(path.name for path in Path("policies").iterdir())
    answer = fitted(capsys)
    assert answer["schema"] == "changeflow/fit/v1"
    assert answer["train"]["to"] == answer["test"]["from"]
    assert answer["train"]["changes"] > answer["test"]["changes"] > 50
    committed, proposed = answer["models"]
    assert (committed["name"], proposed["name"]) == ("committed", "proposed")
    assert proposed["auc"] > 0.85
    assert proposed["auc_interval"][0] <= proposed["auc"] <= proposed["auc_interval"][1]
    assert {line["fact"] for line in answer["lines"]} <= set(FACTS)
    assert any("incidents" in line["fact"] for line in answer["lines"])
    assert all(0 <= line["chosen"] <= 4 for line in answer["lines"])
    assert sum(one["changes"] for one in answer["totals"]) == answer["test"]["changes"]
    for side in ("before", "after"):
        assert sum(level[side] for level in answer["levels"]) == answer["test"]["changes"]
    assert 0 < answer["placebo"] < 1
    assert answer["most_points"] <= 24
    assert answer["written"] is False
    assert answer["diff"].startswith("--- policies/risk.yaml")
    assert sorted(path.name for path in Path("policies").iterdir()) == before


def test_written_lines_are_a_risk_model_that_check_accepts_with_all_else_as_it_was(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path("history"), records())
    text = (
        "apiVersion: changeflow/v1\nkind: RiskModel\nmetadata: {id: risk}\nspec:\n"
        "  likelihood:\n    manual_steps: 3   # by hand\n\n  # what hurts\n  impact:\n    removal: 5\n"
    )
    repo.write("policies/risk.yaml", text)
    repo.commit()
    answer = fitted(capsys, "--write", "--lines", "6")
    assert answer["written"] is True
    after = Path("policies/risk.yaml").read_text(encoding="utf-8")
    spec = yaml.safe_load(after)["spec"]
    lines = spec["likelihood"].pop("record")
    assert spec == yaml.safe_load(text)["spec"]
    assert "manual_steps: 3   # by hand" in after
    assert "  # what hurts\n  impact:\n" in after
    assert 1 <= len(lines) <= 6
    assert [(one["fact"], one["at_least"], one["points"]) for one in lines] == [
        (one["fact"], one["at_least"], one["points"]) for one in answer["lines"]
    ]
    assert run(("check", "policies/risk.yaml")) == 0
    capsys.readouterr()
    # fitted again, the same lines come out: nothing changes
    assert fitted(capsys, "--write", "--lines", "6")["diff"] == ""


@pytest.mark.usefixtures("repo")
def test_the_model_with_the_lines_can_be_written_elsewhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path("history"), records())
    answer = fitted(capsys, "--out", "new/risk.yaml")
    assert answer["written"] is True
    assert yaml.safe_load(Path("new/risk.yaml").read_text(encoding="utf-8"))["kind"] == "RiskModel"
    code, said = refused(capsys, "--out", "x.yaml", "--write")
    assert code == 2
    assert "one of them" in said


@pytest.mark.usefixtures("repo")
@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_what_a_board_has_to_know(
    capsys: pytest.CaptureFixture[str], format_: str, language: str
) -> None:
    write(Path("history"), records())
    arguments = ("--lang", language, "risk", "fit", "--resamples", "2", "--format", format_)
    assert run(arguments) == 0
    told = capsys.readouterr().out
    words = {"en": ("cannot see", "2 cards", "before"), "zh": ("看不到", "2 张卡", "之前")}
    for word in words[language]:
        assert word in told
    assert "at_least:" in told


@pytest.mark.usefixtures("repo")
def test_no_column_about_a_person_is_read_and_no_fact_is_about_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    about_people = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if column.name == "person" or "never for a score" in column.meaning
    }
    assert about_people == {("opinions", "person"), ("reviews", "person")}
    read = {(table, column) for table, columns in READS.items() for column in columns}
    assert not read & about_people
    assert not [name for name in FACTS if "person" in name or "author" in name]
    # what a person did makes no difference
    write(Path("history"), records())
    first = fitted(capsys)
    rows = records()
    for number, row in enumerate(rows["opinions"]):
        row["person"] = f"person-{number % 7}"
    write(Path("history"), {"opinions": rows["opinions"]})
    assert fitted(capsys) == first


@pytest.mark.usefixtures("repo")
# a person, and a role that one person has
@pytest.mark.parametrize("alone", ["alice", "ecab"])
def test_a_team_that_is_one_person_makes_no_line_about_teams(
    capsys: pytest.CaptureFixture[str], alone: str
) -> None:
    rows = records(teams=(alone, "blue"))
    # its changes fail, and those of two items, and no others do
    for row, of_item in zip(rows["changes"], rows["change_items"], strict=True):
        bad = row["team"] == alone or of_item["item"] in ITEMS[:2]
        row["outcome"] = "failed" if bad else "implemented"
    write(Path("history"), rows)
    answer = fitted(capsys, "--label", "failed")
    assert not [line for line in answer["lines"] if line["fact"].startswith("team_")]
    assert any(alone in said for said in answer["blind"])


@pytest.mark.usefixtures("repo")
@pytest.mark.parametrize(
    ("change", "arguments", "code", "words"),
    [
        ({}, ("--label", "trouble"), 2, "no label"),
        ({}, ("--history", "elsewhere"), 3, "no history"),
        ({"outcome": "implemented"}, ("--label", "failed"), 1, "none of"),
        ({"outcome": "failed"}, ("--label", "failed"), 1, "all of"),
        ({"outcome": None}, ("--label", "failed"), 1, "can be judged"),
        ({}, ("--label", "incident-within:P400D"), 1, "not over"),
        ({}, ("--train-until", "2024-02-01"), 2, "nothing to fit"),
        ({}, ("--train-until", "2030-02-01"), 2, "nothing would judge"),
        ({}, ("--label", "failed", "--to", "2024-03-20"), 1, "too few outcomes"),
        ({}, ("--to", "2024-03-20"), 1, "no fact tells"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_a_reason(
    capsys: pytest.CaptureFixture[str],
    change: dict[str, Any],
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    rows = records(120)
    for row in rows["changes"]:
        row.update(change)
    write(Path("history"), rows)
    found, said = refused(capsys, *arguments)
    assert found == code, said
    assert words in said
    assert "hint:" in said


@pytest.mark.usefixtures("repo")
def test_without_records_there_is_nothing_to_fit(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys)[0] == 3
    Path("history").mkdir()
    code, said = refused(capsys)
    assert code == 3
    assert "no changes" in said


@pytest.mark.usefixtures("repo")
def test_outcomes_that_were_not_known_then_are_not_learned_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path("history"), records())
    answer = fitted(capsys, "--train-until", "2024-05-10T09:00:00Z")
    # 280 changes started before; the seven days of the last of them were not over
    started = int((datetime(2024, 5, 10, 9, tzinfo=UTC) - BEGIN) / (6 * HOUR))
    over = int((datetime(2024, 5, 3, 8, tzinfo=UTC) - BEGIN) / (6 * HOUR)) + 1
    assert answer["train"]["changes"] == over < started


@pytest.mark.usefixtures("repo")
@pytest.mark.parametrize(("label", "field"), [("failed", "closed_at"), ("reverted-within:P7D", "reverted_at")])
def test_an_end_that_is_recorded_late_is_not_learned_from(
    capsys: pytest.CaptureFixture[str], label: str, field: str
) -> None:
    rows = records()
    split = datetime(2024, 5, 10, 9, tzinfo=UTC)
    for row, of_item in zip(rows["changes"], rows["change_items"], strict=True):
        bad = of_item["item"] in ITEMS[:3]
        row["outcome"] = "failed" if bad else "implemented"
        row["actual_end"] = None
        if field == "closed_at" or bad:
            row[field] = row["actual_start"] + 3 * 24 * HOUR
    write(Path("history"), rows)
    answer = fitted(capsys, "--label", label, "--train-until", "2024-05-10T09:00:00Z")
    days = 3 if field == "closed_at" else 7
    over = [row for row in rows["changes"] if row["actual_start"] + days * 24 * HOUR <= split]
    assert answer["train"]["changes"] == len(over)


def test_a_roster_that_cannot_be_read_lets_no_card_be_fitted(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path("history"), records())
    repo.write("policies/roster.yaml", valid.FILES["policies/roster.yaml"] + "  typo: true\n")
    repo.commit()
    code, said = refused(capsys)
    assert code == 4
    assert "policies/roster.yaml" in said


@pytest.mark.usefixtures("repo")
def test_a_trait_that_was_set_afterwards_is_named_as_one_that_may_have_been(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = records()
    for row in rows["changes"]:
        row["traits"] = ["hotfix"] if row["outcome"] == "failed" else []
    rows["changes"][0]["recorded_at"] = rows["changes"][0]["actual_start"] + HOUR
    write(Path("history"), rows)
    answer = fitted(capsys, "--label", "failed")
    (said,) = [one for one in answer["blind"] if "trait_hotfix" in one]
    assert "nothing says whether" in said
    assert "1 of 400 changes" in said
    assert not [one for one in answer["blind"] if "coin" in one]


@pytest.mark.usefixtures("repo")
def test_a_card_that_fails_on_the_later_changes_is_said_to_be_a_coin(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = records()
    for number, row in enumerate(rows["changes"]):
        # what foretold trouble among the earlier two thirds says nothing later
        row["traits"] = ["hotfix"] if number < 250 and row["outcome"] == "failed" else []
    write(Path("history"), rows)
    answer = fitted(capsys, "--label", "failed")
    assert answer["models"][1]["auc_interval"][0] <= 0.5
    assert [one for one in answer["blind"] if "coin" in one]
