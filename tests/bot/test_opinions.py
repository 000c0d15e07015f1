"""An open gate rests on approvals of the present content by eligible people: random stories against a specification, and every short
story of three people against another one."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attacks.stage import set_stage, template
from attacks.told import facts_of
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from changeflow.gate.opinions import sort_opinions
from changeflow.model.opinions import Review
from changeflow.model.people import Roster
from changeflow.model.pull_facts import (
    Actor,
    BaseChanged,
    ForcePushed,
    PullRequestFacts,
    PullReview,
    ReviewDismissed,
)
from changeflow.model.pull_results import PullVerdict
from changeflow.reading.repository_store import Store
from changeflow.repo.git import Git, GitObject
from changeflow.usecases.pull.judge import judge_pull
from tests.examples import examples

CAB = ("carol", "dave", "erin")
ID = {"alice": 1_001, "bob": 1_002, "carol": 1_003, "dave": 1_004, "erin": 1_005, "frank": 1_006, "mallory": 1_666}
PEOPLE = st.sampled_from(sorted(ID))
START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FixedGit(Git):
    """Every object is there before the story begins and no ref moves, so what git said once it would say again."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.said: dict[Any, Any] = {}

    def run(self, *arguments: str, **how: Any) -> Any:
        key = (arguments, how.get("stdin", b""))
        if key not in self.said:
            self.said[key] = super().run(*arguments, **how)
        return self.said[key]

    def cat_file_batch(self, oids: Any, limit: int | None = None) -> Iterator[GitObject]:
        key = (tuple(oids), limit)
        if key not in self.said:
            self.said[key] = list(super().cat_file_batch(list(key[0]), limit))
        return iter(self.said[key])


@dataclass(frozen=True)
class Head:
    """A state the branch can be in: what it changes (`content`), and who made its commits."""

    oid: str
    content: str
    makers: frozenset[str]
    commits: Any


@dataclass(frozen=True)
class Ground:
    """A state main can be in: who is in the CAB, and how many of them are asked."""

    oid: str
    cab: frozenset[str]
    seats: int


@dataclass
class Lands:
    """The repository of all stories."""

    store: Store
    facts: PullRequestFacts
    heads: dict[str, Head]
    grounds: dict[str, Ground]

    def judged(self, story: Story, now: datetime) -> PullVerdict:
        """What `judge_pull` makes of a story."""
        facts = told(self, story)
        return judge_pull(self.store, facts, now).verdict


def survey(folder: Path) -> Lands:
    stage = set_stage(folder, template(folder / "template"))
    world = stage.world
    start = world.tip("main")
    heads: dict[str, Head] = {}

    def head(name: str, content: str, *makers: str) -> None:
        found = facts_of(world, stage.pull)
        heads[name] = Head(found.head_oid, content, frozenset(makers), found.commits)

    stage.play([{"open": {}}])
    facts = facts_of(world, stage.pull)
    head("first", "A", "alice")
    stage.play([{"push": {"rfc": {"metadata.title": "Another title"}}}])
    head("retitled", "A", "alice")
    stage.play([{"force_push": {"to": "opened"}}, {"push": {"by": "carol", "rfc": {"spec.items.0.outage": "PT9M"}}}])
    head("by carol", "B", "alice", "carol")
    stage.play([{"force_push": {"to": "opened"}}, {"push": {"files": {"scripts/flush": "#!/bin/sh\nexit 1\n"}}}])
    head("script", "C", "alice")
    stage.play([{"force_push": {"to": "opened"}}, {"push": {"co_authors": ["dave"], "files": {}}}])
    head("with dave", "A", "alice", "dave")
    grounds = {"plain": Ground(start, frozenset(CAB), 1)}
    stories: dict[str, tuple[Any, frozenset[str], int]] = {
        "without carol": ({"policies/roster.yaml": {"edit": {"spec.roles.cab": ["dave", "erin"]}}}, frozenset(("dave", "erin")), 1),
        "with frank": ({"policies/roster.yaml": {"edit": {"spec.roles.cab": [*CAB, "frank"]}}}, frozenset((*CAB, "frank")), 1),
        "two": ({"policies/approve.yaml": {"edit": {"spec.rules.1.require.0.count": 2, "spec.rules.2.require.0.count": 2}}}, frozenset(CAB), 2),
    }
    for name, (files, cab, seats) in stories.items():
        stage.play([{"reset_main": {"to": start}}, {"main": {"by": "dave", "files": files}}])
        grounds[name] = Ground(world.tip("main"), cab, seats)
    return Lands(Store(FixedGit(world.store.path)), facts.model_copy(update={"timeline": (), "reviews": ()}), heads, grounds)


