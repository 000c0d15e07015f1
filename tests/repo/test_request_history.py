"""Who wrote many requests, by one look: the same as git says of each request alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from changeflow.gate_cases.contributions import contributors_of
from changeflow.reading.view import locate
from changeflow.repo.request_history import RequestHistory
from tests.gate.builders import ROSTER
from tests.register.office import Office
from tests.repositories import Repo

PEOPLE = ("alice", "bob", "carol", "dave", "erin")
NAMES = tuple(f"CHG-20261121-c{number}" for number in range(6))


def commit(office: Office, person: str, message: str = "work") -> None:
    office.git("add", "-A")
    office.git("-c", f"user.name={person}", "-c", f"user.email={person}@example.com", "commit", "-q", "--allow-empty", "-m", message)


def edit(office: Office, name: str, dice: random.Random) -> None:
    path = office.root / "changes" / name / dice.choice(["rfc.yaml", "notes.txt"])
    if path.name == "notes.txt":
        path.write_text(f"{dice.random()}\n", encoding="utf-8")
    else:
        path.write_text(path.read_text(encoding="utf-8").replace("Support ends", f"Support ends {dice.random()}", 1), encoding="utf-8")


@pytest.fixture(scope="module", params=[1, 2, 3])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Requests that one person or several wrote, on the main branch and on branches, some of whose edits a merge gave up."""
    dice = random.Random(request.param)  # noqa: S311
    office = Office(tmp_path_factory.mktemp("history") / "shop")
    for name in NAMES:
        office.ask(name)
    for turn in range(8):
        if turn % 3 == 1:
            office.git("switch", "-q", "-c", f"side-{turn}", "HEAD~1")
            edit(office, dice.choice(NAMES[:4]), dice)
            commit(office, dice.choice(PEOPLE), "On the side\n\nCo-authored-by: Erin <erin@example.com>")
            office.git("switch", "-q", "main")
            office.git("-c", "user.name=dave", "-c", "user.email=dave@example.com", "merge", "-q", "--no-ff", "-s", "ours", "-m", "merge", f"side-{turn}")
        else:
            edit(office, dice.choice(NAMES[:4]), dice)
            commit(office, dice.choice(PEOPLE))
    return office


def test_many_requests_have_the_contributors_that_each_has_alone(office: Office) -> None:
    alone = locate(office.root, head="main")
    many = alone.for_many()
    base = alone.base.rulebook
    assert set(base.roster.spec.people) == set(ROSTER["people"])
    for name in NAMES:
        content = alone.head.change(name)
        assert contributors_of(many, content, base) == contributors_of(alone, content, base), name


def test_only_a_request_with_a_single_commit_is_told_by_the_look(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    for number in range(2):
        repo.write(f"changes/c{number}/rfc.yaml")
    first = repo.commit()
    repo.write("changes/c1/rfc.yaml", "other\n")
    repo.write("changes/c2/rfc.yaml")
    second = repo.commit(author="Bob <bob@example.com>")
    history = RequestHistory(repo.git, second)
    sole = history.sole_commit(["changes/c2/rfc.yaml"])
    assert sole is not None
    assert (sole.parents, sole.people.split("\x1f")[0]) == ((first,), "bob@example.com")
    assert history.sole_commit(["changes/c0/rfc.yaml"]) is not None
    assert history.sole_commit(["changes/c1/rfc.yaml"]) is None
    assert history.sole_commit(["changes/c0/rfc.yaml", "changes/c2/rfc.yaml"]) is None
    assert history.sole_commit(["changes/gone/rfc.yaml"]) is None
