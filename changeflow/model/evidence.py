"""Evidence: the content of ledger entries whose chain and signatures have been checked.

The wire form (an in-toto Statement in a DSSE envelope) is the business of `changeflow.ledger`; the
core sees these records. A kind of entry is a class of the union `Body`: its `kind`, the `content`
it is bound to, the `speaker` in whose name it was made, and what it has `told` stand together.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, Self, get_args

from pydantic import Field

from changeflow.model.canonical import digest
from changeflow.model.document_parts import ChangeId, CommitName, Id, Instant, Record
from changeflow.model.journal_notes import noted
from changeflow.model.notify_settings import ChannelKind, Fact
from changeflow.model.report_summary import Count, FileDigest, ReportKind, ReportSummary
from changeflow.model.subjects import Subject

Phase = Literal["implementation", "verification", "undo", "rollback"]
# the phases of the way back
BACKWARD: Final = ("undo", "rollback")
StepOutcome = Literal["done", "failed", "timed_out", "skipped", "unknown"]
# what an entry about no change has in the place of a change's id: also its folder on the branch
NO_CHANGE: Final = "_"
# the kind of an entry about a message that tells people of a change
NOTICE: Final = "notification"
# ... and of reviews that were given
REVIEW: Final = "review"
EntryAbout = ChangeId | Literal["_"]
# in the baseline that a release records: the commit whose CMDB it is
CMDB_COMMIT: Final = "commit of the cmdb"
# events of a release that a person orders or reports
_SPOKEN: Final = frozenset({"started", "resumed", "confirmed", "rolling_back", "resolved"})


def _within(value: object, key: str) -> Any:
    """Return the value under a key, or None where there is no object or no such key."""
    if not isinstance(value, dict):
        return None
    return value.get(key)


class EntryBody(Record):
    """What one kind of entry says. `of_a_change`: whether its entries are about a change."""

    of_a_change: ClassVar[bool] = True

    @property
    def speaker(self) -> str | None:
        """Return the person in whose name it was made, or None for a program's entry."""
        return None

    @property
    def is_word(self) -> bool:
        """Return whether it counts only as the word of the person it names."""
        return False


class SpokenBody(EntryBody):
    """What a kind of entry says that is the word of a person or of an automation, always."""

    by: str

    @property
    def speaker(self) -> str | None:
        """Return the person in whose name it was made."""
        return self.by

    @property
    def is_word(self) -> bool:
        """Return whether it counts only as the word of the person it names."""
        return True


class SometimesSpokenBody(EntryBody):
    """What a kind of entry says that is the word of a person where it names one, else a program's."""

    by: str | None = None

    @property
    def speaker(self) -> str | None:
        """Return the person in whose name it was made, or None for a program's entry."""
        return self.by

    @property
    def is_word(self) -> bool:
        """Return whether it counts only as the word of the person it names."""
        return self.by is not None


class ApprovalBody(SpokenBody):
    """A person's opinion of a change, bound to the digest of its effective content."""

    kind: Literal["approval"] = "approval"
    decision: Literal["approve", "reject", "withdraw"]
    role: str | None = None
    digest: str
    comment: str = ""

    @property
    def content(self) -> str:
        """Return the digest of the content that it is bound to."""
        return self.digest

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        said: dict[str, Any] = {"code": "said.opinion", "case": self.decision}
        if self.role:
            said = {"code": "said.in_role", "said": [said], "role": self.role}
        if self.comment:
            said = {"code": "said.with_words", "said": [said], "words": self.comment}
        return said


class AssessmentBody(EntryBody):
    """An assessment as it was answered; floats are decimal strings.

    `without_points` are the factors that were looked at and are worth no points, in the shape of
    `assessment.risk.factors`. Entries of older versions have none.
    """

    kind: Literal["assessment"] = "assessment"
    assessment: dict[str, Any]
    without_points: tuple[dict[str, Any], ...] = ()

    @property
    def content(self) -> str:
        """Return the digest of the content that it is bound to."""
        return str(self.assessment.get("digest", ""))

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        kind, risk = self.assessment.get("type"), self.assessment.get("risk")
        facts = {"kind": _within(kind, "class"), "level": _within(risk, "level")}
        score = _within(risk, "score")
        if not (all(isinstance(one, str) for one in facts.values()) and isinstance(score, int)):
            return {"code": "said.assessed", "case": "so"}
        return {"code": "said.assessed", **facts, "score": score}


