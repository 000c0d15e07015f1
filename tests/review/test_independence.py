"""Who may review a change, tried in real git with real keys: nobody who had a part in it, and everybody in their own name alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.register.office import AFTER, CHANGE, SignedOffice, step

SCRIPT = {"steps": [step("Promote") | {"run": ["sh", "scripts/promote"]}]}
ANSWERS = {
    "outcome": "successful",
    "reviewed": "2026-11-26",
    "objectives_met": "The database runs on the supported version, as asked",
    "effects_observed": "Two minutes without writes, fewer than the ten announced",
    "deviations": "The replica was promoted a minute later than planned",
    "incidents": "[]",
    "lessons": "The replica needs a warm cache before it is promoted",
}


def written(office: SignedOffice, reviewer: str) -> None:
    office.done("review", CHANGE, "--now", AFTER)
    path = office.root / "changes" / CHANGE / "review.yaml"
    text = path.read_text(encoding="utf-8")
    for name, answer in {**ANSWERS, "reviewer": reviewer}.items():
        text = text.replace(f"  # {name}:\n", f"  {name}: {answer}\n")
    path.write_text(text, encoding="utf-8")
    office.commit("review")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> SignedOffice:
    office = SignedOffice(tmp_path_factory.mktemp("independence") / "office")
    office.write("scripts/promote", "true\n")
    office.commit("script")
    office.ask(implementation=SCRIPT)
    path = office.root / "changes" / CHANGE / "rfc.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    office.commit("Say it better\n\nCo-authored-by: Erin <erin@example.com>")
    office.approved()
    said = office.released()
    assert said.code == 0, said.out + said.err
    return office


@pytest.fixture
def office(released: SignedOffice) -> SignedOffice:
    here = released.git("rev-list", "--max-count=1", "--grep=Say it better", "HEAD")
    released.git("reset", "-q", "--hard", here)
    released.git("clean", "-fdq")
    return released


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("alice", "`alice` requested this change"),
        ("bob", "`bob` implemented this change"),
        ("erin", "`erin` wrote part of this change"),
        ("renovate", "`renovate` is"),
    ],
)
def test_nobody_who_had_a_part_reviews_a_change(office: SignedOffice, who: str, why: str) -> None:
    written(office, who)
    said = office.say("review", CHANGE, "--now", AFTER)
    assert (said.code, why in said.out) == (1, True), said.out
    shut = office.say("gate", "close", CHANGE, "--now", AFTER)
    assert (shut.code, why in shut.out) == (1, True)


def test_a_review_waits_for_those_alone_who_may_give_it(office: SignedOffice) -> None:
    (owed,) = [one for one in office.row(now=AFTER)["owed"] if one["what"] == "review"]
    assert owed["by"] == ["carol", "dave"]


def test_a_reviewer_speaks_with_a_key_of_theirs_alone(office: SignedOffice) -> None:
    written(office, "dave")
    for person, key in (("dave", "carol"), ("carol", "carol"), ("dave", "erin")):
        said = office.say("review", CHANGE, "--as", person, "--key", str(office.keys.files[key]), "--now", AFTER)
        assert said.code != 0, said.out
        assert office.say("gate", "close", CHANGE, "--now", AFTER).code == 1
    assert office.say("review", CHANGE, "--as", "dave", "--now", AFTER).code == 0
    assert office.say("gate", "close", CHANGE, "--now", AFTER).code == 0


def test_an_approver_reviews_unless_the_policy_says_otherwise(office: SignedOffice) -> None:
    path = office.root / "policies" / "close.yaml"
    text = path.read_text(encoding="utf-8")
    assert "not_by: [confirmer]" in text
    written(office, "carol")
    assert office.say("review", CHANGE, "--now", AFTER).code == 0
    path.write_text(text.replace("not_by: [confirmer]", "not_by: [confirmer, approver]"), encoding="utf-8")
    office.commit("Approvers do not review")
    said = office.say("review", CHANGE, "--now", AFTER)
    assert (said.code, "`carol` approved this change" in said.out) == (1, True)


def test_who_mends_a_script_after_the_release_had_no_part_in_the_change(office: SignedOffice) -> None:
    written(office, "dave")
    Path(office.root / "scripts/promote").write_text("true # quicker\n", encoding="utf-8")
    office.git("-c", "user.email=dave@example.com", "commit", "-qam", "Quicker, for another change")
    said = office.say("review", CHANGE, "--now", AFTER)
    assert "wrote part of this change" not in said.out
