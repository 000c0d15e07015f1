"""`improve`: an improvement from a review, an audit, a period or a nonconformity; done; verified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from changeflow import errors
from changeflow.documents.audit_draft import ImprovementDraft, improvement_text
from changeflow.documents.edits import set_values
from changeflow.gate_cases.improvements import Standing
from changeflow.language.reader import Reader
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.keyring import key_ring
from changeflow.ledger.statement import Draft
from changeflow.model.canonical import digest_bytes
from changeflow.model.clock import Clock
from changeflow.model.document_paths import (
    IMPROVEMENTS,
    REVIEWS,
    is_folder_name,
    period_review_path,
    review_path,
    rfc_path,
)
from changeflow.model.evidence import NO_CHANGE, VerificationBody
from changeflow.model.findings import Route
from changeflow.model.improvement import Improvement
from changeflow.model.languages import LanguageName
from changeflow.model.phrases import meant
from changeflow.model.post_implementation import FollowUp, PostImplementationReview
from changeflow.model.subjects import Subject
from changeflow.model.times import local_day
from changeflow.reading.authors import require_known, voice
from changeflow.reading.change import id_in
from changeflow.reading.ledger_reader import LedgerReader
from changeflow.reading.parsed import parse
from changeflow.reading.request_options import require_slug
from changeflow.reading.view import View
from changeflow.repo.durable_writes import replace_file
from changeflow.repo.new_files import place
from changeflow.repo.repository_kind import is_bare

# where an audit lies
_AUDITS: Final = "cmdb/audits/{}.yaml"


@dataclass(frozen=True)
class ImproveOptions:
    """What is asked of an improvement, as given. Without `language` it is the repository's.

    `review` may end with `#` and the number of a follow-up.
    """

    name: str
    review: str | None = None
    audit: str | None = None
    period: str | None = None
    nonconformity: str | None = None
    clause: str | None = None
    ci: str | None = None
    finding: str | None = None
    action: str | None = None
    owner: str | None = None
    due: date | None = None
    done_by: str | None = None
    verified_by: str | None = None
    evidence: str | None = None
    key: str | None = None
    language: LanguageName | None = None

    @property
    def sources(self) -> dict[str, str]:
        """Return where it comes from, by the option that says it."""
        given = {
            "review": self.review,
            "audit": self.audit,
            "period": self.period,
            "nonconformity": self.nonconformity,
        }
        return {name: value for name, value in given.items() if value is not None}


class Improved(NamedTuple):
    """What became of an improvement: `written`, `done`, `verified`, `recorded`; what is missing."""

    path: str
    what: str
    who: str | None = None
    missing: tuple[str, ...] = ()


def improve(view: View, asked: ImproveOptions, clock: Clock) -> Improved:
    """Write an improvement, or say what carried one out or who verified it.

    Raises:
        errors.UsageError: when options are missing or do not go together, or it cannot be written.
        errors.NothingToDo: when something that is named does not exist.
        errors.Refused: when there is one of that name, or the verification would not count.
    """
    if is_bare(view.root):
        raise errors.UsageError.of("audit.bare", case="improvements")
    path = f"{IMPROVEMENTS}{asked.name}.yaml"
    if asked.done_by is None and asked.verified_by is None:
        return _write(view, asked, path, clock)
    if asked.sources:
        raise errors.UsageError.of("improvement.one_source", case="later")
    if not view.head.exists(path):
        names = [one.removeprefix(IMPROVEMENTS) for one in view.head.paths]
        near = meant(asked.name, [one.removesuffix(".yaml") for one in names if ".yaml" in one])
        raise errors.NothingToDo.of("improvement.unknown", name=asked.name, hint=near)
    return _edit(view, asked, path, clock)


# -- a new one -----------------------------------------------------------------------------------


def _write(view: View, asked: ImproveOptions, path: str, clock: Clock) -> Improved:
    base = view.base.rulebook
    require_slug(asked.name)
    if len(asked.sources) != 1:
        raise errors.UsageError.of("improvement.one_source")
    if view.head.exists(path) or (view.root / path).exists():
        raise errors.Refused.of("improvement.taken", path=path)
    draft = _draft(view, asked)._replace(raised=local_day(clock.now, base.config.zone))
    language = asked.language or base.config.language
    text = improvement_text(draft, Reader(language, base.config.zone)).encode("utf-8")
    parse(text, path).only(Improvement)
    place(view.root / IMPROVEMENTS, {f"{asked.name}.yaml": text})
    missing = [name for name in ("cause", "owner", "due") if getattr(draft, name) is None]
    return Improved(path, "written", missing=tuple(missing))


def _draft(view: View, asked: ImproveOptions) -> ImprovementDraft:
    """Return what is known, by the options and by what they name."""
    source: dict[str, str | int] = {}
    finding, cause = asked.finding, None
    follow_up: FollowUp | None = None
    if asked.review is not None:
        review, number = _review(view, asked.review)
        source["review"] = review.metadata.id
        if number is not None:
            source["follow_up"] = number
            follow_up = review.spec.follow_ups[number - 1]
        finding = finding or review.spec.lessons
        cause = review.spec.answers.get("root-cause")
    elif asked.nonconformity is not None:
        source["nonconformity"] = asked.nonconformity
        finding = finding or asked.nonconformity
    else:
        source |= _of_document(view, asked)
    for key, value in (("ci", asked.ci), ("clause", asked.clause)):
        if value is not None:
            source[key] = value
    if finding is None:
        raise errors.UsageError.of("improvement.missing_option", option="--finding")
    return _with_action(
        asked, ImprovementDraft(asked.name, source, finding, cause=cause), follow_up
    )


def _of_document(view: View, asked: ImproveOptions) -> dict[str, str | int]:
    """Return the audit or the period that is named, which must be there."""
    if asked.audit is not None:
        path = _AUDITS.format(asked.audit)
        if not view.head.exists(path):
            raise errors.NothingToDo.of("improvement.no_document", path=path)
        return {"audit": asked.audit}
    if asked.period is not None:
        is_name = is_folder_name(asked.period)
        path = period_review_path(asked.period) if is_name else f"{REVIEWS}{asked.period}"
        if not (is_name and view.head.exists(path)):
            raise errors.NothingToDo.of("improvement.no_document", path=path)
        return {"period": asked.period}
    return {}


def _with_action(
    asked: ImproveOptions, draft: ImprovementDraft, follow_up: FollowUp | None
) -> ImprovementDraft:
    action, owner, due = asked.action, asked.owner, asked.due
    if follow_up is not None:
        action, owner, due = (
            action or follow_up.action,
            owner or follow_up.owner,
            due or follow_up.due,
        )
    if action is None:
        raise errors.UsageError.of("improvement.missing_option", option="--action")
    return draft._replace(action=action, owner=owner, due=due)


def _review(view: View, argument: str) -> tuple[PostImplementationReview, int | None]:
    """Return a review that is named, and the number of its follow-up where one is."""
    name, _, number = argument.partition("#")
    change = id_in(name) or name
    path = review_path(change)
    if not view.head.exists(path):
        raise errors.NothingToDo.of("improvement.no_review", change=change)
    review = view.head.document(path, PostImplementationReview)
    if not number:
        return review, None
    known = [str(one) for one in range(1, len(review.spec.follow_ups) + 1)]
    if number not in known:
        raise errors.NothingToDo.of("improvement.no_follow_up", change=change, number=number)
    return review, int(number)


# -- one that is there ---------------------------------------------------------------------------


def _edit(view: View, asked: ImproveOptions, path: str, clock: Clock) -> Improved:
    if asked.verified_by is not None and not asked.evidence and asked.done_by is None:
        written = view.head.document(path, Improvement)
        if written.spec.verified is not None:
            return _record(view, written, asked.verified_by, asked.key, path, clock)
    values: dict[Route, Any] = {}
    if asked.done_by is not None:
        values["spec", "done_by"] = _carried_out(view, asked.done_by)
    if asked.verified_by is not None:
        if not asked.evidence:
            raise errors.UsageError.of("improvement.missing_option", option="--evidence")
        day = local_day(clock.now, view.base.config.zone)
        values["spec", "verified"] = {
            "by": asked.verified_by,
            "on": day.isoformat(),
            "evidence": asked.evidence,
        }
    text = set_values(view.head.read(path).decode("utf-8"), values).encode("utf-8")
    built = parse(text, path).only(Improvement)
    if asked.verified_by is not None:
        standing = Standing(view, view.ledger.evidence(view.base, ""), clock)
        doubt = standing.doubt(built.spec)
        if doubt is not None:
            raise errors.Refused.of("improvement.not_accepted", why=[doubt])
    replace_file(view.root / path, text)
    what = "verified" if asked.verified_by is not None else "done"
    return Improved(path, what, asked.verified_by)


def _record(
    view: View, one: Improvement, person: str, key: str | None, path: str, clock: Clock
) -> Improved:
    """Put on the ledger that a person verified what an improvement says, once for each content."""
    base = view.base.rulebook
    verified = one.spec.verified
    if verified is None or verified.by != person:
        raise errors.Refused.of("improvement.other_verifier", path=path, who=person)
    if clock.simulated and not base.config.allow_simulated_clock:
        raise errors.Refused.of("append.simulated_release")
    require_known(base.roster, person)
    evidence = view.ledger.evidence(view.base, "")
    doubt = Standing(view, evidence, clock).doubt(one.spec)
    if doubt is not None:
        raise errors.Refused.of("improvement.not_accepted", why=[doubt])
    people = base.roster.spec.people
    body = VerificationBody(by=person, improvement=one.metadata.id, digest=one.verified_content)
    if all(entry.body != body for entry in evidence.of_change(NO_CHANGE)):
        signer = voice(view.git, key_ring(people), people, base.config, person, key)
        file = digest_bytes(view.head.read(path)).removeprefix("sha256:")
        subject = Subject(name=path, sha256=file, commit=view.head.commit)
        draft = Draft(
            change=NO_CHANGE, body=body, at=clock.now, recorded_at=clock.real, subject=(subject,)
        )
        ledger = LedgerReader(view.git, view.base).ledger
        ledger.append_deciding(lambda _: draft, signer=signer, only=NO_CHANGE)
    return Improved(path, "recorded", person)


def _carried_out(view: View, argument: str) -> Mapping[str, str]:
    """Return a change or a commit that is named, which must be there."""
    change = id_in(argument)
    if change is not None:
        path = rfc_path(change)
        if not (view.head.exists(path) or view.base.exists(path)):
            raise errors.NothingToDo.of("improvement.no_document", path=path)
        return {"change": change}
    commit = view.git.resolve(argument)
    if commit is None:
        raise errors.NothingToDo.of("improvement.no_commit", name=argument)
    return {"commit": commit}
