"""Improvements, and follow-ups of reviews, as rows of the table of improvements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from changeflow.model.document_paths import IMPROVEMENTS, review_path
from changeflow.model.improvement import Improvement
from changeflow.model.post_implementation import FollowUp, PostImplementationReview
from changeflow.model.times import end_of_day, start_of_day
from changeflow.reading.commit_times import commit_times
from changeflow.reading.readable_documents import readable_documents
from changeflow.reading.state import State
from changeflow.reading.verification_proofs import VerificationProofs
from changeflow.repo.git import Git

Row = dict[str, Any]


def improvement_rows(
    git: Git,
    base: State,
    proofs: VerificationProofs,
    fixing: Mapping[str, Sequence[str]],
    tables: Mapping[str, Sequence[Row]],
    unreadable: list[str],
) -> Iterator[Row]:
    """Yield a row for each improvement, and for each follow-up of a review that is on record.

    A follow-up that an improvement follows is that improvement, and counts once.

    Args:
        git: the repository, which tells when commits were made.
        base: the main branch.
        proofs: tells who said that improvements are verified.
        fixing: what changes say that they fix, to the changes.
        tables: rows of changes and of reviews.
        unreadable: where the paths of documents are noted that cannot be read.
    """
    ended = dict(_ends(tables["changes"]))
    fixed = dict(_first_ends(fixing, ended))
    zone = base.config.zone
    paths = sorted(filter(_is_improvement, base.paths))
    documents = list(readable_documents(base, paths, Improvement, unreadable))
    readable = [path for path in paths if path not in unreadable]
    commits = _named_commits(git, documents)
    for path, one in zip(readable, documents, strict=True):
        proved = proofs.is_proved(one, path)
        yield row_of_improvement(one, ended, commits, zone, proved=proved)
    followed = {f"{one.review}#{one.follow_up}" for one in (one.spec.source for one in documents)}
    reviewed = [review_path(row["change"]) for row in tables["reviews"] if "recorded_at" in row]
    there = filter(base.exists, sorted(reviewed))
    for review in readable_documents(base, there, PostImplementationReview, unreadable):
        spec = review.spec
        for row in rows_of_follow_ups(spec.change, spec.follow_ups, fixed, zone):
            if row["improvement"] not in followed:
                yield row


def _is_improvement(path: str) -> bool:
    return path.startswith(IMPROVEMENTS) and path.endswith((".yaml", ".yml"))


def _ends(changes: Sequence[Row]) -> Iterator[tuple[str, datetime]]:
    """Yield when each implemented change ended."""
    for row in changes:
        if row.get("outcome") == "implemented" and "actual_end" in row:
            yield row["change"], row["actual_end"]


def _first_ends(
    fixing: Mapping[str, Sequence[str]], ended: Mapping[str, datetime]
) -> Iterator[tuple[str, datetime]]:
    """Yield what implemented changes say that they fix, and when the first of them ended."""
    for name, changes in fixing.items():
        ends = [ended[change] for change in changes if change in ended]
        if ends:
            yield name, min(ends)


def _named_commits(git: Git, documents: Sequence[Improvement]) -> dict[str, datetime]:
    """Return the dates of the commits that improvements name, also by their first digits."""
    whole: dict[str, str] = {}
    for one in documents:
        done = one.spec.done_by
        if done is None or done.commit is None:
            continue
        found = git.resolve(done.commit)
        if found is not None:
            whole[done.commit] = found
    made = commit_times(git, set(whole.values()))
    return {name: made[commit] for name, commit in whole.items() if commit in made}


def row_of_improvement(
    one: Improvement,
    ended: Mapping[str, datetime],
    commits: Mapping[str, datetime],
    zone: tzinfo,
    *,
    proved: bool,
) -> Row:
    """Return the row of an improvement.

    Args:
        one: the document.
        ended: when each implemented change ended.
        commits: the dates of the commits that improvements name.
        zone: whose days end.
        proved: whether its verifier has said that it works; it is not verified otherwise.
    """
    spec, done = one.spec, one.spec.done_by
    done_at = None
    if done is not None and done.change is not None:
        done_at = ended.get(done.change)
    elif done is not None and done.commit is not None:
        done_at = commits.get(done.commit)
    verified = spec.verified.on if spec.verified is not None else None
    verified_at = _if_given(start_of_day, verified, zone)
    return {
        "improvement": one.metadata.id,
        "origin": "audit" if spec.source.audit is not None else "review",
        "due_at": _if_given(end_of_day, spec.due, zone),
        # what was verified was carried out
        "done_at": done_at or verified_at,
        "verified_at": verified_at if proved else None,
    }


def rows_of_follow_ups(
    change: str,
    follow_ups: Sequence[FollowUp],
    fixed: Mapping[str, datetime],
    zone: tzinfo,
) -> Iterator[Row]:
    """Yield the rows of what a review asks for.

    Args:
        change: that was reviewed.
        follow_ups: in their order.
        fixed: what implemented changes say that they fix, and when the first of them ended.
        zone: whose days end.
    """
    for number, one in enumerate(follow_ups, start=1):
        name = f"{change}#{number}"
        yield {
            "improvement": name,
            "origin": "review",
            "due_at": _if_given(end_of_day, one.due, zone),
            "done_at": fixed.get(name) or fixed.get(change),
        }


def _if_given(
    moment_of: Callable[[date, tzinfo], datetime], day: date | None, zone: tzinfo
) -> datetime | None:
    return None if day is None else moment_of(day, zone)
