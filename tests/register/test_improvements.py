"""Improvements from where they are found until another person has verified them, and what does not count as that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.register.office import AFTER, CHANGE, Office
from tests.shop import request

LATE = "2026-12-10T10:00:00Z"
NAME = "warm-cache"
FILE = f"improvements/{NAME}.yaml"
FOLLOW_UPS = "[{action: Warm the cache, owner: bob, due: 2026-12-01}, {action: Tell the desk, owner: team-db}]"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("improvements") / "office")
    office.ask()
    office.approved()
    assert office.released().code == 0
    office.reviewed(follow_ups=FOLLOW_UPS)
    office.done("improve", NAME, "--review", f"{CHANGE}#1", "--now", AFTER)
    office.commit("Improvement")
    return office


@pytest.fixture
def office(closed: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    # a commit is done on its day
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-12-02T10:00:00Z")
    here = closed.git("rev-parse", "HEAD").strip()
    yield closed
    closed.git("reset", "-q", "--hard", here)
    closed.git("clean", "-fdq")


def row(office: Office, *, now: str = LATE) -> Any:
    """What the paper says of the improvement."""
    told = office.answer("report", "improvements", now=now)
    return next(one for one in told["improvements"] if one["id"] == NAME)


def wait(office: Office, person: str, *, now: str = LATE) -> list[tuple[str, str, bool]]:
    told = office.answer("todo", "--as", person, now=now)
    return [(one["improvement"], one["what"], one["overdue"]) for one in told["improvements"]]


def authored(office: Office, person: str, *, message: str = "Warm it", branch: str = "main") -> str:
    """A commit of a person, by its name."""
    if branch != "main":
        office.git("switch", "-q", "-C", branch)
    office.write(f"docs/{person}-{branch}.md", message)
    office.git("add", "-A")
    office.git("-c", f"user.email={person}@example.com", "-c", f"user.name={person}", "commit", "-q", "-m", message)
    found = office.git("rev-parse", "HEAD").strip()
    if branch != "main":
        office.git("switch", "-q", "main")
    return found


def carried_out(office: Office, by: str) -> None:
    office.done("improve", NAME, "--done-by", by, "--now", LATE)
    office.commit("Done")


def verify(office: Office, person: str, *, now: str = LATE, words: str = "The first request took 40 ms") -> tuple[int, str]:
    said = office.say("improve", NAME, "--verified-by", person, "--evidence", words, "--now", now)
    return said.code, said.out + said.err


def committed(office: Office, person: str) -> None:
    """What was written is committed by a person."""
    office.git("add", "-A")
    office.git("-c", f"user.email={person}@example.com", "-c", f"user.name={person}", "commit", "-q", "-m", f"By {person}")


def measured(office: Office) -> Any:
    """What the measure of verified improvements counts, and the records behind it."""
    told = office.answer("report", "kpi", "--from", "2026-11-01", "--to", "2027-01-01", now="2027-01-02T10:00:00Z")
    (kpi,) = [one for one in told["kpis"] if one["id"] == "improvements_verified"]
    return kpi["numerator"]


def claimed(office: Office, **words: str) -> None:
    """Alice commits that dave verified it."""
    carried_out(office, authored(office, "carol"))
    assert verify(office, "dave", **words)[0] == 0
    office.commit("Verified")


def say_so(office: Office, person: str, committer: str) -> tuple[int, str]:
    said = office.say("improve", NAME, "--verified-by", person, "--now", LATE, GIT_COMMITTER_EMAIL=f"{committer}@example.com")
    return said.code, said.out + said.err


def test_what_another_person_writes_in_a_verifiers_name_is_claimed_and_not_proved(office: Office) -> None:
    claimed(office)
    assert (row(office)["state"], row(office)["doubt"], row(office)["verified_by"]) == ("claimed", None, "dave")
    assert measured(office) == 0
    assert wait(office, "dave") == [(NAME, "verification", True)]
    text = office.done("report", "improvements", "--now", LATE)
    assert "verification claimed, not proved" in " ".join(text.split())
    assert "verification claimed, not proved" in office.done("list", "--owed", "--now", LATE)
    assert "声称已验证，未经证明" in office.done("--lang", "zh", "list", "--owed", "--now", LATE)
    assert "changeflow improve warm-cache --verified-by dave\n" in office.done("todo", "--as", "dave", "--now", LATE)


def test_a_commit_of_the_verifier_proves_what_it_brought_and_nothing_else(office: Office) -> None:
    carried_out(office, authored(office, "carol"))
    assert verify(office, "dave")[0] == 0
    committed(office, "dave")
    assert (row(office)["state"], measured(office)) == ("verified", 1)
    path = office.root / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("The first request took 40 ms", "Nothing was looked at"), encoding="utf-8")
    office.commit("Other words in the same name")
    assert (row(office)["state"], measured(office)) == ("claimed", 0)
    # a field that nobody verifies may change
    path.write_text(text.replace("due: 2026-12-01", "due: 2026-12-02"), encoding="utf-8")
    committed(office, "dave")
    path.write_text(text, encoding="utf-8")
    office.commit("Another day")
    assert row(office)["state"] == "verified"


def test_the_ledger_proves_it_too_by_the_person_alone_and_for_this_content_alone(office: Office) -> None:
    # what is on the ledger stays there for the tests that come later
    claimed(office, words="Ten requests took 40 ms each")
    code, said = say_so(office, "erin", "erin")
    assert (code, "does not say that" in said) == (1, True)
    assert say_so(office, "dave", "alice")[0] == 1
    assert row(office)["state"] == "claimed"
    assert say_so(office, "dave", "dave")[0] == 0
    assert (row(office)["state"], measured(office)) == ("verified", 1)
    entries = office.git("rev-parse", "changeflow/ledger")
    assert say_so(office, "dave", "dave")[0] == 0
    assert office.git("rev-parse", "changeflow/ledger") == entries, "it is there once"
    path = office.root / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("40 ms", "4 s"), encoding="utf-8")
    office.commit("Other words")
    assert row(office)["state"] == "claimed"


def test_a_follow_up_becomes_an_improvement_and_is_owed_once(office: Office) -> None:
    assert office.done("check", FILE)
    assert (row(office)["owner"], row(office)["due"], row(office)["action"]) == ("bob", "2026-12-01", "Warm the cache")
    assert wait(office, "bob") == [(NAME, "action", True)]
    assert wait(office, "bob", now=AFTER) == [(NAME, "action", False)]
    assert [one["about"] for one in office.row(now=LATE)["owed"]] == ["Tell the desk"]
    assert [one["about"] for one in office.answer("show", CHANGE, now=LATE)["owed"]] == ["Tell the desk"]
    listed = [one["id"] for one in office.answer("report", "improvements", now=LATE)["improvements"]]
    assert listed == [NAME, f"{CHANGE}#2"]
    assert office.answer("list", now=LATE)["improvements"] == []
    assert [one["path"] for one in office.answer("list", "--owed", now=LATE)["improvements"]] == [FILE]
    assert office.answer("list", "--owed", "--person", "dave", now=LATE)["improvements"] == []
    text = office.done("todo", "--as", "bob", "--now", LATE)
    assert ("warm-cache: to be carried out" in text, "Nothing waits" in text) == (True, False)


def test_what_was_done_waits_for_those_who_had_no_part(office: Office) -> None:
    carried_out(office, authored(office, "carol"))
    assert row(office)["state"] == "done"
    assert (wait(office, "bob"), wait(office, "carol")) == ([], [])
    assert wait(office, "dave") == [(NAME, "verification", True)]
    assert verify(office, "dave")[0] == 0
    committed(office, "dave")
    assert (row(office)["state"], row(office)["doubt"], row(office)["evidence"]) == ("verified", None, "The first request took 40 ms")
    assert wait(office, "dave") == []
    assert office.done("check")


@pytest.mark.parametrize("who", ["bob", "carol", "erin", "renovate", "mallory"])
def test_neither_owner_nor_author_nor_co_author_nor_a_stranger_verifies(office: Office, who: str) -> None:
    commit = authored(office, "carol", message="Warm it\n\nCo-authored-by: Erin <erin@example.com>")
    carried_out(office, commit)
    code, said = verify(office, who)
    assert (code, "would not count" in said) == (1, True)
    assert "verified:" not in (office.root / FILE).read_text(encoding="utf-8").replace("# verified:", "")
    # written by hand, it does not count either
    text = (office.root / FILE).read_text(encoding="utf-8")
    (office.root / FILE).write_text(text + f"  verified: {{by: {who}, on: 2026-12-10}}\n", encoding="utf-8")
    office.commit("By hand")
    assert row(office)["state"] == "done"
    assert row(office)["doubt"]


def test_what_no_main_branch_contains_and_no_ledger_knows_is_not_done(office: Office) -> None:
    carried_out(office, authored(office, "carol", branch="side"))
    assert row(office)["state"] == "under way"
    assert "is not done" in verify(office, "dave")[1]
    office.write("changes/CHG-20261202-cache/rfc.yaml", request("CHG-20261202-cache", "Warm the cache"))
    office.commit("request")
    carried_out(office, "CHG-20261202-cache")
    assert row(office)["state"] == "under way"
    carried_out(office, CHANGE)
    assert row(office)["state"] == "done"
    # alice asked for that change, bob made it
    assert verify(office, "alice")[0] == 1
    assert verify(office, "dave")[0] == 0


@pytest.mark.parametrize(("day", "now"), [("2026-11-24", LATE), ("2026-12-25", LATE)])
def test_nothing_is_verified_before_it_was_done_or_in_the_future(office: Office, day: str, now: str) -> None:
    carried_out(office, CHANGE)
    text = (office.root / FILE).read_text(encoding="utf-8")
    (office.root / FILE).write_text(text + f"  verified: {{by: dave, on: {day}}}\n", encoding="utf-8")
    office.commit("By hand")
    assert (row(office, now=now)["state"], bool(row(office, now=now)["doubt"])) == ("done", True)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((NAME, "--review", f"{CHANGE}#1"), 1, "is there already"),
        (("second", "--review", f"{CHANGE}#3"), 3, "has no follow-up 3"),
        (("second", "--review", "CHG-20261121-web"), 3, "has no review"),
        (("second", "--audit", "2026-01-01"), 3, "there is no `cmdb/audits/2026-01-01.yaml`"),
        (("second", "--action", "Warm it"), 2, "comes from one thing"),
        (("second", "--review", CHANGE, "--nonconformity", "Cold"), 2, "comes from one thing"),
        (("second", "--nonconformity", "Cold"), 2, "`--action` is missing"),
        ((NAME, "--verified-by", "dave"), 2, "`--evidence` is missing"),
        (("warm-cahce", "--done-by", "HEAD"), 3, "did you mean `warm-cache`?"),
        ((NAME, "--done-by", "abcdef0"), 3, "there is no commit `abcdef0`"),
        (("Second One", "--nonconformity", "Cold", "--action", "Warm it"), 2, "second-one"),
    ],
)
def test_a_wrong_command_says_what_is_wrong_and_writes_nothing(office: Office, words: tuple[str, ...], code: int, says: str) -> None:
    said = office.say("improve", *words, "--now", LATE)
    assert (said.code, says in said.err) == (code, True), said.err
    assert office.git("status", "--porcelain") == ""


def test_a_nonconformity_is_raised_with_its_clause_and_read_in_chinese(office: Office) -> None:
    words = ("--nonconformity", "Items without an owner", "--clause", "ISO/IEC 20000-1:2018 8.2.6", "--action", "Ask for one")
    office.done("improve", "name-owners", *words, "--due", "2026-12-31", "--owner", "carol", "--now", LATE)
    office.commit("Raised")
    assert office.done("check")
    said = office.done("--lang", "zh", "todo", "--as", "carol", "--now", LATE)
    assert "name-owners：待实施" in said
    paper = office.done("--lang", "zh", "report", "improvements", "--now", LATE)
    assert "不符合项：Items without an owner" in paper


def test_the_register_says_the_same_with_and_without_its_memory(office: Office) -> None:
    for now in (AFTER, LATE):
        told = [office.answer("list", "--owed", now=now, **off) for off in ({}, {}, {"CHANGEFLOW_INDEX": "off"})]
        assert told[0] == told[1] == told[2]


def test_an_improvement_that_cannot_be_read_hides_no_other(office: Office) -> None:
    (office.root / "improvements/broken.yaml").write_text("kind: Improvement\n", encoding="utf-8")
    office.commit("Broken")
    assert wait(office, "bob") == [(NAME, "action", True)]
