"""Record merged changes in the ledger: those authorised on the code host, and all others.

Every first-parent commit of the main branch is either the merge of a pull request whose gate was
open for exactly that content, or it touches exempt paths only, or it is an unauthorised change. An
unauthorised change is recorded as such, and never approved after the fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from changeflow.gate.path_categories import categorise_all
from changeflow.gate.pull_record import recorded
from changeflow.language.sentences import in_english
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.statement import Draft, drafted
from changeflow.model.answers.plain import answer
from changeflow.model.canonical import canonical_json, digest_bytes, on_record
from changeflow.model.clock import Clock
from changeflow.model.directory import Directory
from changeflow.model.document_parts import format_instant
from changeflow.model.document_paths import change_of, change_of_review
from changeflow.model.evidence import DecisionBody, LedgerEntry, ReviewBody, entries_about
from changeflow.model.opinions import Review
from changeflow.model.phrases import told
from changeflow.model.post_implementation import PostImplementationReview
from changeflow.model.pull_facts import PullRequestRef
from changeflow.model.subjects import Subject
from changeflow.reading.parsed import parse
from changeflow.reading.pull_content import content_of
from changeflow.reading.rulebook import Rulebook
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import Chain, LedgerBranch, Signer
from changeflow.repo.source import Revision
from changeflow.usecases.gate.assess import assessment_on_record
from changeflow.usecases.pull.judge import JudgedPull

# bytes of a host's facts in one entry; with more it cannot be computed again, and says so
FACTS_LIMIT: Final = 1024 * 1024


@dataclass(frozen=True)
class MergedCommit:
    """A first-parent commit of the main branch, and the pull request that brought it.

    `judged` is None without a pull request.
    """

    commit: str
    parent: str
    number: int | None
    judged: JudgedPull | None


@dataclass(frozen=True)
class LandedCommit:
    """A first-parent commit of the main branch, its first parent, and its pull request, if any."""

    commit: str
    parent: str
    number: int | None = None


def not_recorded(git: Git, chain: Chain, tip: str, since: str | None) -> tuple[str, ...]:
    """Return the commits of the main branch after the newest one on record, oldest first.

    First-parent commits count. The ledger says where recording stopped, not the event: a push whose
    own run was lost is recorded by the next one. A first commit is left out: it cannot be compared
    with another.

    Args:
        git: the clone.
        chain: the ledger.
        tip: of the main branch.
        since: the commit to begin after if nothing is on record yet; None or unknown: only the tip
            is returned.
    """
    known = set(map(_recorded_commit, chain.entries))
    history = [line.split() for line in git.log(tip, format_="%H %P", extra=["--first-parent"])]
    names = [commit for commit, *_ in history]
    start = names.index(since) if since in names else 1
    for index, name in enumerate(names):
        if name in known:
            start = index
            break
    return tuple(commit for commit, *parents in reversed(history[:start]) if parents)


def needs_authority(git: Git, base: Rulebook, parent: str, commit: str) -> bool:
    """Return whether a commit changes more than exempt paths, so that it needs authority."""
    return bool(_governed_paths(git, base, parent, commit))


def _governed_paths(git: Git, base: Rulebook, parent: str, commit: str) -> list[str]:
    """Return the paths that a commit changes and that are not exempt."""
    changes = content_of(git, parent, commit).changes
    categorised = categorise_all(changes, base.config.exempt_paths)
    return [found.path for found in categorised if found.category != "exempt"]


def by_pull_request(
    landed: Sequence[LandedCommit], refs: Mapping[str, Sequence[PullRequestRef]]
) -> Iterator[LandedCommit]:
    """Yield commits by the pull request that brought them, oldest first.

    A merge or a squash is one commit, which the pull request names. A rebase is a row of commits,
    of which the pull request names the last: they belong together. A commit that more than one pull
    request claims belongs to none.
    """
    merged: dict[str, set[int]] = {}
    ends: dict[int, str | None] = {}
    for commit, found in refs.items():
        for ref in found:
            if ref.state == "merged":
                merged.setdefault(commit, set()).add(ref.number)
                ends[ref.number] = ref.merge_commit
    row: list[LandedCommit] = []
    for one in landed:
        numbers = merged.get(one.commit, set())
        number = min(numbers) if len(numbers) == 1 else None
        if row and (number is None or row[0].number != number):
            yield from _alone(row)
            row = []
        if number is None:
            yield LandedCommit(one.commit, one.parent)
        elif ends[number] == one.commit:
            yield LandedCommit(one.commit, row[0].parent if row else one.parent, number)
            row = []
        else:
            row.append(LandedCommit(one.commit, one.parent, number))
    yield from _alone(row)


def _alone(landed: Sequence[LandedCommit]) -> Iterator[LandedCommit]:
    return (LandedCommit(one.commit, one.parent) for one in landed)


def _recorded_commit(entry: LedgerEntry) -> str | None:
    body = entry.body
    if not isinstance(body, DecisionBody):
        return None
    inputs = body.decision.get("inputs")
    commit = inputs.get("merged") if isinstance(inputs, dict) else None
    return commit if isinstance(commit, str) else None


def drafts(
    git: Git,
    base: Rulebook,
    merged: MergedCommit,
    clock: Clock,
    noted: Mapping[str, Any] | None = None,
) -> Iterator[tuple[Draft, ...]]:
    """Yield the entries about one commit; none if only exempt paths changed.

    Entries that belong together are recorded together: a decision comes last, after the assessment
    that it rests on. `noted` is further facts for the record, from which nothing is computed.
    """
    governed = _governed_paths(git, base, merged.parent, merged.commit)
    facts = facts_of(merged, base.commit) | dict(noted or {})
    yield from _reviews(git, merged, clock)
    judged = merged.judged
    if judged is not None and judged.verdict.open and _same_content(git, merged):
        for decision, assessed in zip(judged.verdict.decisions, judged.assessed, strict=True):
            inputs = {**decision.inputs, "merged": merged.commit, "pull_request": merged.number}
            body = DecisionBody(
                gate="approve",
                open=decision.open,
                digest=assessed.content.digest,
                decision=on_record({**answer(decision), "inputs": inputs}),
                facts=facts,
            )
            bodies = (assessment_on_record(assessed), body)
            yield drafted(decision.change, bodies, clock, assessed.content.subjects)
    elif governed:
        yield (_unauthorised(merged, governed, facts, clock),)


def _reviews(git: Git, merged: MergedCommit, clock: Clock) -> Iterator[tuple[Draft, ...]]:
    """Yield the post-implementation reviews that landed and that their reviewers agreed to.

    A reviewer agrees by opening the pull request from an account of theirs, or by approving it.
    """
    judged = merged.judged
    if judged is None or not judged.verdict.open or not _same_content(git, merged):
        return
    agreed = {one.by for one in judged.heard.reviews if _agrees(one, judged)} | {_author(judged)}
    landed = Revision(git, merged.commit)
    for item in judged.content.changes:
        change = change_of_review(item.path)
        if change is None or not change.startswith("CHG-") or item.gone:
            continue
        data = landed.read(item.path)
        review = _review_in(data, item.path)
        reviewer = review.spec.reviewer if review is not None else None
        if review is not None and reviewer is not None and reviewer in agreed:
            body = ReviewBody(
                by=reviewer,
                outcome=review.spec.outcome or "",
                digest=digest_bytes(data),
            )
            sha256 = body.digest.removeprefix("sha256:")
            subject = Subject(name=item.path, sha256=sha256, commit=merged.commit)
            yield (
                Draft(
                    change=change,
                    body=body,
                    at=clock.now,
                    recorded_at=clock.real,
                    subject=(subject,),
                ),
            )


def _agrees(opinion: Review, judged: JudgedPull) -> bool:
    return (
        opinion.decision == "approve"
        and not opinion.ineligible
        and opinion.digest == judged.content.digest
    )


def _author(judged: JudgedPull) -> str | None:
    """Return the person of the roster whose account opened the pull request."""
    author = judged.facts.author
    if author is None:
        return None
    return Directory(judged.base.roster.spec.people).owner_of_account(author.id)


def _review_in(data: bytes, path: str) -> PostImplementationReview | None:
    parsed = parse(data, path)
    return None if parsed.errors else parsed.first(PostImplementationReview)


def facts_of(merged: MergedCommit, tip: str | None) -> dict[str, Any]:
    """Return the facts that are recorded, so that the entry can be computed again.

    They are those of the code host, and the state of the ledger that was read. `tip` is the state
    of the main branch whose settings say which paths need authority.
    """
    judged = merged.judged
    facts: dict[str, Any] = {
        "tip": tip,
        "parent": merged.parent,
        "pull": None,
        "now": None,
        "ledger": None,
        "left_out": None,
    }
    if judged is None:
        return facts
    pull = recorded(judged.facts, judged.git_facts.digests, judged.git_facts.hands)
    size = len(canonical_json(pull))
    if size > FACTS_LIMIT:
        return facts | {"left_out": f"{size} bytes of facts are more than {FACTS_LIMIT}"}
    return facts | {
        "pull": pull,
        "now": format_instant(judged.verdict.now),
        "ledger": judged.ledger,
    }


def _same_content(git: Git, merged: MergedCommit) -> bool:
    """Return whether the commit has the effective content that was judged.

    It may have been merged in any way.
    """
    judged = merged.judged
    return (
        judged is not None
        and content_of(git, merged.parent, merged.commit).digest == judged.content.digest
    )


def _unauthorised(
    merged: MergedCommit, paths: list[str], facts: dict[str, Any], clock: Clock
) -> Draft:
    """Return an exception entry: the content that landed without an open gate."""
    change = f"CHG-{clock.now:%Y%m%d}-unauthorised-{merged.commit[:12]}"
    touched = sorted({name for name in map(change_of, paths) if name and name.startswith("CHG-")})
    what: dict[str, Any] = {"case": "no_pull_request", "commit": merged.commit}
    if merged.judged is not None:
        state = merged.judged.verdict.state
        what |= {"case": "gate", "number": merged.number, "state": state}
    decision = {
        "change": change,
        "gate": "approve",
        "open": False,
        "reason_code": "change.unauthorised",
        "message": in_english(told("change.unauthorised", **what)),
        "paths": sorted(paths)[:100],
        "changes": touched,
        "inputs": {"merged": merged.commit, "pull_request": merged.number},
    }
    return Draft(
        change=change,
        body=DecisionBody(
            gate="approve", open=False, digest="sha256:" + "0" * 64, decision=decision, facts=facts
        ),
        at=clock.now,
        recorded_at=clock.real,
        subject=(Subject(name=f"commit {merged.commit}", sha256="0" * 64, commit=merged.commit),),
    )


def record(
    ledger: LedgerBranch, together: Sequence[Draft], signer: Signer | None
) -> LedgerEntry | None:
    """Append a commit or a review, unless it is on record for this change already.

    Return the last entry.
    """
    draft = together[-1]
    commit: str | None = None
    if isinstance(draft.body, DecisionBody):
        commit = draft.body.decision.get("inputs", {}).get("merged")

    def is_on_record(entry: LedgerEntry) -> bool:
        if isinstance(draft.body, ReviewBody):
            return entry.body == draft.body
        return _recorded_commit(entry) == commit

    def decide(chain: Chain) -> Sequence[Draft] | None:
        mine = entries_about(draft.change, chain.entries)
        return None if any(map(is_on_record, mine)) else together

    return ledger.append_deciding(decide, signer=signer)
