"""`list`, `todo` and `schedule` answer the same, whatever the index remembers and however long ago that was."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.gate_cases.register import Register, read_register
from changeflow.model.clock import Clock
from changeflow.model.watched_time import Watch
from changeflow.reading.answer_memory import AnswerMemory
from changeflow.reading.view import locate
from changeflow.repo import fingerprint, source
from tests.dates import instant
from tests.examples import seeds
from tests.register.office import AFTER, BEFORE, CHANGE, INSIDE, Office
from tests.register.worlds import World, told
from tests.shop import request

STEP = timedelta(microseconds=1)
COMMANDS = (
    ("list", "--format", "json"),
    ("todo", "--as", "carol", "--format", "json"),
    ("schedule", "--format", "json"),
    ("list", "--owed", "--lang", "zh"),
    ("todo", "--as", "bob", "--format", "markdown"),
    ("list", "--format", "csv", "--from", "2026-11-20"),
    ("schedule", "--from", "monday", "--to", "+3w"),
    ("list", "--head", "main", "--format", "html"),
)


def compared(world: World, moment: datetime) -> None:
    """Ask at a moment, with what is remembered and without."""
    for command in (COMMANDS[0], world.dice.choice(COMMANDS)):
        asked = (*command, "--now", told(moment))
        assert world.office.say(*asked) == world.office.say(*asked, CHANGEFLOW_INDEX="off"), asked


def live(world: World, steps: int) -> None:
    """Compare along the life of a repository: now and a little later, back in time, and where a window opens or ends."""
    for _ in range(steps):
        world.lives_on()
        for hours in (0, 0.01, world.dice.choice([-20, -1, 3, 30, 600])):
            compared(world, world.now + timedelta(hours=hours))
        turn = world.dice.choice(world.turns() or [world.now])
        for seconds in (-1, 0, 1):
            compared(world, turn + timedelta(seconds=seconds))


@pytest.mark.once
@pytest.mark.parametrize("seed", seeds(0, 1, 2))
def test_every_answer_is_that_without_an_index(seed: int, tmp_path: Path) -> None:
    live(World(tmp_path / "shop", seed), 5)


@pytest.mark.once
@pytest.mark.parametrize("seed", seeds(11, 10, 12))
def test_an_answer_holds_as_long_as_it_says(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGEFLOW_INDEX", "off")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    world = World(tmp_path / "shop", seed)
    for _ in range(8):
        world.lives_on()
        holds(world)


def holds(world: World) -> None:
    """Compare an answer with those at the first and the last moment at which it says to hold, and between."""
    watch = Watch(world.now)
    found = register(world.office, Clock(watch.now, watch.now))
    during = watch.holding
    between = [during.since + (world.now - during.since) / 2, world.now + (during.until - world.now) / 2]
    for moment in (world.now, during.since, during.until - STEP, *between):
        if abs(moment - world.now) < timedelta(days=900):
            assert register(world.office, Clock(moment, moment)) == found, (moment, world.now, during)


def register(office: Office, clock: Clock) -> Register | str:
    try:
        return read_register(locate(office.root), clock, everywhere=True)
    except errors.Unreadable as error:
        return error.message


# -- one by one ------------------------------------------------------------------------------------


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each answer was remembered."""
    found: list[bool] = []
    recall = AnswerMemory.recall

    def watched(self: AnswerMemory, now: datetime) -> object:
        answer = recall(self, now)
        found.append(answer is not None)
        return answer

    monkeypatch.setattr(AnswerMemory, "recall", watched)
    return found


def asked(office: Office, now: str, *words: str) -> str:
    return office.done(*(words or ("list",)), "--now", now)


def test_an_answer_is_remembered_as_time_goes_by_until_it_turns(office: Office, remembered: list[bool]) -> None:
    office.ask()
    asked(office, BEFORE)
    for moment in ("2026-11-21T10:00:01Z", "2026-11-21T12:00:00Z"):
        asked(office, moment)
    # An approval is overdue when the window has begun.
    assert "OVERDUE" not in asked(office, "2026-11-25T14:00:00Z")
    assert "OVERDUE" in asked(office, "2026-11-25T14:00:00.000001Z")
    assert remembered[:3] == [False, True, True]
    assert remembered[-1] is False


