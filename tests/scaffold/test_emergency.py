"""`changeflow emergency` writes a request that can be approved at once, or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow import errors
from changeflow.documents.emergency_draft import EmergencyDraft, write_emergency
from changeflow.language.reader import MACHINE, Reader
from changeflow.model.change import (
    ChangedItem,
    ChangeRequest,
    Emergency,
    ImplementationStep,
    Rollback,
    RollbackStep,
    Step,
    Undo,
)
from changeflow.model.characters import plain_line
from changeflow.model.languages import LANGUAGES, LanguageName
from changeflow.reading.parsed import parse
from changeflow.usecases.start.emergency import EmergencyOptions, create_emergency
from tests.examples import examples
from tests.scaffold.calls import Said, git

Say = Callable[..., Said]
NOW = ("--now", "2026-11-21T03:58:00Z")
ID = "CHG-20261121-leak"
BECAUSE = "The website shows people the baskets of others"
ASKED = ("emergency", "leak", "--ci", "website", "--incident", "INC-4711", "--because", BECAUSE, *NOW)


def request(shop: Path, change: str = ID) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((shop / f"changes/{change}/rfc.yaml").read_text(encoding="utf-8"))
    return document


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--ci", "website-db", "--implementer", "carol"],
        ["--title", "止血", "--requester", "dave"],
        ["--as", "carol", "--step", "Put 1.9 live=./scripts/set-version website 1.9"],
        ["--step", "One=./scripts/a 'b c'", "--step", "Two=./scripts/b", "--undo", "Back=./scripts/c --all=1"],
    ],
)
def test_it_passes_check_as_it_is(say: Say, options: list[str]) -> None:
    made = say(*ASKED, *options)
    assert (made.code, made.out) == (0, f"changes/{ID}/rfc.yaml\n"), made.err
    assert say("check", "--strict").code == 0


def test_without_steps_one_person_does_what_the_text_says(shop: Path, say: Say) -> None:
    assert say(*ASKED).code == 0
    spec = request(shop)["spec"]
    assert [step["manual"] for step in spec["implementation"]["steps"]] == [BECAUSE]
    assert spec["emergency"] == {"incident": "INC-4711", "justification": BECAUSE}
    assert spec["fixes"] == ["INC-4711"]
    assert "window" not in spec
    assert (spec["implementer"], request(shop)["metadata"]["requester"]) == ("zoe", "zoe")


def test_steps_are_programs_with_their_arguments(shop: Path, say: Say) -> None:
    assert say(*ASKED, "--step", "Put it live=./scripts/set-version 'web site' 1.9=x", "--undo", "Back=./scripts/b").code == 0
    spec = request(shop)["spec"]
    assert spec["implementation"]["steps"] == [{"name": "Put it live", "run": ["./scripts/set-version", "web site", "1.9=x"]}]
    assert spec["rollback"]["steps"] == [{"name": "Back", "run": ["./scripts/b"]}]


def test_it_says_what_to_type_next_and_who_can_approve(shop: Path, say: Say) -> None:
    told = say(*ASKED, "--implementer", "carol").err
    assert f"git add changes/{ID}" in told
    (approval,) = [line for line in told.splitlines() if f"`changeflow approve {ID} --as " in line]
    assert "(dave)" in approval
    assert "(carol)" not in approval
    assert f"(carol): `changeflow release run {ID} --as carol`" in told
    git(shop, "checkout", "-q", "-b", "fix")
    assert "bring it to `main`: you are on `fix`" in say(*ASKED[:1], "leak-2", *ASKED[2:]).err
    git(shop, "checkout", "-q", "--detach")
    assert "you are on no branch" in say(*ASKED[:1], "leak-3", *ASKED[2:]).err


def test_what_no_approval_mends_is_said_at_once(shop: Path, say: Say) -> None:
    """The item is in the work tree, and gates ask the main branch."""
    item = (shop / "cmdb/website.yaml").read_text(encoding="utf-8").split("---")[0].replace("id: website", "id: cellar", 1)
    (shop / "cmdb/cellar.yaml").write_text(item, encoding="utf-8")
    made = say("emergency", "leak", "--ci", "cellar", "--incident", "I-1", "--because", BECAUSE, *NOW)
    assert made.code == 0, made.err
    assert "stays shut" in made.err
    assert "cellar" in made.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--ci", "websit"], errors.NOTHING, "did you mean `website`?"),
        (["--incident", ""], errors.USAGE, "--incident"),
        (["--because", "TODO"], errors.USAGE, "placeholder"),
        (["--because", "two\nlines"], errors.USAGE, "--because"),
        (["--because", "x" * 10_001], errors.USAGE, "10001 characters"),
        (["--title", "x" * 201], errors.USAGE, "--title"),
        (["--requester", "zo"], errors.USAGE, "did you mean `zoe`?"),
        (["--implementer", "renovate"], errors.USAGE, "automation"),
        (["--step", "no command"], errors.USAGE, "NAME=COMMAND"),
        (["--step", "=./scripts/a"], errors.USAGE, "NAME=COMMAND"),
        (["--step", "name="], errors.USAGE, "NAME=COMMAND"),
        (["--step", "name=./scripts/a 'open"], errors.USAGE, "cannot be read"),
        (["--step", "name=./scripts/a ''"], errors.USAGE, "cannot be a step"),
        (["--undo", "name"], errors.USAGE, "--undo"),
        (["--revert", "CHG-20260101-nothing"], errors.NOTHING, "no such change"),
        (["--revert", "x", "--step", "a=b"], errors.USAGE, "leave one of them out"),
        (["--now", "four"], errors.USAGE, "--now"),
    ],
)
def test_bad_input_writes_nothing(shop: Path, say: Say, arguments: list[str], code: int, words: str) -> None:
    done = say(*ASKED, *arguments)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
    assert not (shop / "changes").exists() or not list((shop / "changes").glob("CHG-*"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("emergency", "Leak!", *ASKED[2:]), "how about `leak`?"),
        (("emergency", "leak", *ASKED[4:]), "--ci ID"),
        (("emergency", "leak", *ASKED[2:4], *ASKED[6:]), "--incident"),
        (("emergency", "leak", *ASKED[2:6], *NOW), "--because"),
    ],
)
def test_what_is_missing_is_named(shop: Path, say: Say, arguments: tuple[str, ...], words: str) -> None:
    done = say(*arguments)
    assert (done.code, done.out) == (errors.USAGE, "")
    assert words in done.err
    assert not list(shop.glob("changes/CHG-*"))


def test_a_change_that_exists_stays_as_it_is(shop: Path, say: Say) -> None:
    assert say(*ASKED).code == 0
    before = (shop / f"changes/{ID}/rfc.yaml").read_bytes()
    again = say(*ASKED, "--title", "Another")
    assert (again.code, again.out) == (errors.NO, "")
    assert "exists already" in again.err
    assert (shop / f"changes/{ID}/rfc.yaml").read_bytes() == before


def test_everything_that_is_wrong_is_said_at_once_the_slug_that_is_taken_last(shop: Path, say: Say) -> None:
    assert say(*ASKED).code == 0
    wrong = ("--ci", "websit", "--ci", "databas", "--requester", "zo", "--implementer", "renovate", "--title", "x" * 201, "--step", "no")
    said = say(*ASKED, *wrong)
    lines = [line for line in said.err.splitlines() if line.startswith("error: ")]
    named = ("`websit`", "`databas`", "`zo`", "`renovate`", "--title", "--step", "exists already")
    assert [word in line for word, line in zip(named, lines, strict=True)] == [True] * len(named), said.err
    assert (said.code, said.err.count("hint: ")) == (errors.NOTHING, len(named))
    assert len(list((shop / "changes").glob("CHG-*"))) == 1


def test_of_several_at_once_one_writes_a_whole_request(shop: Path) -> None:
    codes: list[int] = []

    def write(number: int) -> None:
        asked = EmergencyOptions("leak", "INC-4711", f"{BECAUSE}, said {number}", ("website",))
        try:
            create_emergency(shop, asked, datetime(2026, 11, 21, 4, tzinfo=UTC), MACHINE)
            codes.append(0)
        except errors.ChangeflowError as error:
            codes.append(error.exit_code)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [0, *[errors.NO] * 5]
    assert request(shop)["metadata"]["id"] == ID
    assert [path.name for path in (shop / "changes").iterdir() if path.name != ".gitkeep"] == [ID]


# -- committed at once ---------------------------------------------------------------------------------------------------


def test_a_commit_has_the_request_alone(shop: Path, say: Say) -> None:
    (shop / "README.md").write_text("changed", encoding="utf-8")
    (shop / "staged.md").write_text("staged", encoding="utf-8")
    git(shop, "add", "staged.md")
    made = say(*ASKED, "--commit")
    assert made.code == 0, made.err
    assert git(shop, "show", "--format=%s", "--name-only", "HEAD").split() == ["Request", ID, f"changes/{ID}/rfc.yaml"]
    assert git(shop, "status", "--porcelain").splitlines() == [" M README.md", "A  staged.md"]
    assert "git add" not in made.err


def test_without_an_identity_nothing_is_written(shop: Path, say: Say, home: Path) -> None:
    (home / ".gitconfig").write_text("[user]\n\tuseConfigOnly = true\n", encoding="utf-8")
    unknown = say(*ASKED)
    assert (unknown.code, "say --requester PERSON" in unknown.err) == (errors.USAGE, True)
    commits = say(*ASKED, "--requester", "carol", "--commit")
    assert (commits.code, "does not know who commits" in commits.err) == (errors.HOST_FAILED, True)
    assert not list(shop.glob("changes/CHG-*"))
    assert say(*ASKED, "--requester", "carol").code == 0


def test_a_commit_that_git_refuses_leaves_the_request_and_the_line_to_type(shop: Path, say: Say) -> None:
    (shop / ".git/index.lock").write_text("", encoding="utf-8")
    made = say(*ASKED, "--commit")
    assert made.code == errors.HOST_FAILED
    assert "is written, but not committed" in made.err
    assert f"git add changes/{ID}" in made.err
    assert request(shop)["metadata"]["id"] == ID


def test_outside_of_git_it_is_written_as_a_new_change_is(here: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    assert say("init", "shop", "--no-git", *NOW).code == 0
    monkeypatch.chdir(here / "shop")
    made = say(*ASKED, "--requester", "carol")
    assert (made.code, made.out) == (0, f"changes/{ID}/rfc.yaml\n"), made.err
    assert "a member of the emergency CAB" in made.err


# -- what was given is what is written -----------------------------------------------------------------------------------

SEEN = st.characters(exclude_categories=("C", "Z", "M")).filter(plain_line)
LINES = st.lists(st.text(alphabet=SEEN, min_size=1, max_size=9), min_size=1, max_size=4).map(" ".join)
WORDS = st.one_of(LINES, st.sampled_from([".inf", ".NaN", "null", "~", "yes", "0x10", "1e3", "1.9", "2026-11-21", "- a", "{a: b}", "@x", "%y", "!z", "*", "&a"]))
STEPS = st.lists(
    st.builds(
        lambda name, run, verify, mutable: Step(name=name, run=tuple(run), verify=tuple(verify) or None, mutable=mutable),
        LINES,
        st.lists(WORDS, min_size=1, max_size=4),
        st.lists(WORDS, max_size=3),
        st.sampled_from([(), ("scripts/data.json",), ("a b/c", "true")]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
UNDOS = st.builds(lambda run, verify: Undo(run=tuple(run), verify=tuple(verify) or None, timeout=timedelta(minutes=3)), st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, max_size=3))
BY_HAND = st.builds(lambda manual: Undo(manual=manual), LINES)
RETURNS = st.one_of(st.just({}), st.fixed_dictionaries({"undo": st.one_of(UNDOS, BY_HAND)}), st.fixed_dictionaries({"irreversible": LINES}))
FORWARD = st.tuples(STEPS, RETURNS).map(lambda drawn: tuple(ImplementationStep(**dict(step), **drawn[1]) for step in drawn[0]))
BACK = st.tuples(STEPS, st.lists(LINES, max_size=2)).map(lambda drawn: tuple(RollbackStep(**dict(step), undoes=tuple(drawn[1])) for step in drawn[0]))


@settings(max_examples=examples(60))
@given(language=st.sampled_from(LANGUAGES), title=LINES, because=LINES, incident=LINES, steps=FORWARD, back=BACK, preconditions=st.one_of(st.just(()), STEPS))
def test_every_text_and_every_argument_comes_back_as_it_was_given(
    language: LanguageName, title: str, because: str, incident: str, steps: tuple[ImplementationStep, ...], back: tuple[RollbackStep, ...], preconditions: tuple[Step, ...]
) -> None:
    rollback = Rollback(trigger=because, limit=timedelta(minutes=7), steps=back, preconditions=preconditions)
    draft = EmergencyDraft(
        ID, title, "alice", "bob", date(2026, 11, 21), incident, because, (ChangedItem(ci="website"),), steps, rollback, ID
    )
    read = parse(write_emergency(draft, Reader(language=language)), "rfc.yaml").only(ChangeRequest)
    assert (read.metadata.title, read.spec.reason, read.metadata.labels) == (title, because, {"reverts": ID})
    assert read.spec.emergency == Emergency(incident=incident, justification=because)
    assert read.spec.implementation is not None
    assert (read.spec.implementation.steps, read.spec.rollback) == (steps, rollback)


def test_on_github_the_next_steps_are_a_pull_request(here: Path, say: Say, monkeypatch: pytest.MonkeyPatch, identity: Callable[[str, str], None]) -> None:
    identity("Zoe Chen", "zoe@example.org")
    assert say("init", "shop", "--host", "github", *NOW).code == 0
    monkeypatch.chdir(here / "shop")
    told = say(*ASKED).err
    assert "open a pull request with it" in told
    assert "changeflow approve" not in told


def test_a_chinese_team_reads_chinese_in_the_file_and_after_it(shop: Path, say: Say) -> None:
    asked = ("emergency", "zhixue", "--ci", "website", "--incident", "INC-1", "--because", "网站把别人的购物车显示给顾客", *NOW)
    made = say("--lang", "zh", *asked)
    assert made.code == 0, made.err
    text = (shop / "changes/CHG-20261121-zhixue/rfc.yaml").read_text(encoding="utf-8")
    assert "# 紧急变更：" in text
    assert "没有效果" in text
    assert "接下来：" in made.err
    assert say("check", "--strict").code == 0
