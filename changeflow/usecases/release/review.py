"""Post-implementation reviews: write a skeleton after a release, check it, put it on record."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from changeflow import errors
from changeflow.documents.document import Document
from changeflow.gate_cases.cmdb_facts import cmdb_facts
from changeflow.gate_cases.release_facts import release_facts
from changeflow.gate_cases.reviewed_change import review_due, reviewed_change
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.keyring import key_ring
from changeflow.ledger.statement import Draft
from changeflow.model.canonical import digest_bytes
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import review_path
from changeflow.model.evidence import LedgerEntry, ReviewBody, entries_about
from changeflow.model.findings import Finding, Findings
from changeflow.model.languages import LanguageName
from changeflow.model.phrases import told
from changeflow.model.post_implementation import PostImplementationReview
from changeflow.model.subjects import Subject
from changeflow.model.times import lies_ahead, local_day
from changeflow.reading.authors import voice
from changeflow.reading.evidence import Evidence
from changeflow.reading.parsed import parse
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.release.review_checks import ReviewedChange, review_problems
from changeflow.release.review_skeleton import Background, skeleton
from changeflow.release.step_facts import actual
from changeflow.repo.durable_writes import sync_folder
from changeflow.repo.ledger_branch import Signer
from changeflow.usecases.check.check import Checked
from changeflow.usecases.release.interventions import require_person


@dataclass(frozen=True)
class Reviewed:
    """Outcome of a review: `written` as a skeleton, `checked`, or checked and `recorded`."""

    change: str
    path: str
    what: Literal["written", "checked", "recorded"]
    checked: Checked

    @property
    def complete(self) -> bool:
        """Tell whether the review counts."""
        return self.what != "written" and not self.checked.findings.errors


def review(
    view: View,
    argument: str,
    clock: Clock,
    person: str | None = None,
    key: str | None = None,
    language: LanguageName | None = None,
) -> Reviewed:
    """Start the review of a change, or check the one that is there.

    Args:
        view: roster and configuration come from the base, the review from the head.
        argument: the change.
        clock: the time.
        person: who speaks: named in a new skeleton; puts a review of their own that is complete on
            record.
        key: key that signs it; None: see `reading.authors.voice`.
        language: of the questions of a new skeleton; None: that of the repository.

    Raises:
        errors.NothingToDo: no such change.
        errors.Refused: when the release is not over, the ledger does not hold, or the person may
            not speak.
        errors.Unreadable: when the file that is there holds no document.
    """
    content = view.head.change(argument)
    base = view.base.rulebook
    evidence = view.evidence(content.change.id)
    journal = entries_about(content.change.id, evidence.entries)
    if person is not None:
        require_person(base.roster, person, told("run.act", case="review"))
    _require_over(evidence, content.change, journal)
    release = release_facts(content.change, journal)
    of = reviewed_change(view, content, base, journal, release, given=False)
    path = review_path(content.change.id)
    if _is_there(view, path):
        checked = _check(view, path, of)
        reviewed = Reviewed(content.change.id, path, "checked", checked)
        return _record(view, reviewed, evidence, base, clock, person, key)
    asked_in = language or base.config.language
    due = review_due(content.change, base, journal, release, view.base.incidents)
    background = Background(
        questions=of.duties.questions(of.course),
        due=due,
        incidents=of.incidents,
        behind=cmdb_facts(content.change, journal, base).behind,
    )
    return _start(view, path, of, background, base, clock, person, asked_in)


def _is_there(view: View, path: str) -> bool:
    """Tell whether a file of any kind has that name: nothing is written over it."""
    if view.head.commit:
        return view.head.exists(path)
    return os.path.lexists(view.root / path)


def _require_over(
    evidence: Evidence, change: ChangeRequest, journal: Sequence[LedgerEntry]
) -> None:
    if evidence.problems:
        raise errors.Refused.of("append.broken", problem=[evidence.problems[0].quoted])
    if actual(change, journal) is None:
        raise errors.Refused.of("run.not_over", change=change.id)


# -- a new one ---------------------------------------------------------------------------------


def _start(
    view: View,
    path: str,
    of: ReviewedChange,
    background: Background,
    base: Rulebook,
    clock: Clock,
    person: str | None,
    language: LanguageName,
) -> Reviewed:
    change = of.change
    facts = actual(change, of.journal)
    assert facts is not None  # noqa: S101 - `_require_over` has seen it
    if view.head.commit is not None:
        raise errors.UsageError.of("option.head_of_review")
    zone = base.config.zone
    text = skeleton(
        change,
        facts,
        background,
        today=local_day(clock.now, zone),
        reviewer=person,
        zone=zone,
        language=language,
    )
    create(view.root / path, text.encode("utf-8"))
    asked = _check(view, path, of)
    # What is missing from a fresh skeleton is a list of things to do, not a list of errors.
    todo = tuple(replace(finding, level="warning") for finding in asked.findings.findings)
    return Reviewed(change.id, path, "written", replace(asked, findings=Findings(todo, 1)))


def create(path: Path, data: bytes) -> None:
    """Make a file that does not exist, whole and durable or not at all.

    Raises:
        errors.Refused: when it exists by now.
        errors.UsageError: when it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                os.fsync(file.fileno())
            _appear(path, name)
        finally:
            Path(name).unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise errors.UsageError.of(
            "place.unwritten", case="clean", folder=str(path), why=errors.refusal(error)
        ) from error