@pytest.mark.parametrize(
    "happens",
    [
        lambda office: office.opinion("approve", "carol"),
        lambda office: office.ask("CHG-20261121-more"),
        lambda office: office.ask("CHG-20261121-more", branch="more"),
        lambda office: office.write(f"changes/{CHANGE}/notes.txt", "more"),
        lambda office: office.write("changes/CHG-20261121-more/rfc.yaml", "{}"),
        lambda office: office.git("config", "user.email", "more@example.com"),
        lambda office: office.git("switch", "-q", "-c", "other"),
        lambda office: office.git("update-ref", "-d", "refs/heads/two"),
        lambda office: (office.root / ".git/changeflow").joinpath("seen-more.json").write_text("{}", encoding="utf-8"),
        lambda office: (office.root / ".git/changeflow/index.sqlite3").write_bytes(b"harmed"),
        lambda office: (office.root / ".git/changeflow/index.sqlite3").unlink(),
    ],
)
def test_whatever_happens_in_the_repository_the_answer_is_made_again(
    happens: object, office: Office, remembered: list[bool]
) -> None:
    office.ask()
    office.git("branch", "two", "HEAD~1")
    asked(office, BEFORE)
    asked(office, BEFORE)
    happens(office)  # type: ignore[operator]
    del remembered[1:]
    asked(office, BEFORE)
    assert remembered == [False, False]
    asked(office, BEFORE)
    assert remembered == [False, False, True]


def test_an_edit_that_git_is_told_not_to_see_is_seen(office: Office, remembered: list[bool]) -> None:
    office.ask()
    path = f"changes/{CHANGE}/rfc.yaml"
    office.git("update-index", "--skip-worktree", path)
    asked(office, BEFORE)
    (office.root / path).write_text("{}", encoding="utf-8")
    office.say("list", "--now", BEFORE)
    assert remembered == [False, False]


