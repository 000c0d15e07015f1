"""This repository as rows of the tables of the past: its requests, its ledger and its incidents.

Each request is read once, and so is the ledger. A request that cannot be read gives no rows, and
is named. Persons stand in two columns alone, for audits (`insight.records`): the team of a change is
the role that owns its items, and never the name of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from itertools import chain
from typing import Any, Final

from changeflow import errors
from changeflow.gate.change_states import LifecycleState
from changeflow.gate.deadlines import retrospective_due
from changeflow.gate.lifecycle import LifeCase
from changeflow.gate.owed_review import review_due
from changeflow.insight.records import TABLES
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.assessments import last_assessment
from changeflow.model.change import Action, ChangedItem, ChangeRequest, Retrospective
from changeflow.model.configuration_audit import ConfigurationAudit
from changeflow.model.document_paths import CHANGES, change_of_rfc, rfc_path
from changeflow.model.evidence import (
    ApprovalBody,
    DecisionBody,
    LedgerEntry,
    ReleaseBody,
    ReviewBody,
)
from changeflow.model.findings import Finding
from changeflow.model.incident import Incident
from changeflow.model.subjects import commits_of
from changeflow.model.times import END_OF_TIME, commit_time, parse_instant
from changeflow.reading.audit_rows import rows_of_audit
from changeflow.reading.audits import audits_in
from changeflow.reading.commit_times import commit_times, commits_touching
from changeflow.reading.evidence import Evidence
from changeflow.reading.given_reviews import measured_outages
from changeflow.reading.improvement_rows import improvement_rows
from changeflow.reading.incident_rows import INCIDENTS, is_incident, rows_of_incident
from changeflow.reading.other_changes import Standings
from changeflow.reading.planning_rows import (
    lead_rules,
    planned_by,
    service_outages,
)
from changeflow.reading.readable_documents import readable_documents
from changeflow.reading.request_traits import team_of, traits_of
from changeflow.reading.reviewed_incidents import incidents_of_reviews
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.spread_changes import spread_changes
from changeflow.reading.state import State
from changeflow.reading.verification_proofs import VerificationProofs
from changeflow.release.ending import OUTCOME_OF, ReleaseSpan, release_span
from changeflow.release.rehearsal import rehearsed_at, standing_rehearsal
from changeflow.repo.git import Git

Row = dict[str, Any]

NO_KEY: Final[Row] = {}
# the states of what was done before anybody asked, once it is agreed to
_DONE: Final = (LifecycleState.IMPLEMENTED, LifecycleState.IN_REVIEW, LifecycleState.CLOSED)
# the states of changes that ended without having been carried out, in the words of the tables
_NEVER: Final = {LifecycleState.WITHDRAWN: "withdrawn", LifecycleState.REJECTED: "rejected"}


@dataclass
class OwnRecords:
    """The rows of all tables, by the name of the table.

    Attributes:
        tables: rows by table; columns that are not known are left out.
        unreadable: paths of requests and incidents that cannot be read.
        findings: links of incidents that times contradict.
        ledger: the commit of the ledger that was read; None where there is none.
    """

    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in TABLES})
    unreadable: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    ledger: str | None = None

    def add(self, table: str, rows: Iterable[Row], key: Row = NO_KEY) -> None:
        """Add rows to a table, each with the columns of a key."""
        for row in rows:
            whole = key | row
            # None stands for what is not known
            known = {name: value for name, value in whole.items() if value is not None}
            self.tables[table].append(known)


@dataclass(frozen=True)
class KnownRecords:
    """The rows of one change, made before.

    Attributes:
        tables: rows by table.
        fixing: what it says that it fixes.
    """

    tables: Mapping[str, Sequence[Row]]
    fixing: tuple[str, ...]


NOTHING_KNOWN: Final[Mapping[str, KnownRecords]] = {}


@dataclass(frozen=True)
class _Part:
    """The rows of some changes, perhaps made in a process of its own.

    Attributes:
        found: their rows.
        fixing: what they say that they fix, to the changes.
        states: how they stand; None: that cannot be read.
    """

    found: OwnRecords
    fixing: Mapping[str, Sequence[str]]
    states: Mapping[str, LifecycleState | None]


def own_records(
    git: Git,
    base: State,
    evidence: Evidence,
    standings: Standings,
    now: datetime,
    known: Mapping[str, KnownRecords] = NOTHING_KNOWN,
) -> OwnRecords:
    """Return the rows that a repository has to give.

    Args:
        git: the repository, whose history tells when a request was recorded.
        base: the main branch, with the requests, the rulebook and the incidents.
        evidence: the ledger.
        standings: how the changes on the main branch stand.
        now: the time.
        known: the rows of changes that need not be made again.

    Raises:
        errors.Unreadable: when the rulebook cannot be read.
    """
    found = OwnRecords(ledger=evidence.head)
    maker = RecordMaker(git, base, base.require_readable(), evidence, standings, now)
    names = sorted(filter(None, map(change_of_rfc, base.paths)))
    if known:
        maker.add_all(names, found, known)
    else:
        for part in spread_changes(maker.part, names, git, (now,)):
            maker.add_part(part, found)
    committed = _last_commits(git, base)
    found.add("incidents", _incidents(base, maker.source, maker.fixing, committed, found))
    found.add("incidents", list(incidents_of_reviews(base, maker.source, maker.fixing, found.tables)))
    key = {"source": maker.source}
    proofs = VerificationProofs(git, base, evidence)
    improvements = improvement_rows(
        git, base, proofs, maker.fixing, found.tables, found.unreadable
    )
    found.add("improvements", improvements, key)
    audits = readable_documents(base, audits_in(base), ConfigurationAudit, found.unreadable)
    found.add("audited_items", chain.from_iterable(map(rows_of_audit, audits)), key)
    _add_commit_times(git, found)
    return found


def _add_commit_times(git: Git, found: OwnRecords) -> None:
    """Add to each deployment when its commit was made."""
    rows = found.tables["deployments"]
    made = commit_times(git, {row["commit"] for row in rows if "commit" in row})
    for row in rows:
        at = made.get(row.get("commit", ""))
        if at is not None:
            row["committed_at"] = at


def _first_commits(git: Git, base: State) -> Mapping[str, datetime]:
    """Return when the commit was made that added each request, by its path."""
    # newest first: the oldest commit is the last one told
    return dict(_commits(git, base, CHANGES, ["--diff-filter=A"]))


def _last_commits(git: Git, base: State) -> Mapping[str, datetime]:
    """Return when each incident was last written, by its path: what it names was known then."""
    found: dict[str, datetime] = {}
    for path, at in _commits(git, base, INCIDENTS, []):
        found.setdefault(path, at)
    return found


def _commits(
    git: Git, base: State, folder: str, options: Sequence[str]
) -> Iterator[tuple[str, datetime]]:
    """Yield each file that commits touched below a folder, and when; the newest first."""
    if base.commit is None:
        return
    for seconds, path in commits_touching(git, base.commit, folder, "%ct", options):
        yield path, commit_time(seconds.strip(), END_OF_TIME)


class RecordMaker:
    """Makes the rows of one change after the other.

    Args:
        git: the repository, whose history tells when a request was recorded.
        place: the main branch, or another place that has the requests.
        base: the rulebook.
        evidence: the ledger.
        standings: how the changes at the place stand.
        now: the time.
    """

    def __init__(
        self,
        git: Git,
        place: State,
        base: Rulebook,
        evidence: Evidence,
        standings: Standings,
        now: datetime,
    ) -> None:
        self._place, self._base, self._evidence = place, base, evidence
        self._standings, self._now = standings, now
        self._recorded = _first_commits(git, place)
        self.source = base.config.source_name
        self._lead_rules = lead_rules(base.policies)
        # what changes say that they fix, such as an incident, to the changes
        self.fixing: dict[str, list[str]] = {}

    def add_all(
        self,
        names: Sequence[str],
        found: OwnRecords,
        known: Mapping[str, KnownRecords] = NOTHING_KNOWN,
    ) -> None:
        """Add everything that is known of these changes."""
        wanted = [name for name in names if name not in known]
        for _ in self._place.read_many(list(map(rfc_path, wanted)), problems=[]):
            continue
        for name in names:
            if name in known:
                self._take(name, known[name], found)
                continue
            try:
                change = self._place.request(name)
            except errors.Unreadable:
                found.unreadable.append(rfc_path(name))
                continue
            self.add(change, found)

    def _take(self, name: str, known: KnownRecords, found: OwnRecords) -> None:
        for table, rows in known.tables.items():
            found.tables[table] += [dict(row) for row in rows]
        for one in known.fixing:
            self.fixing.setdefault(one, []).append(name)

    def part(self, names: Sequence[str]) -> _Part:
        """Return everything that is known of some changes."""
        found, before = OwnRecords(), self.fixing
        self.fixing = {}
        try:
            self.add_all(names, found)
        finally:
            fixing, self.fixing = self.fixing, before
        told = [row["change"] for row in found.tables["changes"]]
        return _Part(found, fixing, {name: self._standings.state(name) for name in told})

    def add_part(self, part: _Part, found: OwnRecords) -> None:
        """Add what is known of some changes, and how they stand."""
        for table, rows in part.found.tables.items():
            found.tables[table] += rows
        found.unreadable += part.found.unreadable
        for name, changes in part.fixing.items():
            self.fixing.setdefault(name, []).extend(changes)
        for name, state in part.states.items():
            self._standings.know(name, state)

    def rows_of(self, change: ChangeRequest) -> KnownRecords:
        """Return the rows of one change, to be kept."""
        found = OwnRecords()
        self.add(change, found)
        tables = {table: rows for table, rows in found.tables.items() if rows}
        return KnownRecords(tables, tuple(_fixed(change)))

    def add(self, change: ChangeRequest, found: OwnRecords) -> None:
        """Add everything that is known of a change."""
        for name in _fixed(change):
            self.fixing.setdefault(name, []).append(change.id)
        mine = self._evidence.of_change(change.id)
        span = release_span(mine)
        state = self._standings.state(change.id)
        case = self._standings.case(change.id)
        key = {"source": self.source, "change": change.id}
        whole = self._change(change, mine, span, state) | self._end(case, span)
        found.add("changes", [whole], key)
        found.add("change_items", self._items(change, case, span, mine), key)
        found.add("opinions", self._opinions(mine, span), key)
        if state not in _NEVER:
            found.add("service_outages", service_outages(_last_said(_before(mine, span))), key)
        if span is not None:
            found.add("steps", _steps(span), key)
            found.add("deployments", _deployments(change.id, span), key)
        is_done = span is not None or change.spec.retrospective is not None
        if is_done and case is not None:
            found.add("reviews", self._reviews(case, mine), key)

    def _change(
        self,
        change: ChangeRequest,
        mine: Sequence[LedgerEntry],
        span: ReleaseSpan | None,
        state: LifecycleState | None,
    ) -> Row:
        spec, before, after = change.spec, _before(mine, span), change.spec.retrospective
        assessed = _last_said(before)
        window, rollback = spec.window, spec.rollback
        return {
            **planned_by(assessed, before, self._lead_rules),
            "rollback_limit_seconds": _seconds(rollback.limit if rollback is not None else None),
            "title": change.metadata.title,
            "type": spec.type.value,
            "class": _class_of(assessed),
            "category": spec.category,
            "model": spec.model,
            "origin": "incident" if spec.emergency is not None else None,
            "team": team_of(change.changed, self._base),
            "environment": self._environment(change),
            "risk_score": _within(assessed, "risk", "score"),
            "risk_level": _within(assessed, "risk", "level"),
            "cab_required": self._asks_cab(assessed),
            "traits": traits_of(change),
            "rehearsed_at": _rehearsed_at(before, span),
            "recorded_at": self._recorded_at(change, mine),
            "approved_at": _approved_at(before),
            "planned_start": window.start if window is not None else None,
            "planned_end": window.end if window is not None else None,
            "actual_start": _started(span, after),
            "actual_end": _ended(span, after),
            "closed_at": _closed_at(mine, span, state),
            "outcome": _outcome(span, state, after),
        }

    def _recorded_at(self, change: ChangeRequest, mine: Sequence[LedgerEntry]) -> datetime | None:
        committed = self._recorded.get(rfc_path(change.id))
        if not mine or committed is None:
            return mine[0].moment if mine else committed
        return min(mine[0].moment, committed)

    def _asks_cab(self, assessed: Mapping[str, Any]) -> bool | None:
        asked = assessed.get("approvals")
        if not isinstance(asked, list):
            return None
        return any(_within(one, "role") == self._base.config.cab for one in asked)

    def _environment(self, change: ChangeRequest) -> str | None:
        """Return the environment of all items of a change; None where there are several."""
        items = self._base.items
        found = {items[ci].spec.environment for ci in change.changed if ci in items}
        return found.pop() if len(found) == 1 else None

    def _end(self, case: LifeCase | None, span: ReleaseSpan | None) -> Row:
        """Return the columns about a rollback, and about approvals in retrospect."""
        if span is None or case is None:
            return {}
        found: Row = {"rollback_start": _rollback_start(span)}
        if span.state == LifecycleState.ROLLED_BACK and span.end is not None:
            found["rollback_end"] = span.end.moment
        if case.common.change.spec.emergency is not None:
            found["retrospective_due_at"] = retrospective_due(case.closing, self._now)
        return found

    def _opinions(self, mine: Sequence[LedgerEntry], span: ReleaseSpan | None) -> Iterator[Row]:
        """Yield the opinions about a change, each with whether it was given for the CAB."""
        cab = self._base.config.cab
        members = self._base.roster.members(cab)
        for row in _opinions(mine, span):
            role = row["role"]
            yield row | {"cab": row["person"] in members if role is None else role == cab}

    def _items(
        self,
        change: ChangeRequest,
        case: LifeCase | None,
        span: ReleaseSpan | None,
        mine: Sequence[LedgerEntry],
    ) -> Iterator[Row]:
        is_done = case is not None and outcome_of(span, None) == "implemented"
        took = measured_outages(self._place, change.id, mine)
        behind = case.cmdb.behind if case is not None else ()
        for item in change.spec.items or ():
            known = self._base.items.get(item.ci)
            spec = known.spec if known is not None else None
            tier = spec.criticality if spec is not None else None
            yield {
                "item": item.ci,
                "action": item.action.value,
                "item_type": spec.type if spec is not None else None,
                "criticality": tier.value if tier is not None else None,
                "outage_seconds": _seconds(item.outage),
                "actual_outage_seconds": _seconds(took.get(item.ci)),
                "updated": _is_updated(item, behind) if is_done else None,
            }

    def _reviews(self, case: LifeCase, mine: Sequence[LedgerEntry]) -> Iterator[Row]:
        """Yield the review of a change, or that it is due."""
        due = review_due(case.closing, self._now)
        last: LedgerEntry | None = None
        for entry in mine:
            if isinstance(entry.body, ReviewBody):
                last = entry
        if last is not None and isinstance(last.body, ReviewBody):
            said = {"person": last.body.by, "outcome": last.body.outcome}
            yield {"due_at": due, "recorded_at": last.moment, **said}
        elif due is not None:
            yield {"due_at": due}


# -- what became of it ---------------------------------------------------------------------------


def outcome_of(span: ReleaseSpan | None, state: LifecycleState | None) -> str | None:
    """Return how a change ended; None while it has not, or where that is not known.

    What happened outranks what was decided: a released change is never withdrawn. An end without
    the signatures that were asked for is not known to have happened.
    """
    if span is not None:
        return OUTCOME_OF.get(span.state) if span.proven else None
    return _NEVER.get(state) if state is not None else None


def _outcome(
    span: ReleaseSpan | None, state: LifecycleState | None, after: Retrospective | None
) -> str | None:
    """Return how a change ended; what was done before anybody asked, once that is agreed to."""
    if span is None and after is not None and state in _DONE:
        return "implemented"
    return outcome_of(span, state)


def _started(span: ReleaseSpan | None, after: Retrospective | None) -> datetime | None:
    if span is not None:
        return span.start.moment
    return after.started if after is not None else None


def _ended(span: ReleaseSpan | None, after: Retrospective | None) -> datetime | None:
    if span is not None:
        return span.end.moment if span.end is not None else None
    return after.ended if after is not None else None


def _closed_at(
    mine: Sequence[LedgerEntry], span: ReleaseSpan | None, state: LifecycleState | None
) -> datetime | None:
    """Return when a change was closed: with its review, or where it owes none with its end."""
    if state is not LifecycleState.CLOSED or span is None or span.end is None:
        return None
    closed = span.end.moment
    for entry in mine:
        if isinstance(entry.body, ReviewBody):
            closed = max(closed, entry.moment)
    return closed


def _is_updated(item: ChangedItem, behind: Sequence[str]) -> bool | None:
    """Return whether the record of an item is up to date; None: what is modified does not tell."""
    return None if item.action is Action.MODIFY else item.ci not in behind


def _rollback_start(span: ReleaseSpan) -> datetime | None:
    """Return when the last rollback of a release began."""
    found: datetime | None = None
    for entry in span.journal:
        if isinstance(entry.body, ReleaseBody) and entry.body.event == "rolling_back":
            found = entry.moment
    return found


# -- what was known before -----------------------------------------------------------------------


def _before(mine: Sequence[LedgerEntry], span: ReleaseSpan | None) -> list[LedgerEntry]:
    """Return the entries from before the release."""
    if span is None:
        return [*mine]
    return [*mine[: mine.index(span.start)]]


def _within(value: object, *keys: str) -> Any:
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _rehearsed_at(before: Sequence[LedgerEntry], span: ReleaseSpan | None) -> datetime | None:
    """Return when the way back was rehearsed: of what was released, that very content."""
    if span is None or not isinstance(span.start.body, ReleaseBody):
        return rehearsed_at(before)
    found = standing_rehearsal(before, span.start.body.digest)
    return found.newest.moment if found is not None else None


def _last_said(entries: Sequence[LedgerEntry]) -> Mapping[str, Any]:
    """Return the last assessment on record; empty where there is none."""
    found = last_assessment(entries)
    return found.said if found is not None else {}


def _class_of(assessed: Mapping[str, Any]) -> str | None:
    """Return the class by risk and rules; a standard change and an emergency have none."""
    found = _within(assessed, "type", "class")
    return found if found in ("minor", "significant", "major") else None


def _approved_at(before: Sequence[LedgerEntry]) -> datetime | None:
    """Return when the approve gate was last found open before the release."""
    for entry in reversed(before):
        body = entry.body
        if isinstance(body, DecisionBody) and body.gate == "approve" and body.open:
            return entry.moment
    return None


def _fixed(change: ChangeRequest) -> Iterator[str]:
    """Yield what a request says that it fixes, each once."""
    emergency = change.spec.emergency
    own = (emergency.incident,) if emergency is not None else ()
    yield from dict.fromkeys((*own, *change.spec.fixes))


def _seconds(length: Any) -> int | None:
    return int(length.total_seconds()) if length is not None else None


# -- rows of the ledger --------------------------------------------------------------------------


def _opinions(mine: Sequence[LedgerEntry], span: ReleaseSpan | None) -> Iterator[Row]:
    """Yield opinions on the ledger, and approvals on a code host that recorded decisions counted."""
    said: set[tuple[str, datetime]] = set()
    for entry in mine:
        body = entry.body
        if isinstance(body, ApprovalBody):
            said.add((body.by, entry.moment))
            yield _opinion(body.by, body.role, body.decision, entry.moment, span)
    for entry in mine:
        body = entry.body
        if not isinstance(body, DecisionBody) or body.facts is None:
            continue
        for one in body.approvals:
            by, at = one["by"], _moment(one.get("at", ""))
            if at is not None and (by, at) not in said:
                said.add((by, at))
                yield _opinion(by, one.get("role"), "approve", at, span)


def _moment(text: str) -> datetime | None:
    try:
        return parse_instant(text)
    except ValueError:
        return None


def _opinion(by: str, role: Any, decision: str, at: datetime, span: ReleaseSpan | None) -> Row:
    started = span is not None and at >= span.start.moment
    return {
        "person": by,
        "role": role or None,
        "decision": decision,
        "decided_at": at,
        "retrospective": started,
    }


def _steps(span: ReleaseSpan) -> Iterator[Row]:
    """Yield the steps that were begun, each with the last that the journal says of it."""
    found: dict[str, Row] = {}
    for entry in span.journal:
        body = entry.body
        if not isinstance(body, ReleaseBody) or not body.key:
            continue
        row = found.setdefault(body.key, {"step": body.key, "phase": body.phase})
        if body.event == "intent":
            row |= {"started_at": entry.moment, "ended_at": None, "outcome": None}
        elif body.event in ("outcome", "confirmed"):
            row |= {"ended_at": entry.moment, "outcome": body.outcome}
    yield from found.values()


def _deployments(change: str, span: ReleaseSpan) -> Iterator[Row]:
    """Yield a deployment for each environment that the release claimed."""
    body = span.start.body
    assert isinstance(body, ReleaseBody)  # noqa: S101 - it is a line of the journal
    commits = sorted(commits_of(span.start.subject))
    commit = commits[0] if len(commits) == 1 else None
    for environment in body.environments:
        yield {
            "deployment": f"{change}/{environment}",
            "environment": environment,
            "commit": commit,
            "started_at": span.start.moment,
            "ended_at": span.end.moment if span.end is not None else None,
            "outcome": outcome_of(span, None),
        }


# -- incidents -----------------------------------------------------------------------------------


def _contradicts(link: str | None, opened: datetime, change: Row) -> bool:
    """Return whether times say that a change neither caused nor mended an incident.

    `history.cross_records` says the same of records that are imported.
    """
    if link == "caused_by":
        started = change.get("actual_start")
        return started is not None and opened < started
    ended = change.get("actual_end")
    return link == "fixes" and ended is not None and ended < opened


def _incidents(
    base: State,
    source: str,
    fixing: Mapping[str, Sequence[str]],
    committed: Mapping[str, datetime],
    found: OwnRecords,
) -> Iterator[Row]:
    """Yield a row for each item of an incident and each change that people link it to.

    A link that times contradict is `related`, and is found once.
    """
    changes = {row["change"]: row for row in found.tables["changes"]}
    paths = filter(is_incident, base.paths)
    for path, _ in base.read_many(sorted(paths), problems=[]):
        parsed = base.parsed(path)
        one = None if parsed.errors else parsed.first(Incident)
        if one is None:
            found.unreadable.append(path)
        else:
            fixed_by = fixing.get(one.metadata.id, ())
            told: set[tuple[str, str]] = set()
            for row in rows_of_incident(one, source, fixed_by, committed.get(path)):
                item = base.rulebook.items.get(row["item"]) if row["item"] is not None else None
                row["item_type"] = item.spec.type if item is not None else None
                link, change = row["link"], row["change"]
                if _contradicts(link, one.spec.opened, changes.get(change, {})):
                    told.add((link, change))
                    row["link"] = "related"
                yield row
            for link, change in sorted(told):
                finding = parsed.documents[0].found(
                    "history-link",
                    ("spec", link),
                    level="warning",
                    case=link,
                    incident=one.metadata.id,
                    change=change,
                )
                found.findings.append(finding)
