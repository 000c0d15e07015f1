"""Record a file that CI made of a commit: its digest and what it says, signed by an automation."""

from __future__ import annotations

import hashlib
import re
import stat
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.evidence_files.contents import SIZE_LIMIT, summary_of
from changeflow.evidence_files.proof import shows_failure
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.ledger.statement import Draft
from changeflow.model.answers.recorded_evidence import RecordedEvidence
from changeflow.model.clock import Clock
from changeflow.model.document_parts import ID_PATTERN
from changeflow.model.evidence import EvidenceBody, LedgerEntry
from changeflow.model.paths import shown
from changeflow.model.people import Roster
from changeflow.model.report_summary import ReportKind
from changeflow.model.subjects import Subject
from changeflow.reading.authors import is_agent
from changeflow.reading.ledger_reader import LedgerReader
from changeflow.reading.parsed import unreadable
from changeflow.reading.signers import default_key, signer
from changeflow.reading.view import View
from changeflow.repo.ledger_branch import Chain

_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True)
class EvidenceWish:
    """What is to be recorded.

    Attributes:
        kind: what the file is.
        name: what rules call it.
        path: where it is.
        check: the check that made it; empty where none is named.
        rev: the commit it was made of.
        key: to sign with; None: the default key.
    """

    kind: ReportKind
    name: str
    path: Path
    check: str = ""
    rev: str = "HEAD"
    key: str | None = None


def record_evidence(view: View, change: str, wish: EvidenceWish, clock: Clock) -> RecordedEvidence:
    """Record a file as evidence for a change.

    Raises:
        errors.UsageError: what is no name.
        errors.NothingToDo: no such change at that commit, or no such file.
        errors.Refused: no key of an automation, or a clock that does not count. Nothing is written.
        errors.Unreadable: the base, the request, the file or the ledger cannot be read.
        errors.HostFailed: git failed, or there is no such commit.
    """
    base = view.base.rulebook
    if base.problems:
        raise unreadable(base.problems)
    if re.fullmatch(ID_PATTERN, wish.name) is None:
        raise errors.UsageError.of("evidence_file.name", name=wish.name)
    if clock.simulated and not base.config.allow_simulated_clock:
        raise errors.Refused.of("append.simulated_release")
    commit = view.git.rev_parse(wish.rev)
    tree = view.git.rev_parse(commit, "tree")
    content = view.store.at(commit).change(change)
    ring = key_ring(base.roster.spec.people)
    key, automation = _automation(view, ring, base.roster, wish.key)
    body = _body(view, wish, commit, tree, automation)
    subject = Subject(name=body.path, sha256=body.digest.removeprefix("sha256:"), commit=commit)
    draft = Draft(
        change=content.change.id,
        body=body,
        at=clock.now,
        recorded_at=clock.real,
        subject=(subject,),
    )

    def decide(_: Chain) -> Draft:
        return draft

    ledger = LedgerReader(view.git, view.base).ledger
    signs = signer(view.git, key, ring, automation)
    entry = ledger.append_deciding(decide, signer=signs, only=content.change.id)
    # `decide` always wants something appended; this is for the type checker
    assert entry is not None  # noqa: S101
    return _answer(entry, body)


def _automation(view: View, ring: KeyRing, roster: Roster, key: str | None) -> tuple[str, str]:
    """Return the key to sign with, and the automation of the roster that holds it."""
    from changeflow.repo.signature_verifier import own_key

    found = key or default_key(view.git)
    if found is None:
        raise errors.Refused.of("evidence_file.no_key")
    keyid = own_key(found)
    holder = ring.person(keyid) if keyid is not None else None
    if holder is None:
        raise errors.Refused.of("evidence_file.unknown_key", key=found)
    if not is_agent(roster.spec.people, holder):
        raise errors.Refused.of("evidence_file.human", person=holder)
    return found, holder


def _body(view: View, wish: EvidenceWish, commit: str, tree: str, automation: str) -> EvidenceBody:
    data, digest, size = _read(wish.path, keeps=wish.kind != "file")
    return EvidenceBody(
        form=wish.kind,
        name=wish.name,
        path=_recorded_path(view, wish.path),
        digest=f"sha256:{digest}",
        size=size,
        commit=commit,
        tree=tree,
        check=wish.check,
        summary=summary_of(wish.kind, data),
        by=automation,
    )


def _read(path: Path, *, keeps: bool) -> tuple[bytes, str, int]:
    """Return the bytes of a file, its digest and its size.

    Args:
        path: of a regular file.
        keeps: whether the bytes are wanted; one more than is read of a report is the most.
    """
    kept, sha256, size = bytearray(), hashlib.sha256(), 0
    try:
        # a pipe would be waited for
        if not stat.S_ISREG(path.stat().st_mode):
            raise errors.Unreadable.of("evidence_file.no_file", path=shown(str(path)))
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                sha256.update(block)
                size += len(block)
                if keeps and len(kept) <= SIZE_LIMIT:
                    kept += block
    except FileNotFoundError as error:
        raise errors.NothingToDo.of("evidence_file.missing", path=shown(str(path))) from error
    except OSError as error:
        why = errors.refusal(error)
        raise errors.Unreadable.of(
            "evidence_file.unread", path=shown(str(path)), why=why
        ) from error
    return bytes(kept), sha256.hexdigest(), size


def _recorded_path(view: View, path: Path) -> str:
    """Return a path from the top of the git repository, or as it was typed where it lies outside."""
    prefix = view.git.facts.prefix.rstrip("/")
    top = view.root.resolve()
    for _ in filter(None, prefix.split("/")):
        top = top.parent
    whole = path.resolve()
    if whole.is_relative_to(top):
        return whole.relative_to(top).as_posix()
    return path.as_posix()


def _answer(entry: LedgerEntry, body: EvidenceBody) -> RecordedEvidence:
    return RecordedEvidence(
        change=entry.change,
        kind=body.form,
        name=body.name,
        path=body.path,
        digest=body.digest,
        size=body.size,
        commit=body.commit,
        tree=body.tree,
        check=body.check,
        summary=body.summary,
        good=not body.summary.unreadable and not shows_failure(body.form, body.summary),
        by=body.by,
        at=entry.at,
        simulated=entry.simulated,
        seq=entry.seq,
        told=body.told,
    )
