"""What people said of a change, with their words, and whether it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from changeflow.gate.case import untimed
from changeflow.gate.decision import decide
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate.gates.close import CLOSE
from changeflow.gate.ledger_opinions import ledger_opinions
from changeflow.gate.lifecycle import LifeCase
from changeflow.model.answers.decision import Decision, IgnoredReview
from changeflow.model.answers.one_change import GivenOpinion
from changeflow.model.directory import Directory
from changeflow.model.document_parts import parse_instant
from changeflow.model.evidence import ApprovalBody, DecisionBody, LedgerEntry
from changeflow.model.opinions import Review
from changeflow.reading.rulebook import Rulebook

SUPERSEDED: Final = "approval.superseded"
# states of a review on a host, as opinions
_OF_REVIEWS: Final = {
    "approved": "approve",
    "changes_requested": "reject",
    "dismissed": "withdraw",
}


def opinions_told(
    case: LifeCase,
    approval: Decision,
    mine: Sequence[LedgerEntry],
    base: Rulebook,
    now: datetime,
) -> tuple[GivenOpinion, ...]:
    """Return the opinions on a change, oldest first: from the ledger, and from a host's reviews.

    Args:
        case: what the state of the change depends on.
        approval: the decision that its approval rests on, or the shut one of now.
        mine: the entries about the change.
        base: the roster and the configuration.
        now: the time.
    """
    of_ledger = _Ledger(case, approval, now)
    found: list[GivenOpinion] = []
    entries = [entry for entry in mine if isinstance(entry.body, ApprovalBody)]
    reviews = ledger_opinions(entries, base.roster, base.config)
    newest = _newest(reviews)
    for number, (entry, review) in enumerate(zip(entries, reviews, strict=True)):
        is_newest = newest.get(review.by) == number
        found.append(of_ledger.opinion(entry, review, is_newest=is_newest))
    found += _of_host(case, mine, base)
    return tuple(sorted(found, key=lambda one: (one.seq, one.at, one.by)))


def _newest(reviews: Sequence[Review]) -> dict[str | None, int]:
    """Return the place of each person's newest opinion that is theirs."""
    found: dict[str | None, int] = {}
    for number, review in enumerate(reviews):
        if review.by is not None and review.ineligible is None:
            found[review.by] = number
    return found


class _Ledger:
    """Tells of the opinions on the ledger whether they count."""

    def __init__(self, case: LifeCase, approval: Decision, now: datetime) -> None:
        case = untimed(case)
        self._digest = case.common.panel.digest
        approve = decide(APPROVE, case.approve, now)
        close = decide(CLOSE, case.closing, now)
        self._counted: set[str] = set()
        self._ignored: dict[str, str] = {}
        self._said: dict[tuple[str, str], IgnoredReview] = {}
        for decision in (approval, approve, close):
            self._counted.update(one.by for one in decision.approvals)
        for one in approve.ignored:
            self._said[one.by, one.reason_code] = one
            if one.reason_code != SUPERSEDED:
                self._ignored[one.by] = one.reason_code

    def opinion(self, entry: LedgerEntry, review: Review, *, is_newest: bool) -> GivenOpinion:
        """Return an opinion with the reason why it does not count, if it does not."""
        code = review.ineligible or ""
        if not code and not is_newest:
            code = SUPERSEDED
        if not code and review.shown_as not in self._counted:
            code = self._ignored.get(review.shown_as, "")
        said = self._said.get((review.shown_as, code))
        return GivenOpinion(
            by=review.shown_as,
            decision=review.decision,
            role=review.role,
            at=entry.at,
            words=review.words,
            of_this_content=review.digest == self._digest,
            counts=not code,
            reason_code=code,
            message=review.message or (said.message if said else ""),
            data=said.data if said else {},
            signed_by=entry.signer,
            key=entry.key,
            seq=entry.seq,
            source="ledger",
        )


def _of_host(case: LifeCase, mine: Sequence[LedgerEntry], base: Rulebook) -> Iterator[GivenOpinion]:
    """Yield the reviews on a code host, as they were recorded with the newest decision."""
    for entry in reversed(mine):
        body = entry.body
        reviews = _reviews_in(body) if isinstance(body, DecisionBody) else []
        if isinstance(body, DecisionBody) and reviews:
            directory = Directory(base.roster.spec.people)
            same = body.digest == case.common.panel.digest
            for review in reviews:
                found = _of_review(review, body, entry, directory, same, base.config.host)
                if found is not None:
                    yield found
            return


def _reviews_in(body: DecisionBody) -> list[Mapping[str, Any]]:
    """Return the reviews among the facts of a decision; none where they are no such record."""
    found: Any = body.facts
    for key in ("pull", "said", "reviews"):
        found = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(found, list):
        return []
    return [review for review in found if isinstance(review, Mapping)]


def _of_review(
    review: Mapping[str, Any],
    body: DecisionBody,
    entry: LedgerEntry,
    directory: Directory,
    same: bool,
    host: str,
) -> GivenOpinion | None:
    """Return a review as an opinion; None for one that only comments, or that says no time."""
    decision = _OF_REVIEWS.get(str(review.get("state")))
    author = review.get("author")
    account = author if isinstance(author, Mapping) else {}
    try:
        at = parse_instant(str(review.get("submitted_at")))
    except ValueError:
        return None
    if decision is None:
        return None
    number = account.get("id")
    person = directory.owner_of_account(number if isinstance(number, int) else None)
    counted = {one["by"]: str(one.get("role")) for one in body.approvals}
    by = person or str(account.get("login") or "ghost")
    return GivenOpinion.model_validate(
        {
            "by": by,
            "decision": decision,
            "role": counted.get(by),
            "at": at,
            "words": str(review.get("words") or ""),
            "of_this_content": same,
            "counts": by in counted,
            "reason_code": "",
            "message": "",
            "signed_by": entry.signer,
            "key": entry.key,
            "seq": entry.seq,
            "source": host,
        }
    )