def _appear(path: Path, written: str) -> None:
    """Give a file its name; unlike a rename, this never replaces a file that appeared meanwhile."""
    try:
        path.hardlink_to(written)
    except FileExistsError as error:
        raise errors.Refused.of("place.file_taken", path=str(path)) from error


# -- one that is there -------------------------------------------------------------------------


def _check(view: View, path: str, of: ReviewedChange) -> Checked:
    parsed = parse(view.head.read(path), path)
    found = parsed.findings
    if parsed.errors or not parsed.documents:
        return _checked(parsed.documents[0] if parsed.documents else None, found)
    document, built = parsed.documents[0], parsed.first(PostImplementationReview)
    if built is None:
        return _checked(
            document,
            [
                *found,
                document.finding("pir-kind", ("kind",), f"{path} is no PostImplementationReview"),
            ],
        )
    problems = review_problems(built, of)
    return _checked(document, [*found, *(_placed(document, problem) for problem in problems)])


def _placed(document: Document, finding: Finding) -> Finding:
    line, column = _question(document, finding) or document.position(finding.route)
    return replace(finding, path=document.path, line=line, column=column)


def _question(document: Document, finding: Finding) -> tuple[int, int] | None:
    """Return the place of a missing answer: the comment of the skeleton."""
    if not finding.route or document.positions.key(finding.route) is not None:
        return None
    asked = re.search(
        rf"^ *(# *){re.escape(str(finding.route[-1]))}:", document.source.text, re.MULTILINE
    )
    return document.source.line_column(asked.start(1)) if asked else None


def _checked(document: Document | None, findings: Sequence[Finding]) -> Checked:
    ordered = tuple(sorted(findings, key=lambda finding: finding.order))
    lines = {}
    for item in ordered:
        if document is not None and item.line:
            lines[item.path, item.line] = document.source.line(item.line)
    return Checked(Findings(ordered, 1), lines, unreadable=document is None)


def _record(
    view: View,
    reviewed: Reviewed,
    evidence: Evidence,
    base: Rulebook,
    clock: Clock,
    person: str | None,
    key: str | None,
) -> Reviewed:
    """Put a complete review on the ledger on its reviewer's order, once for each content."""
    if person is None or not reviewed.complete:
        return reviewed
    data = view.head.read(reviewed.path)
    built = parse(data, reviewed.path).only(PostImplementationReview)
    if built.spec.reviewer != person:
        raise errors.Refused.of("run.other_reviewer", reviewer=built.spec.reviewer, person=person)
    day = built.spec.reviewed
    if day is not None and lies_ahead(day, clock.now):
        raise errors.Refused.of("run.review_ahead", day=day.isoformat())
    body = ReviewBody(by=person, outcome=built.spec.outcome or "", digest=digest_bytes(data))
    for entry in entries_about(reviewed.change, evidence.entries):
        if entry.body == body:
            return replace(reviewed, what="recorded")
    people = base.roster.spec.people
    signer = voice(view.git, key_ring(people), people, base.config, person, key)
    _append(view, reviewed, evidence, base, clock, body, signer)
    return replace(reviewed, what="recorded")


def _append(
    view: View,
    reviewed: Reviewed,
    evidence: Evidence,
    base: Rulebook,
    clock: Clock,
    body: ReviewBody,
    signer: Signer | None,
) -> None:
    if clock.simulated and not base.config.allow_simulated_clock:
        raise errors.Refused.of("append.simulated")
    subject = Subject(
        name=reviewed.path, sha256=body.digest.removeprefix("sha256:"), commit=view.head.commit
    )
    draft = Draft(
        change=reviewed.change, body=body, at=clock.now, recorded_at=clock.real, subject=(subject,)
    )
    evidence.ledger.append_deciding(lambda _: draft, signer=signer, only=reviewed.change)
