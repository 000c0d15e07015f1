"""Whether everything that was delivered has a request: each delivery with what it was matched with."""

from typing import Any, Final, Literal

from pydantic import Field

from changeflow.model.answers.cmdb_diff import DifferingItem, NamedChange
from changeflow.model.document_parts import Day, Instant, Record

# What was delivered.
DeliveryKind = Literal["merge", "commit", "tag", "deployment", "release"]
# What became of a delivery: see `Delivery.standing`.
DeliveryStanding = Literal[
    "request",
    "records",
    "owners",
    "exempt",
    "before",
    "excepted",
    "retrospective",
    "reverted",
    "open",
]
# Where the time of a delivery comes from: see `Delivery.at_by`.
TimeSource = Literal["host", "ledger", "commit", "order"]
HowMatched = Literal["decision", "request", "trailer", "approval", "release", "commit"]
WhyNotMatched = Literal[
    "no_change",
    "no_request",
    "not_listed",
    "not_agreed",
    "not_theirs",
    "closed",
    "written_afterwards",
    "late",
    "recorded",
    "not_on_main",
    "commit_unmatched",
    "gate_not_open",
]
# Where it was not looked, or what could not be read whole.
NotAsked = Literal["host", "deployments", "releases", "pushes", "history", "ledger", "no_ledger", "baseline"]
# what the code host alone can tell
TOLD_BY_HOST: Final[tuple[NotAsked, ...]] = ("deployments", "releases", "pushes")

# the standings of what was not authorised when it was delivered
UNAUTHORISED: frozenset[DeliveryStanding] = frozenset({"retrospective", "reverted", "open"})
# the standings of what needs no request
NEEDS_NONE: frozenset[DeliveryStanding] = frozenset({"records", "owners", "exempt", "before"})


class DeliveryException(Record):
    """What the configuration of the main branch says about a delivery that is outside.

    `holds` is false where it does not count; `why_not` says what is wrong with it.
    """

    reason: str
    by: str
    until: Day | None
    holds: bool
    why_not: Literal["expired", "own", "unknown_person", "not_agreed"] | None


class Delivery(Record):
    """A merge or another commit of the main branch, a tag, a deployment or a release.

    `name` is the commit, the tag, the id of the deployment or of the release; for a release that
    the ledger tells of it is the change. `at` is when it was delivered, and `at_by` what says so:
    the `host`, an entry of the `ledger`, the `commit`, or the `order` of commits where the date
    that the commit states cannot be true; that date is `stated` then. `who` are people of the
    roster, or addresses. `paths` are the first that it touches and that need a request, `items`
    those that they belong to.

    `standing` is `request` where it was matched with `changes`, by what `how` says; `records` where
    it holds requests, reviews and plans of releases alone; `owners` where it changes policies,
    settings and plans of releases alone, and the bot, which recorded commits before and after it,
    had nothing against it; `exempt` where it touches nothing that needs a request; `before` where
    the repository had no configuration yet; `excepted` where `exception` holds; `retrospective`
    where `changes` were recorded or approved afterwards; `reverted` where the commit `settled_by`
    took it back; otherwise `open`. `why` says what is missing, `named` which changes it names that
    do not account for it. `found` is when the ledger recorded it as unauthorised, null where this
    answer is the first to say so. `command` is what to type to write the request afterwards.
    """

    what: DeliveryKind
    name: str
    commit: str | None
    at: Instant
    at_by: TimeSource
    stated: Instant | None
    who: tuple[str, ...]
    title: str
    paths: tuple[str, ...]
    paths_total: int
    items: tuple[str, ...]
    standing: DeliveryStanding
    changes: tuple[str, ...]
    how: HowMatched | None
    why: WhyNotMatched | None
    named: tuple[NamedChange, ...]
    exception: DeliveryException | None
    settled_by: str | None
    found: Instant | None
    command: str | None

    @property
    def unauthorised(self) -> bool:
        """Return whether it was not authorised when it was delivered."""
        return self.standing in UNAUTHORISED

    @property
    def needs_request(self) -> bool:
        """Return whether a request had to be there."""
        return self.standing not in NEEDS_NONE


class CompletenessGap(Record):
    """Something that one of the four sides has and another one lacks.

    `merge_without_entry`: a commit was matched with a change of which the ledger says nothing.
    `entry_not_on_main`: the ledger tells of a commit that is not on the main branch.
    `release_without_request`: the ledger has a release of a change that is not on the main branch.
    `request_without_release`: a change landed and its window is over, and it was never released.
    `tag_moved`: a tag is at another commit than the one that was written down.
    `push_forced`: a push took a commit from the main branch.
    `push_not_on_main`: a commit that was pushed to the main branch is not there any more.
    `place` is the entry, the document, the commit or the tag that shows it.
    """

    kind: Literal[
        "merge_without_entry",
        "entry_not_on_main",
        "release_without_request",
        "request_without_release",
        "tag_moved",
        "push_forced",
        "push_not_on_main",
    ]
    change: str | None
    commit: str | None
    at: Instant
    place: str


class CmdbDrift(Record):
    """How the CMDB differs from its last baseline; `unmatched` counts items without a change."""

    baseline: str
    differences: tuple[DifferingItem, ...]
    unmatched: int


class CompletenessTotals(Record):
    """How many deliveries there were.

    `needing` counts those that need a request, `unauthorised` those of them that were not
    authorised then: what was put right afterwards is among them. `open` is what is left to do.
    """

    deliveries: int
    needing: int
    request: int
    excepted: int
    unauthorised: int
    retrospective: int
    reverted: int
    open: int
    records: int
    owners: int
    exempt: int
    before: int


class Completeness(Record):
    """Every delivery of a period, with what it was matched with.

    `complete` is true where everything is accounted for and was looked at; false where something
    is open or a gap; null where nothing is, and not everything was looked at: `not_asked` says what,
    `not_asked_because` why. `host` is the code host, `drift` null where there is no baseline.
    """

    deliveries: tuple[Delivery, ...]
    gaps: tuple[CompletenessGap, ...]
    drift: CmdbDrift | None
    totals: CompletenessTotals
    complete: bool | None
    host: str
    not_asked: tuple[NotAsked, ...]
    not_asked_because: str
    told: tuple[str | dict[str, Any], ...] = Field(exclude=True, default=())

    @property
    def untold(self) -> tuple[NotAsked, ...]:
        """Return what only the code host can tell and did not: it is not known, and not nothing."""
        return tuple(name for name in self.not_asked if name in TOLD_BY_HOST)

    @property
    def unauthorised(self) -> tuple[Delivery, ...]:
        """Return what was not authorised when it was delivered, by time."""
        return tuple(one for one in self.deliveries if one.unauthorised)


def totals_of(deliveries: tuple[Delivery, ...]) -> CompletenessTotals:
    """Return how many deliveries there are of each standing."""
    counts: dict[str, Any] = dict.fromkeys(CompletenessTotals.model_fields, 0)
    for one in deliveries:
        counts["deliveries"] += 1
        counts[one.standing] += 1
        counts["needing"] += one.needs_request
        counts["unauthorised"] += one.unauthorised
    return CompletenessTotals.model_validate(counts)
