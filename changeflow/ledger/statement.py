"""in-toto Statements (v1) to and from records: the payload of a ledger entry.

The predicate is the body of the entry, and under `ledger` its place in the chain: number,
predecessor, change, times and, where it has an id, the repository. All of it is signed together, so
that a statement cannot be moved to another place, change or repository.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, NamedTuple

from pydantic import Field, TypeAdapter, ValidationError

from changeflow import errors
from changeflow.model.canonical import NotUtf8Error, canonical_json, evidence, is_canonical
from changeflow.model.clock import Clock
from changeflow.model.config import RepositoryId
from changeflow.model.document_parts import Instant, Record, format_instant
from changeflow.model.evidence import KINDS, NO_CHANGE, Body, EntryAbout
from changeflow.model.strictjson import MalformedError, parse, parse_canonical
from changeflow.model.subjects import Subject

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_BASE: Final = "https://changeflow.dev/"
KNOWN_VERSION: Final = "v1"

_PREDICATE = re.compile(r"https://changeflow\.dev/([a-z-]{1,40})/(v[0-9]{1,4})", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)
_DIGEST: Final = r"^sha256:[0-9a-f]{64}$(?!\n)"


class UnknownVersionError(MalformedError):
    """A statement of a kind or version this program does not know: refused, never ignored."""


class Draft(Record):
    """An entry to be recorded. Its place in the chain is found when it is appended.

    Args:
        change: the change it belongs to, `_` for one that belongs to none.
        body: its content.
        at: the time it is dated (`Clock.now`).
        recorded_at: the real time (`Clock.real`); a difference makes the entry simulated.
        subject: documents it is about; without any, the effective change by the digest in the body.
    """

    change: EntryAbout
    body: Body
    at: Instant
    recorded_at: Instant
    subject: tuple[Subject, ...] = ()

    @property
    def simulated(self) -> bool:
        """Return whether the clock was fixed."""
        return self.at != self.recorded_at


def drafted(
    change: str, bodies: Iterable[Body], clock: Clock, subject: Sequence[Subject]
) -> tuple[Draft, ...]:
    """Return entries about one change that are made at one time, of the same documents."""
    found: list[Draft] = []
    for body in bodies:
        found.append(
            Draft(
                change=change,
                body=body,
                at=clock.now,
                recorded_at=clock.real,
                subject=tuple(subject),
            )
        )
    return tuple(found)


class Header(Record):
    """Place of a statement in the chain.

    `repository` is left out where the repository has no id.
    """

    seq: Annotated[int, Field(ge=1, strict=True)]
    previous: Annotated[str, Field(pattern=_DIGEST)] | None
    change: EntryAbout
    at: Instant
    recorded_at: Instant
    simulated: Annotated[bool, Field(strict=True)]
    tool: str
    repository: RepositoryId | None = None


class Statement(NamedTuple):
    """A statement that has been read."""

    header: Header
    subject: tuple[Subject, ...]
    body: Body


@functools.cache
def _bodies() -> TypeAdapter[Body]:
    """Return the reader of bodies, which is built when the first statement is read."""
    return TypeAdapter(Body)


def file_name(change: str, seq: int, kind: str) -> str:
    """Return the path of an entry on the ledger branch."""
    return f"{change}/{seq:06d}-{kind}.json"


def encode(
    draft: Draft, seq: int, previous: str | None, tool: str, repository: str | None = None
) -> bytes:
    """Return the statement for a draft at a place in the chain, as canonical JSON.

    Args:
        draft: what to record.
        seq: its number, from 1.
        previous: digest of the predecessor's file, None for the first.
        tool: name and version of the program that writes it.
        repository: id of the repository it is recorded for; None leaves it out.
    """
    header = {
        "seq": seq,
        "previous": previous,
        "change": draft.change,
        "at": format_instant(draft.at),
        "recorded_at": format_instant(draft.recorded_at),
        "simulated": draft.simulated,
        "tool": tool,
    }
    if repository is not None:
        header["repository"] = repository
    body = draft.body.model_dump(mode="json", exclude={"kind"})
    subjects = draft.subject or (_effective_change(draft),)
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": list(map(_written_subject, subjects)),
        "predicateType": f"{PREDICATE_BASE}{draft.body.kind}/{KNOWN_VERSION}",
        "predicate": body | {"ledger": header},
    }
    try:
        return canonical_json(evidence(statement))
    except NotUtf8Error as error:
        raise errors.Unreadable.of("file.not_utf8_text", around=error.around) from error


def decode(payload: bytes) -> Statement:
    """Return the statement in a payload.

    Raises:
        UnknownVersionError: when its kind or version is not ours to judge.
        MalformedError: when it is anything but a statement spelt canonically.
    """
    canonical = parse_canonical(payload, is_canonical)
    plain = parse(payload) if canonical is None else canonical
    if not isinstance(plain, dict) or plain.get("_type") != STATEMENT_TYPE:
        raise MalformedError("not an in-toto Statement v1")
    kind = _kind_of_predicate(plain.get("predicateType"))
    if canonical is None and not is_canonical(plain, payload):
        raise MalformedError("not spelt canonically")
    try:
        return _statement_of(plain, kind)
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedError("a part of the statement is missing or of another type") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise MalformedError(f"{place}: {first['msg']}") from error


def _statement_of(plain: dict[str, Any], kind: str) -> Statement:
    if set(plain) != {"_type", "subject", "predicateType", "predicate"}:
        raise MalformedError(
            "a statement has _type, subject, predicateType and predicate, nothing else"
        )
    predicate = {**plain["predicate"]}
    header = Header.model_validate(predicate.pop("ledger"))
    if header.repository is None and "repository" in plain["predicate"]["ledger"]:
        raise MalformedError("ledger.repository: left out where there is no id")
    if not header.simulated and header.at != header.recorded_at:
        raise MalformedError(
            "the time it is dated differs from the time it was recorded, and it is not marked "
            "simulated"
        )
    subject = tuple(_read_subject(item) for item in plain["subject"])
    if not subject:
        raise MalformedError("a statement is about something: the subject is empty")
    body = _bodies().validate_python(predicate | {"kind": kind})
    if (header.change != NO_CHANGE) is not body.of_a_change:
        about = "a change" if body.of_a_change else "no change"
        raise MalformedError(f"an entry of this kind ({kind}) is about {about}")
    return Statement(header=header, subject=subject, body=body)


def _kind_of_predicate(predicate_type: object) -> str:
    found = _PREDICATE.fullmatch(predicate_type) if isinstance(predicate_type, str) else None
    if found is None or found[1] not in KINDS or found[2] != KNOWN_VERSION:
        raise UnknownVersionError(f"predicate type `{predicate_type}` is not known here")
    return found[1]


def _effective_change(draft: Draft) -> Subject:
    """Return the effective change as a subject, by the digest that the body is bound to."""
    digest = draft.body.content
    return Subject(name=draft.change, sha256=digest.removeprefix("sha256:"))


def _written_subject(subject: Subject) -> dict[str, Any]:
    digest = {"sha256": subject.sha256}
    if subject.commit:
        digest["gitCommit"] = subject.commit
    return {"name": subject.name, "digest": digest}


def _read_subject(plain: dict[str, Any]) -> Subject:
    digest = plain["digest"]
    if set(plain) != {"name", "digest"} or not {"sha256"} <= set(digest) <= {"sha256", "gitCommit"}:
        raise MalformedError("a subject has a name and a digest of sha256 and gitCommit")
    if not all(_HEX.fullmatch(value) for value in digest.values()):
        raise MalformedError("a digest is written in lower-case hexadecimal")
    return Subject(name=plain["name"], sha256=digest["sha256"], commit=digest.get("gitCommit"))
