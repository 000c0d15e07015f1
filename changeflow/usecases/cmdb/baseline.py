"""Record a baseline of the CMDB on the ledger, and list those that are there."""

from __future__ import annotations

import re

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.keyring import key_ring
from changeflow.ledger.statement import Draft
from changeflow.model.answers.baselines import BaselineAnswer, BaselinesAnswer
from changeflow.model.clock import Clock
from changeflow.model.document_parts import ID_PATTERN, format_instant
from changeflow.model.evidence import NO_CHANGE, BaselineBody, LedgerEntry
from changeflow.model.paths import inside
from changeflow.model.subjects import Subject
from changeflow.reading.authors import require_known, signer_of
from changeflow.reading.baselines import CMDB, baselines, baselines_in, digest_of_cmdb
from changeflow.reading.ledger_reader import LedgerReader
from changeflow.reading.state import State
from changeflow.reading.team_main import require_current
from changeflow.reading.view import View, team_main
from changeflow.repo.ledger_branch import Chain
from changeflow.usecases.cmdb.impact import readable


@dataclass(frozen=True)
class BaselineWish:
    """What is to be recorded.

    Attributes:
        name: of the baseline, used once.
        rev: the revision whose CMDB it is; None: the tip of the main branch.
        person: in whose name, if any.
        key: to sign with; None: see `reading.authors.voice`.
    """

    name: str
    rev: str | None = None
    person: str | None = None
    key: str | None = None


def record_baseline(view: View, wish: BaselineWish, clock: Clock) -> BaselinesAnswer:
    """Record the CMDB of a commit under a name.

    Raises:
        errors.UsageError: what is no name.
        errors.Refused: the name is taken or is a revision's, the commit is not on the main branch,
            an unknown person, or a clock that does not count. Nothing is written.
        errors.NothingToDo: there are no items.
        errors.Unreadable: the CMDB or the ledger cannot be read.
        errors.HostFailed: git failed, or there is no such revision.
    """
    base = view.base.rulebook
    require_current(view)
    _require_possible(view, wish, clock)
    body = _body(_state(view, wish.rev), wish)
    people = base.roster.spec.people
    ring = key_ring(people)
    signs = signer_of(view.git, ring, people, base.config, wish.person, wish.key)
    subject = Subject(name=CMDB, sha256=body.digest.removeprefix("sha256:"), commit=body.commit)
    draft = Draft(
        change=NO_CHANGE, body=body, at=clock.now, recorded_at=clock.real, subject=(subject,)
    )

    def decide(chain: Chain) -> Draft:
        _require_free(chain, wish.name)
        return draft

    ledger = LedgerReader(view.git, view.base).ledger
    entry = ledger.append_deciding(decide, signer=signs, only=NO_CHANGE)
    # `decide` always wants something appended; this is for the type checker
    assert entry is not None  # noqa: S101
    return BaselinesAnswer(baselines=(_answer(entry, body),))


def list_baselines(view: View) -> BaselinesAnswer:
    """Return the baselines that count, oldest first.

    Raises:
        errors.Unreadable: when the ledger does not hold.
    """
    return BaselinesAnswer(baselines=tuple(_answer(*one) for one in baselines(view)))


def _require_possible(view: View, wish: BaselineWish, clock: Clock) -> None:
    base = view.base.rulebook
    if re.fullmatch(ID_PATTERN, wish.name) is None:
        raise errors.UsageError.of("baseline.name", name=wish.name)
    if clock.simulated and not base.config.allow_simulated_clock:
        raise errors.Refused.of("append.simulated_release")
    if wish.person is not None:
        require_known(base.roster, wish.person)
    if view.git.resolve(wish.name) is not None:
        raise errors.Refused.of("baseline.revision", name=wish.name)


def _state(view: View, rev: str | None) -> State:
    if rev is None:
        return view.base
    state, main = view.store.at(rev), team_main(view)
    if state.commit is None or not view.git.is_ancestor(state.commit, main.commit):
        raise errors.Refused.of("baseline.not_on_main", rev=rev, branch=main.ref)
    return state


def _body(state: State, wish: BaselineWish) -> BaselineBody:
    book = readable(state)
    read = book.sourced.digests if book.sourced is not None else {}
    return BaselineBody(
        name=wish.name,
        commit=state.commit or "",
        digest=digest_of_cmdb(book),
        items=len(book.graph),
        relations=book.graph.edges,
        outside={path: found for path, found in sorted(read.items()) if not inside(path)},
        by=wish.person,
    )


def _require_free(chain: Chain, name: str) -> None:
    """Refuse a name that any entry has, whether it counts or not: a name means one thing."""
    for entry, body in baselines_in(chain.entries):
        if body.name == name:
            when = format_instant(entry.at)
            raise errors.Refused.of("baseline.taken", name=name, seq=entry.seq, when=when)


def _answer(entry: LedgerEntry, body: BaselineBody) -> BaselineAnswer:
    return BaselineAnswer(
        name=body.name,
        commit=body.commit,
        digest=body.digest,
        items=body.items,
        relations=body.relations,
        outside=body.outside,
        by=body.by,
        signed_by=entry.signer,
        at=entry.at,
        simulated=entry.simulated,
        seq=entry.seq,
    )