def _as_without(office: Office, *words: str) -> None:
    asked = (*(words or ("list",)), "--format", "json", "--now", BEFORE)
    assert office.say(*asked) == office.say(*asked, CHANGEFLOW_INDEX="off")


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files were touched long enough ago to be told by their times."""
    monkeypatch.setattr(source, "_SETTLED", 0)


@pytest.fixture
def topic(office: Office) -> Path:
    """A request on a branch that is checked out: it is read from the work tree."""
    office.ask(branch="topic")
    office.git("switch", "-q", "topic")
    return office.root / "changes" / CHANGE / "rfc.yaml"


@pytest.mark.usefixtures("settled")
def test_a_source_outside_of_the_repository_is_looked_at_again(office: Office, remembered: list[bool]) -> None:
    file = office.root.parent / "items.csv"
    file.write_text("id,type,criticality,owner,environment\nweb,application,tier1,team-db,production\n", encoding="ascii")
    text = file.read_bytes()
    spec = {"format": "csv", "path": "../items.csv", "sha256": hashlib.sha256(text).hexdigest()}
    head = {"apiVersion": "changeflow/v1", "kind": "ConfigurationSource", "metadata": {"id": "export"}}
    office.write("cmdb/export.yaml", {**head, "spec": spec})
    office.ask(items=[{"ci": "web", "action": "modify"}])
    for words in (("list",), ("list",), ("schedule",), ("schedule",), ("list", "--owed"), ("list", "--owed")):
        asked(office, BEFORE, *words)
    # The answers of `schedule` are not kept, but their rows.
    assert remembered == [False, True] * 2
    for harm in (lambda: file.write_bytes(text.upper()), file.unlink, lambda: file.symlink_to("/etc/passwd")):
        harm()
        for words in (("list",), ("schedule",), ("list", "--owed")):
            _as_without(office, *words)
            assert office.say(*words, "--now", BEFORE).code == errors.UNREADABLE


def test_what_was_touched_just_now_is_not_told_by_its_times(office: Office, remembered: list[bool]) -> None:
    (office.root / ".git/info/exclude").write_text("*.log\n", encoding="ascii")
    office.ask()
    for turn in range(2):
        # on a slow machine, a file of the first turn would be old by the second
        office.write("today.log", f"text of turn {turn}")
        asked(office, BEFORE)
    assert remembered == [False, False]


def test_an_edit_that_hides_behind_times_is_seen(topic: Path, office: Office) -> None:
    office.git("config", "core.trustctime", "false")
    office.git("config", "core.checkStat", "minimal")
    past = topic.stat().st_mtime - 1_000
    os.utime(topic, (past, past))
    office.git("update-index", "--refresh")
    _as_without(office)
    # Git compares whole seconds.
    time.sleep(1.01)
    topic.write_text(topic.read_text(encoding="utf-8").replace("Upgrade", "Discard"), encoding="utf-8")
    os.utime(topic, (past, past))
    _as_without(office)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("place", [".gitattributes", "../.gitattributes"])
def test_attributes_that_no_status_tells_are_seen(place: str, topic: Path, office: Office) -> None:
    (office.root / ".git/info/exclude").write_text(".gitattributes\n", encoding="ascii")
    if place.startswith(".."):
        office.git("switch", "-q", "main")
        for path in ("changeflow.yaml", "policies", "cmdb"):
            (office.root / "ops").mkdir(exist_ok=True)
            office.git("mv", path, f"ops/{path}")
        office.commit("In a folder")
        office.git("switch", "-q", "topic")
        office.git("merge", "-q", "--no-edit", "main")
        office.git("mv", "changes", "ops/changes")
        office.commit("In a folder")
        office.root /= "ops"
        topic = office.root / "changes" / CHANGE / "rfc.yaml"
    topic.write_bytes(topic.read_text(encoding="utf-8").replace("Upgrade", "Größe").encode("utf-16"))
    _as_without(office)
    for encoding in ("UTF-16", "UTF-8"):
        (office.root / place).write_text(f"*.yaml working-tree-encoding={encoding}\n", encoding="ascii")
        _as_without(office)
        row = office.say("list", "--now", BEFORE).out
        assert ("Größe" in row) is (encoding == "UTF-16")


@pytest.mark.parametrize("place", [".git/info/attributes", ".git/info/exclude", ".git/own"])
def test_settings_behind_a_link_are_read(place: str, office: Office, remembered: list[bool], tmp_path: Path) -> None:
    office.ask()
    office.git("config", "core.excludesFile", ".git/own")
    (tmp_path / "dotfile").write_text("*.one\n", encoding="ascii")
    (office.root / place).unlink(missing_ok=True)
    (office.root / place).symlink_to(tmp_path / "dotfile")
    repo = ("--repo", str(office.root), "list", "--now", BEFORE)
    office.done(*repo)
    office.done(*repo)
    (tmp_path / "dotfile").write_text("*.two\n", encoding="ascii")
    office.done(*repo)
    assert remembered == [False, True, False]


@pytest.mark.usefixtures("settled")
def test_an_ignored_program_that_comes_or_goes_is_seen_by_every_question(office: Office) -> None:
    (office.root / ".git/info/exclude").write_text("/tools/\n", encoding="ascii")
    office.ask(branch="topic", verification=[{"name": "Smoke", "run": ["./tools/smoke"], "verify": ["true"]}])
    office.git("switch", "-q", "topic")
    program = office.root / "tools" / "smoke"
    for happens in (lambda: None, lambda: office.write("tools/smoke", "true"), program.unlink):
        happens()
        # The second is made from the rows of the first.
        for words in (("list",), ("list", "--owed"), ("list", "--owed"), ("list",)):
            _as_without(office, *words)


def test_a_large_file_that_is_no_document_is_not_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "content_on_disk", refuse_large(fingerprint.content_on_disk))
    office.ask()
    with office.write("core.dump", "").open("wb") as file:
        file.truncate(1 << 40)
    _as_without(office)


def refuse_large(read: Callable[[Path], bytes]) -> Callable[[Path], bytes]:
    def checked(path: Path) -> bytes:
        assert not path.exists() or path.stat().st_size < 1 << 30
        return read(path)

    return checked


def test_another_question_has_another_answer(office: Office, remembered: list[bool]) -> None:
    office.ask()
    for words in (["list"], ["list", "--owed"], ["--lang", "zh", "list"], ["list", "--format", "json"], ["todo", "--as", "carol"]):
        asked(office, BEFORE, *words)
    assert not any(remembered)


def test_what_is_told_beside_the_answer_is_told_again(office: Office, remembered: list[bool]) -> None:
    office.ask()
    words = ("list", "--from", "2026-11-20", "--to", "+4w", "--now", BEFORE)
    first, again = office.say(*words), office.say(*words)
    assert first == again
    assert "note: --to is" in again.err
    assert remembered == [False, True]


def test_the_schedule_turns_with_the_states_of_its_changes(office: Office) -> None:
    config = json.loads((office.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"]["approval_validity"] = "P2D"
    office.write("changeflow.yaml", config)
    office.ask()
    office.approved()
    # in conflict with it, as long as it is not released
    office.ask("CHG-20261121-more")
    states: list[list[tuple[str, list[str]]]] = []
    for moment in (BEFORE, BEFORE, INSIDE, BEFORE):
        words = ("schedule", "--from", BEFORE, "--to", AFTER, "--format", "json", "--now", moment)
        said = office.say(*words)
        assert said == office.say(*words, CHANGEFLOW_INDEX="off")
        states.append([(one["state"], one["conflicts"]) for one in json.loads(said.out)["changes"]])
    assert states[0] == states[1] == states[3] != states[2]


def test_a_row_that_turns_is_computed_at_its_own_place(office: Office) -> None:
    office.ask()
    path = office.root / "changes" / CHANGE / "rfc.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Upgrade the database", "Not committed"), encoding="utf-8")
    office.write("changes/CHG-20261121-new/rfc.yaml", request("CHG-20261121-new"))
    for moment in (BEFORE, INSIDE):
        words = ("list", "--now", moment)
        assert office.say(*words) == office.say(*words, CHANGEFLOW_INDEX="off")
    assert "Upgrade the database" in asked(office, INSIDE)


def test_what_a_person_typed_in_words_of_today_is_not_remembered_tomorrow(office: Office) -> None:
    office.ask()
    assert CHANGE in asked(office, BEFORE, "list", "--from", "tuesday")
    assert CHANGE not in asked(office, AFTER, "list", "--from", "tuesday")


def test_a_row_by_the_clock_of_the_machine_is_none_by_a_fixed_one(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's clock tells whether a release may still be running, whatever `--now` says."""
    office.ask()
    office.approved()
    assert office.released().code == 0
    # As if the process had ended with a step: the journal ends with its intent.
    ledger = "refs/heads/changeflow/ledger"
    office.git("update-ref", ledger, f"{ledger}~2")
    for path in (office.root / ".git/changeflow").glob("seen-*.json"):
        path.unlink()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    began = instant()
    owed: list[list[str]] = []
    for index in ("", "off"):
        monkeypatch.setenv("CHANGEFLOW_INDEX", index)
        for clock in (Clock(began, began), Clock(began + STEP, began + timedelta(days=30)), Clock(began, began)):
            rows = read_register(locate(office.root), clock, everywhere=True).changes
            owed.append([one.what for row in rows for one in row.row.owed])
    assert owed[:3] == owed[3:] == [[], ["release"], []]


def test_a_key_of_another_user_makes_the_answer_again(office: Office, remembered: list[bool], tmp_path: Path) -> None:
    office.ask()
    for folder in ("one", "two", "two"):
        office.done("list", "--now", BEFORE, XDG_STATE_HOME=str(tmp_path / folder))
    assert remembered == [False, False, True]


if __name__ == "__main__":
    import tempfile

    for number in range(*map(int, sys.argv[1:3])):
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(f"{number}\n")
            live(World(Path(folder) / "shop", number), 12)