class DecisionBody(EntryBody):
    """A decision as it was answered, with the digest of the content it was about.

    `decision` is the word of the program that decided. An attacker may write any other, so what is
    read of it may have any shape. `facts` are inputs that neither git nor the ledger holds, so that
    the decision can be computed again: what a code host said. None where there were none.
    """

    kind: Literal["decision"] = "decision"
    gate: Literal["submit", "approve", "deploy", "close"]
    open: bool
    digest: str
    decision: dict[str, Any]
    facts: dict[str, Any] | None = None

    @property
    def content(self) -> str:
        """Return the digest of the content that it is bound to."""
        return self.digest

    @property
    def approvals(self) -> tuple[dict[str, str], ...]:
        """Return the approvals that it counted: `by`, and `role`, `at`, `digest` where they are text."""
        return self._listed("approvals")

    @property
    def ignored(self) -> tuple[dict[str, str], ...]:
        """Return the opinions that it did not count: `by`, and `reason_code` where it is text."""
        return self._listed("ignored")

    def _listed(self, name: str) -> tuple[dict[str, str], ...]:
        listed = self.decision.get(name)
        found: list[dict[str, str]] = []
        for one in listed if isinstance(listed, list) else ():
            if isinstance(_within(one, "by"), str):
                found.append({key: said for key, said in one.items() if isinstance(said, str)})
        return tuple(found)

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        outcome = "open" if self.open else "shut"
        decided = {"code": "said.decided", "gate": self.gate, "outcome": outcome}
        return {"code": "said.several", "told": [decided, *self._words()]}

    def _words(self) -> Iterator[str]:
        """Yield what reviewers on the code host wrote, as it was recorded with the decision."""
        reviews = _within(_within(_within(self.facts, "pull"), "said"), "reviews")
        if not isinstance(reviews, list):
            return
        for review in reviews:
            words = _within(review, "words")
            if words:
                yield f"{_within(_within(review, 'author'), 'login') or 'ghost'}: {words}"


class ReleaseBody(EntryBody):
    """One line of a release's write-ahead journal.

    `started` claims the environments. `resumed`: another process took over (`run` names it).
    `intent` is written before a step, `outcome` after it. `confirmed`: a person reports the outcome
    of a manual or unknown step. `rolling_back`: from here the rollback's steps run. `interrupted`
    is a note. `finished` ends the release and frees the environments unless the state is
    `rollback_failed`. `resolved` is the human decision that ends a failed rollback.
    """

    kind: Literal["release"] = "release"
    event: Literal[
        "started",
        "resumed",
        "intent",
        "outcome",
        "confirmed",
        "rolling_back",
        "interrupted",
        "finished",
        "resolved",
    ]
    run: str
    digest: str
    by: str | None = None
    environments: tuple[str, ...] = ()
    phase: Phase | None = None
    index: int | None = None
    name: str = ""
    key: str = ""
    outcome: StepOutcome | None = None
    state: Literal["implemented", "rolled_back", "rollback_failed"] | None = None
    exit_code: int | None = None
    elapsed_ms: int | None = None
    output: str = ""
    note: str = ""
    baseline: dict[str, str] = {}

    @property
    def content(self) -> str:
        """Return the digest of the content that it is bound to."""
        return self.digest

    @property
    def speaker(self) -> str | None:
        """Return the person in whose name it was made, or None for a program's entry."""
        if self.event not in _SPOKEN:
            return None
        return self.by

    @property
    def is_word(self) -> bool:
        """Return whether it counts only as the word of the person it names.

        That a release was started or resumed happened, by any hand; so did a rollback that the
        release itself began.
        """
        if self.event == "rolling_back":
            return self.by is not None
        return self.event in ("confirmed", "resolved")

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        came_to = self.outcome or self.state
        parts: list[Any] = [{"code": "said.word", "word": self.event}]
        if self.phase:
            parts.append({"code": "said.word", "word": self.phase})
        parts.append(self.name)
        if came_to:
            parts.append({"code": "said.word", "word": came_to})
        parts.append(noted(self.note))
        return {"code": "said.event", "parts": list(filter(None, parts))}


class RehearsedStep(Record):
    """What became of one step of a rehearsal. `elapsed_ms` covers its program and its `verify`."""

    key: str
    name: str
    outcome: StepOutcome
    elapsed_ms: Count = 0


