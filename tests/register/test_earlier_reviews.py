"""What earlier reviews learnt, where a change is assessed: the most relevant first, and merged ones alone."""

from __future__ import annotations

import pytest

from tests.register.office import BEFORE, Office

NOW = "2026-12-10T10:00:00Z"
NEW = "CHG-20261210-next"
ITEM = {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem"}
EARLIER = (
    ("CHG-20261122-old-failure", "2026-11-22", "db", "rolled-back"),
    ("CHG-20261123-older", "2026-11-23", "db", "successful"),
    ("CHG-20261124-newer", "2026-11-24", "db", "successful"),
    ("CHG-20261125-newest", "2026-11-25", "db", "successful"),
    ("CHG-20261126-elsewhere", "2026-11-26", "web", "successful"),
)
FAILS = {"steps": [{"name": "Promote", "run": ["false"], "verify": ["true"]}]}


def asked(office: Office, name: str, day: str, item: str, outcome: str) -> None:
    window = {"start": f"{day}T12:00:00Z", "end": f"{day}T14:00:00Z"}
    more = {"implementation": FAILS} if outcome == "rolled-back" else {}
    office.ask(name, items=[{"ci": item, "action": "modify"}], window=window, category="upkeep", **more)
    for person in ("carol", "dave"):
        office.opinion("approve", person, name, now=BEFORE)


def reviewed(office: Office, name: str, day: str, outcome: str) -> None:
    """A release and a review as they lie on the main branch, as far as lessons ask."""
    said = office.released(name, now=f"{day}T12:10:00Z")
    assert (said.code == 0) is (outcome == "successful"), said.err
    office.say("review", name, "--as", "erin", "--now", NOW)
    path = office.root / "changes" / name / "review.yaml"
    answers = f"  outcome: {outcome}\n  reviewed: 2026-12-05\n  lessons: Warm it first ({name})\n"
    text = path.read_text(encoding="utf-8").replace("\nspec:\n", f"\nspec:\n{answers}")
    if outcome == "rolled-back":
        text = text.replace("\nspec:\n", "\nspec:\n  answers: {root-cause: The disk was full}\n  follow_ups: [{action: Watch the disk, owner: bob}]\n")
    path.write_text(text, encoding="utf-8")
    office.commit(f"review of {name}")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("lessons") / "office")
    for ci in ("web", "lone"):
        spec = {"type": "application", "criticality": "tier3", "owner": "team-db", "environment": "production"}
        office.write(f"cmdb/{ci}.yaml", {**ITEM, "metadata": {"id": ci}, "spec": spec})
    office.commit("items")
    for name, day, item, outcome in EARLIER:
        asked(office, name, day, item, outcome)
    for name, day, _, outcome in EARLIER:
        reviewed(office, name, day, outcome)
    # started, and not finished: no outcome, no lesson
    office.ask("CHG-20261127-draft", items=[{"ci": "db", "action": "modify"}])
    office.write("changes/CHG-20261127-draft/review.yaml", (office.root / "changes/CHG-20261125-newest/review.yaml")
                 .read_text(encoding="utf-8").replace("CHG-20261125-newest", "CHG-20261127-draft").replace("  outcome: successful\n", ""))  # fmt: skip
    office.commit("draft")
    # a review on a branch that is not merged
    office.git("switch", "-q", "-c", "side")
    office.ask("CHG-20261128-side", branch="side", items=[{"ci": "db", "action": "modify"}])
    office.git("switch", "-q", "side")
    office.write("changes/CHG-20261128-side/review.yaml", (office.root / "changes/CHG-20261125-newest/review.yaml")
                 .read_text(encoding="utf-8").replace("CHG-20261125-newest", "CHG-20261128-side"))  # fmt: skip
    office.commit("not merged")
    office.git("switch", "-q", "main")
    return office


def assessed(office: Office, item: str, *options: str, **spec: str) -> str:
    office.ask(NEW, items=[{"ci": item, "action": "modify"}], **spec)
    try:
        return office.done("assess", NEW, "--now", NOW, *options)
    finally:
        office.git("reset", "-q", "--hard", "HEAD^")


def changes_in(text: str) -> list[str]:
    section = text.partition("Earlier reviews\n")[2].partition("\nClass:")[0]
    return [line.strip().partition(":")[0] for line in section.splitlines() if line.strip().startswith("CHG-")]


def test_the_same_item_comes_first_then_failures_then_the_newest_and_the_rest_is_counted(office: Office) -> None:
    text = assessed(office, "db", category="upkeep")
    assert changes_in(text) == ["CHG-20261122-old-failure", "CHG-20261125-newest", "CHG-20261124-newer"]
    assert "and 2 more" in text
    assert "root cause: The disk was full" in text
    assert "still open: Watch the disk" in text


def test_a_change_of_the_same_kind_learns_from_others_and_a_stranger_from_none(office: Office) -> None:
    alike = assessed(office, "lone", category="upkeep")
    assert changes_in(alike)[0] == "CHG-20261122-old-failure"
    assert "same kind of change" in alike
    assert "Earlier reviews" not in assessed(office, "lone")


def test_what_is_not_finished_or_not_merged_is_no_lesson(office: Office) -> None:
    for options in ((), ("--head", "side")):
        if options:
            said = office.done("assess", "CHG-20261128-side", "--now", NOW, *options)
        else:
            said = assessed(office, "db")
        assert "CHG-20261122-old-failure" in changes_in(said)
        assert not {"CHG-20261127-draft", "CHG-20261128-side"}.intersection(changes_in(said))


def test_a_follow_up_that_was_settled_is_open_no_more(office: Office) -> None:
    office.done("improve", "watch-disk", "--review", "CHG-20261122-old-failure#1", "--now", NOW)
    path = office.root / "improvements/watch-disk.yaml"
    done = f"  done_by: {{commit: {office.git('rev-parse', 'HEAD')}}}\n  verified: {{by: dave, on: 2026-12-09}}\n"
    path.write_text(path.read_text(encoding="utf-8") + done, encoding="utf-8")
    office.commit("Settled")
    assert "still open" not in assessed(office, "db")
    office.git("reset", "-q", "--hard", "HEAD^")


def test_it_is_said_in_chinese_and_markdown_and_is_no_part_of_the_json(office: Office) -> None:
    chinese = assessed(office, "db", "--lang", "zh")
    assert "以往的评审" in chinese
    assert "根本原因：The disk was full" in chinese
    assert "**Earlier reviews**" in assessed(office, "db", "--format", "markdown")
    assert "Warm it first" not in assessed(office, "db", "--format", "json")