@dataclass
class Given:
    """A review as the specification remembers it."""

    id: int
    who: str
    state: str
    head: str
    at: datetime
    dismissed_by: str | None = None
    dismissed_at: datetime | None = None


@dataclass
class Story:
    """Where a story is: everything the specification looks at."""

    head: str = "first"
    ground: str = "plain"
    draft: bool = False
    elsewhere: bool = False
    retargeted: datetime | None = None
    forcers: set[str] = field(default_factory=set)
    were: set[str] = field(default_factory=set)
    reviews: list[Given] = field(default_factory=list)
    timeline: list[Any] = field(default_factory=list)
    logins: dict[str, str] = field(default_factory=lambda: {name: name for name in ID})


def actor(story: Story, who: str) -> Actor:
    return Actor(id=ID[who], login=story.logins[who], type="User")


def told(lands: Lands, story: Story) -> PullRequestFacts:
    head = lands.heads[story.head]
    reviews = tuple(
        PullReview(
            id=one.id, state="dismissed" if one.dismissed_by else one.state, raw_state=one.state, author=actor(story, one.who),  # type: ignore[arg-type]
            commit=lands.heads[one.head].oid, submitted_at=one.at, edited_at=None,
        )
        for one in story.reviews
    )  # fmt: skip
    return lands.facts.model_copy(
        update={
            "head_oid": head.oid, "commits": head.commits, "base_tip": lands.grounds[story.ground].oid, "draft": story.draft,
            "base_ref": "release" if story.elsewhere else "main", "reviews": reviews, "timeline": tuple(story.timeline),
        }
    )  # fmt: skip


# -- the specification, written once more and in another way ---------------------------------------------------------------


def made_it(lands: Lands, story: Story) -> set[str]:
    """Requester, implementer, author, everybody in the commits now or in earlier heads, and who pushed by force."""
    made = {"alice", "bob"} | lands.heads[story.head].makers | story.forcers
    for name in story.were | {one.head for one in story.reviews}:
        made |= lands.heads[name].makers
    return made


def standing(lands: Lands, story: Story, person: str, dismissers: set[str]) -> tuple[str, str | None]:
    """What a person thinks, newest first: `yes` to which content, `no`, or nothing."""
    for one in sorted(story.reviews, key=lambda one: (one.at, one.id), reverse=True):
        if one.who != person or one.state == "commented":
            continue
        if one.dismissed_by is not None:
            if one.state == "changes_requested" and one.dismissed_by not in dismissers | {person}:
                return "no", None
            return "nothing", None
        if one.state == "changes_requested":
            return "no", None
        if story.retargeted is None or one.at > story.retargeted:
            return "yes", lands.heads[one.head].content
    return "nothing", None


def allowed(lands: Lands, story: Story) -> tuple[bool, set[str]]:
    """Whether the gate must be open, and whose approvals may be counted."""
    made = made_it(lands, story)
    ground = lands.grounds[story.ground]
    dismissers = {"dave", "erin"} - made
    # Who has a part in the change may object to it, and never agree to it.
    thinks = {person: standing(lands, story, person, dismissers) for person in ground.cab}
    yes = {person for person in ground.cab - made if thinks[person] == ("yes", lands.heads[story.head].content)}
    vetoed = any(opinion[0] == "no" for opinion in thinks.values())
    return len(yes) >= ground.seats and not vetoed and not story.draft and not story.elsewhere, yes


# -- random stories --------------------------------------------------------------------------------------------------------