class RehearsalBody(SometimesSpokenBody):
    """One line of a rehearsal in a sandbox. It is no release, whatever it says.

    `started` begins it. A `prefix` tells of the first `steps` steps and the way back from there;
    `whole`: with the verification of the change. `finished` ends it: without one it does not
    count. `material` is the digest of the material fields, `digest` of the effective content,
    `plan` of what is run, and `way_back` of the way back that was taken. `return_ms` is how long
    that took, `promised_ms` how long it may take by the time-outs of its steps. `passed` says of a
    prefix that it came back in time, of a rehearsal that all of them did.
    """

    kind: Literal["rehearsal"] = "rehearsal"
    event: Literal["started", "prefix", "finished"]
    run: str
    digest: str
    material: str
    plan: str
    environment: Id
    steps: Count = 0
    whole: bool = False
    done: tuple[RehearsedStep, ...] = ()
    way_back: str = ""
    forward_ms: Count = 0
    return_ms: Count = 0
    promised_ms: Count = 0
    limit_ms: Count | None = None
    passed: bool | None = None
    note: str = ""

    @property
    def content(self) -> str:
        """Return the digest of the content that it is bound to."""
        return self.digest

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        case = self.event if self.passed is not False else f"{self.event}_failed"
        where = {"environment": self.environment, "steps": self.steps}
        seconds = f"{self.return_ms / 1000:.1f}"
        return {"code": "said.rehearsal", "case": case, "seconds": seconds, **where}


class ReviewBody(SpokenBody):
    """A post-implementation review found complete and independent."""

    kind: Literal["review"] = "review"
    outcome: str
    digest: str

    @property
    def content(self) -> str:
        """Return the digest of the content that it is bound to."""
        return self.digest

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        return {"code": "said.reviewed", "outcome": self.outcome}


class VerificationBody(SpokenBody):
    """A person saw that an improvement works. It is about no change.

    `improvement` is its id, and `digest` that of what they verified: the finding, the action, what
    carried it out, and what the improvement says of the verification.
    """

    of_a_change: ClassVar[bool] = False
    kind: Literal["verification"] = "verification"
    improvement: Id
    digest: FileDigest

    @property
    def content(self) -> str:
        """Return the digest of the content that it is bound to."""
        return self.digest

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        return {"code": "said.verification", "name": self.improvement}


class BaselineBody(SometimesSpokenBody):
    """The CMDB as it was at a commit, under a name that is used once. It is about no change.

    `digest` covers every file that the items were read from, also those of sources; `outside` has
    the digests of those that lie outside of the repository, by their paths. The commit holds all
    others.
    """

    of_a_change: ClassVar[bool] = False
    kind: Literal["baseline"] = "baseline"
    name: Id
    commit: str
    digest: str
    items: Annotated[int, Field(ge=0, strict=True)]
    relations: Annotated[int, Field(ge=0, strict=True)]
    outside: dict[str, str] = {}

    @property
    def content(self) -> str:
        """Return the digest of the content that it is bound to."""
        return self.digest

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        size = {"items": self.items, "relations": self.relations}
        return {"code": "said.baseline", "name": self.name, **size}


class EvidenceBody(SpokenBody):
    """A file that CI made of a commit, by its digest, with what it says. The file is not kept.

    `form` is what it is, `name` what rules call it. `commit` and `tree` are those it was made of,
    `path` and `size` (in bytes) those of the file, `check` the check that made it, where one is
    named. `by` is the automation that recorded it.
    """

    kind: Literal["evidence"] = "evidence"
    form: ReportKind
    name: Id
    path: Annotated[str, Field(min_length=1, max_length=1_024)]
    digest: FileDigest
    size: Count
    commit: CommitName
    tree: CommitName
    check: Annotated[str, Field(max_length=200)] = ""
    summary: ReportSummary

    @property
    def content(self) -> str:
        """Return the digest of the file."""
        return self.digest

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        said = self.summary.model_dump()
        case = "unreadable" if self.summary.unreadable else self.form
        named = {"form": self.form, "name": self.name, "commit": self.commit[:12]}
        return {"code": "said.evidence", "case": case, **named, **said}


class HoldBody(SpokenBody):
    """What a person says of a hold, which keeps changes from going on. It is about no change.

    `hold` is its id, and `scope` what it stops: `all`, or an environment, an item or a type of
    change as `environment:production`, `item:payments-db`, `type:normal`. `placed` begins it,
    `agreed` is another person's approval of it, `lifted` that of its end.
    """

    of_a_change: ClassVar[bool] = False
    kind: Literal["hold"] = "hold"
    event: Literal["placed", "agreed", "lifted"]
    hold: Id
    scope: str
    reason: str
    until: Instant | None = None

    @property
    def content(self) -> str:
        """Return the digest of what it is about: the hold with its scope."""
        return digest({"hold": self.hold, "scope": self.scope})

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        said = {"hold": self.hold, "scope": self.scope, "words": self.reason}
        return {"code": "said.hold", "case": self.event, **said}


class NotificationBody(EntryBody):
    """One line about a message that tells people of a change. Its entry is about no change.

    `claimed` is recorded before the message is sent, and `told` or `failed` after it: for whom it
    was accepted, and for whom it has to be tried again.

    `about` is the change, `fact` what is told of it, and `occasion` which one of several: the
    window that it is planned for, or the release. `recipients` are people of the roster, digests of
    other addresses (`sha256:...`), or the channel itself (`*`). `message` is the id of the message,
    `text` the digest of its text, `why` the code of a failure.
    """

    of_a_change: ClassVar[bool] = False
    kind: Literal["notification"] = "notification"
    event: Literal["claimed", "told", "failed"]
    about: ChangeId
    fact: Fact
    occasion: Annotated[str, Field(max_length=200)]
    channel: Id
    form: ChannelKind
    recipients: tuple[str, ...]
    message: Annotated[str, Field(max_length=200)]
    text: FileDigest
    why: Annotated[str, Field(max_length=100)] = ""

    @property
    def content(self) -> str:
        """Return the digest of the text."""
        return self.text

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says in a few words, as a sentence of the catalogue."""
        said = {"change": self.about, "fact": self.fact, "channel": self.channel}
        more = {"count": len(self.recipients), "why": self.why}
        return {"code": "said.notification", "case": self.event, **said, **more}


Body = Annotated[
    ApprovalBody
    | AssessmentBody
    | BaselineBody
    | DecisionBody
    | EvidenceBody
    | HoldBody
    | NotificationBody
    | RehearsalBody
    | ReleaseBody
    | ReviewBody
    | VerificationBody,
    Field(discriminator="kind"),
]
BODIES: Final[tuple[type[EntryBody], ...]] = get_args(get_args(Body)[0])
# the kinds of entries: each is part of a file's name and of the type of its predicate
KINDS: Final = tuple(str(body.model_fields["kind"].default) for body in BODIES)


class SignedBy(NamedTuple):
    """Who made a signature that holds, and the fingerprint of the key that made it."""

    person: str
    key: str


class LedgerEntry(Record):
    """One entry of the ledger.

    `seq` counts from 1 over the whole ledger; `digest` is of the file's bytes. `change` is
    `NO_CHANGE` where it is about none.

    `at` is the time it is dated, `recorded_at` the real time; they differ only when `simulated`.
    `signer` is the roster name whose key made a signature that holds, None without one; `key` the
    fingerprint of that key; `tool` the program that wrote it, as it says. `repository` is the id of
    the repository it was recorded for, None where that had none; `elsewhere`: this is another one.
    `counts_from` is the latest date before it in the chain, where its own is earlier; `clock` says
    whether the clock that dated it was `behind` the entries before it, or is known to have been
    `wrong`. `committer` is the address in the commit that added it.

    `proven` is about journals of releases: what happened binds, whatever its signature is worth,
    but an entry that is not proven opens nothing and frees nothing that a proven one holds.
    """

    seq: int
    previous: str | None
    digest: str
    path: str
    change: str
    at: Instant
    recorded_at: Instant
    simulated: bool
    signer: str | None
    subject: tuple[Subject, ...]
    body: Body
    key: str | None = None
    tool: str = ""
    repository: str | None = None
    elsewhere: bool = False
    committer: str = ""
    counts_from: Instant | None = None
    clock: Literal["", "behind", "wrong"] = ""
    proven: bool = True

    @property
    def moment(self) -> Instant:
        """Return the time from which the entry counts, never earlier than any entry before it."""
        return self.counts_from or self.at

    def signed(self, by: SignedBy | None) -> Self:
        """Return the entry with who signed it; as it is where that is not known."""
        if by is None:
            return self
        return self.model_copy(update={"signer": by.person, "key": by.key})

    @property
    def kind(self) -> str:
        """Return the kind of the entry, also part of its file name."""
        return self.body.kind

    @property
    def speaker(self) -> str | None:
        """Return the person in whose name the entry was made, or None for a program's entry."""
        return self.body.speaker


def entries_about(change: str, entries: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Return the entries about one change, in their order."""
    return tuple(entry for entry in entries if entry.change == change)