class Stories(RuleBasedStateMachine):
    """What people and machines do to a pull request, in any order."""

    lands: Lands

    @initialize()
    def begin(self) -> None:
        self.story = Story()
        self.at = START
        self.ids = itertools.count(1)

    def time(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    @rule(who=PEOPLE, state=st.sampled_from(["approved", "approved", "changes_requested", "commented"]))
    def review(self, who: str, state: str) -> None:
        self.story.reviews.append(Given(next(self.ids), who, state, self.story.head, self.time()))

    @rule(who=st.sampled_from(CAB))
    def approve(self, who: str) -> None:
        """What honest people do most."""
        self.review(who, "approved")

    @rule(who=st.sampled_from(CAB), by=PEOPLE)
    def object_and_be_dismissed(self, who: str, by: str) -> None:
        self.review(who, "changes_requested")
        self._dismiss(self.story.reviews[-1], by)

    @rule(objector=st.sampled_from(CAB), by=st.sampled_from([*ID, *("dave", "erin") * 3]), has_a_part=st.booleans())
    def only_a_dismissed_objection_is_in_the_way(self, objector: str, by: str, has_a_part: bool) -> None:
        """Everybody else agrees; whoever dismisses the objection may have pushed by force before, and so made the change."""
        self.story.draft = False
        if self.story.elsewhere:
            self.retarget()
        if has_a_part:
            self._force_push(by, self.story.head)
        for who in CAB:
            self.review(who, "changes_requested" if who == objector else "approved")
        self._dismiss(next(one for one in reversed(self.story.reviews) if one.who == objector), by)

    @rule()
    def away_and_back(self) -> None:
        self.retarget()
        self.retarget()

    @rule(who=PEOPLE, data=st.data())
    def review_an_old_commit(self, who: str, data: st.DataObject) -> None:
        """The API lets a caller choose the commit."""
        head = data.draw(st.sampled_from(sorted(self.lands.heads)))
        self.story.reviews.append(Given(next(self.ids), who, "approved", head, self.time()))

    @rule(by=PEOPLE, data=st.data())
    def dismiss(self, by: str, data: st.DataObject) -> None:
        there = [one for one in self.story.reviews if one.dismissed_by is None and one.state != "commented"]
        if not there:
            return
        self._dismiss(data.draw(st.sampled_from(there)), by)

    def _dismiss(self, one: Given, by: str) -> None:
        one.dismissed_by, one.dismissed_at = by, self.time()
        previous: Any = one.state
        self.story.timeline.append(ReviewDismissed(at=self.at, actor=actor(self.story, by), review=one.id, previous=previous))

    @rule(data=st.data())
    def push(self, data: st.DataObject) -> None:
        self.story.head = data.draw(st.sampled_from(sorted(self.lands.heads)))
        self.time()

    @rule(by=st.sampled_from(["alice", "alice", "erin"]), data=st.data())
    def force_push(self, by: str, data: st.DataObject) -> None:
        self._force_push(by, data.draw(st.sampled_from(sorted(self.lands.heads))))

    def _force_push(self, by: str, head: str) -> None:
        before, self.story.head = self.story.head, head
        self.story.were.add(before)
        self.story.forcers.add(by)
        ends = (self.lands.heads[name].oid for name in (before, head))
        start, end = ends
        event = ForcePushed(kind="head_force_pushed", at=self.time(), actor=actor(self.story, by), before=start, after=end)
        self.story.timeline.append(event)

    @rule()
    def retarget(self) -> None:
        before, after = ("release", "main") if self.story.elsewhere else ("main", "release")
        self.story.elsewhere = not self.story.elsewhere
        self.story.retargeted = self.time()
        self.story.timeline.append(BaseChanged(at=self.at, actor=actor(self.story, "alice"), before=before, after=after))

    @rule(name=st.sampled_from(["plain", "without carol", "with frank", "two"]))
    def main_moves(self, name: str) -> None:
        self.story.ground = name

    @rule()
    def draft_or_ready(self) -> None:
        self.story.draft = not self.story.draft

    @rule(who=st.sampled_from(CAB))
    def rename(self, who: str) -> None:
        self.story.logins[who] = f"{who}-renamed"

    @invariant()
    def the_gate_is_open_exactly_when_it_may_be(self) -> None:
        story = self.story
        verdict = self.lands.judged(story, self.at + timedelta(minutes=1))
        may, yes = allowed(self.lands, story)
        counted = {item.by for item in verdict.approvals}
        assert counted <= yes, (counted, yes, story)
        assert verdict.open == may, (verdict.state, verdict.ignored, verdict.reasons, story)
        assert all(item.digest == verdict.digest for item in verdict.approvals)


@pytest.fixture(scope="module")
def lands(tmp_path_factory: pytest.TempPathFactory) -> Lands:
    return survey(tmp_path_factory.mktemp("lands"))


def test_the_gate_is_open_exactly_when_the_specification_says_so(lands: Lands) -> None:
    machine = type("OurStories", (Stories,), {"lands": lands})
    run_state_machine_as_test(
        machine,
        # A story of twelve steps is read as it is: making it shorter would judge thousands of others first.
        settings=settings(
            max_examples=examples(40), stateful_step_count=12, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.parametrize("by", ID)
def test_a_dismissed_objection_is_answered_as_the_specification_says_whoever_made_the_change(lands: Lands, by: str) -> None:
    """Everybody else agrees: every objector, every dismisser, and every way of having a part in the change."""
    for objector, (head, forcer) in itertools.product(CAB, [("first", None), ("first", by), ("by carol", None), ("with dave", None)]):
        story = Story(head=head, forcers={forcer} - {None})
        said = [(who, "changes_requested" if who == objector else "approved") for who in CAB]
        story.reviews = [Given(number, who, state, head, START, None) for number, (who, state) in enumerate(said)]
        if forcer is not None:
            force: Any = {"kind": "head_force_pushed", "at": START, "actor": actor(story, forcer), "before": None, "after": None}
            story.timeline.append(ForcePushed(**force))
        number = CAB.index(objector)
        story.reviews[number].dismissed_by = by
        story.timeline.append(ReviewDismissed(at=START, actor=actor(story, by), review=number, previous="changes_requested"))
        verdict = lands.judged(story, START + timedelta(minutes=1))
        may, yes = allowed(lands, story)
        assert verdict.open == may, (verdict.reasons, story)
        assert {item.by for item in verdict.approvals} <= yes


# -- every short story -----------------------------------------------------------------------------------------------------

ROSTER = Roster.model_validate(
    {
        "apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"},
        "spec": {"people": {name: {} for name in ("carol", "dave", "mallory")}, "roles": {"cab": ["carol", "dave"]}},
    }
)  # fmt: skip
WORDS = ("approve", "approve-other", "reject", "withdraw")


def opinions(events: Iterable[tuple[str, str]]) -> Iterator[Review]:
    for minute, (who, word) in enumerate(events):
        decision: Any = word.removesuffix("-other")
        digest = "sha256:other" if word.endswith("-other") else "sha256:this"
        yield Review(by=who, shown_as=who, decision=decision, digest=digest, at=START + timedelta(minutes=minute))


def test_the_newest_opinion_of_each_person_counts_in_every_story_of_up_to_four_events() -> None:
    choices = list(itertools.product(("carol", "dave", "mallory"), WORDS))
    made = {(minute, event): next(opinions([event])).model_copy(update={"at": START + timedelta(minutes=minute)}) for minute in range(4) for event in choices}
    for length in range(5):
        for events in itertools.product(choices, repeat=length):
            reviews = [made[minute, event] for minute, event in enumerate(events)]
            found = sort_opinions(
                reviews, excluded={}, roster=ROSTER, roles=("cab",), digest="sha256:this", now=START + timedelta(days=1), validity=None
            )
            last = dict(events)  # later pairs replace earlier ones
            assert {item.by for item in found.approvals} == {who for who, word in last.items() if word == "approve" and who != "mallory"}
            assert {item.by for item in found.vetoes} == {who for who, word in last.items() if word == "reject" and who != "mallory"}
