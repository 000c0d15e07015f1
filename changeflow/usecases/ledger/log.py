"""List, show and verify the evidence, from a work tree or from a bare clone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from changeflow import errors
from changeflow.gate.who_speaks import Doubt
from changeflow.language.sentences import in_english
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger import clocks, envelope
from changeflow.ledger.chain_rules import found_in_ledger
from changeflow.ledger.clocks import ahead
from changeflow.ledger.keyring import key_ring
from changeflow.model.answers.findings import AnswerFinding
from changeflow.model.answers.ledger import LedgerAnswer, LedgerEntryAnswer
from changeflow.model.evidence import ApprovalBody, LedgerEntry, ReleaseBody
from changeflow.model.findings import Finding
from changeflow.model.paths import by_path, paths_of
from changeflow.model.phrases import Told
from changeflow.model.strictjson import MalformedError, parse
from changeflow.model.subjects import commits_of
from changeflow.reading.authors import Speakers, is_agent
from changeflow.reading.binding_entries import Journals
from changeflow.reading.commit_times import commit_times
from changeflow.reading.ledger_reader import open_ledger
from changeflow.reading.past_rules import RULE, PastRules, with_former_keys
from changeflow.reading.repository_store import Store
from changeflow.reading.state import State
from changeflow.reading.view import View, locate
from changeflow.release import journal_grammar
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import Chain, LedgerBranch


@dataclass(frozen=True)
class ShownEntry:
    """One entry: as it was verified, as an in-toto Statement, and as it is written."""

    entry: LedgerEntry | None
    path: str
    statement: dict[str, Any] | None
    keyids: tuple[str, ...]
    raw: bytes
    problems: tuple[Finding, ...]


@dataclass(frozen=True)
class Opened:
    """The ledger of a repository, with the main branch that configuration and keys come from."""

    store: Store
    main: State
    ledger: LedgerBranch
    problems: tuple[Finding, ...]

    @property
    def git(self) -> Git:
        """Return the repository."""
        return self.store.git

    @cached_property
    def past(self) -> PastRules:
        """Return what the main branch required of evidence before."""
        return PastRules(self.git, self.main.commit)

    def read(self, only: str | None = None) -> Chain:
        """Return the chain, with entries credited to people whose keys left the roster since."""
        chain = self.ledger.read(only=only)
        if not any(finding.rule == RULE for finding in chain.problems):
            return chain
        files = dict(self.ledger.files(chain))
        return with_former_keys(self.past, chain, files, self.main.people)


def log(view: View, change: str | None = None) -> LedgerAnswer:
    """Return the entries in order, of one change where it is named.

    Raises:
        errors.NothingToDo: when there are none.
    """
    opened = opened_in(view)
    chain = opened.read(only=change)
    entries = [entry for entry in chain.entries if change in (None, entry.change)]
    if not entries and not chain.problems:
        raise nothing_about(opened.ledger, change)
    return ledger_answer(chain, entries, chain.problems)


def verify(root: Path, now: datetime | None = None) -> LedgerAnswer:
    """Check every entry, commit, signature and date.

    Args:
        root: the repository, bare or not.
        now: the time by this clock, which names entries that lie in the future; None: nothing is
            compared with it.

    Raises:
        errors.NothingToDo: when the ledger is empty and nothing says that it should not be.
    """
    found = verify_opened(open_at(root), now)
    return ledger_answer(found.chain, found.chain.entries, found.problems)


class Verified(NamedTuple):
    """The chain that was read, and everything that is wrong with it."""

    chain: Chain
    problems: tuple[Finding, ...]


def verify_opened(opened: Opened, now: datetime | None = None) -> Verified:
    """Check every entry, commit, signature and date of a ledger that was opened.

    Raises:
        errors.NothingToDo: when the ledger is empty and nothing says that it should not be.
    """
    chain = opened.read()
    late: tuple[Finding, ...] = ()
    if now is not None:
        late = tuple(ahead(chain.entries, now, opened.ledger.clocks))
    of_releases = (*_in_other_names(opened, chain), *_of_journals(opened, chain))
    problems = (
        *chain.problems,
        *late,
        *_before_content(opened, chain),
        *of_releases,
        *opened.problems,
    )
    if not chain.entries and not problems:
        raise nothing_about(opened.ledger, None)
    return Verified(chain, problems)


def _of_journals(opened: Opened, chain: Chain) -> Iterator[Finding]:
    """Yield problems in journals of releases, where the chain itself holds."""
    if not chain.sound:
        return
    people = opened.main.people
    weighed = Journals(opened.ledger, opened.past, opened.main.config, people).weighed(chain, None)
    yield from journal_grammar.problems(weighed)


def _before_content(opened: Opened, chain: Chain) -> Iterator[Finding]:
    """Yield a finding for each opinion dated before its commit, where that is here."""
    opinions, commits = list[LedgerEntry](), set[str]()
    for entry in chain.entries:
        if isinstance(entry.body, ApprovalBody) and not entry.simulated:
            opinions.append(entry)
            commits |= commits_of(entry.subject)
    made = commit_times(opened.git, commits)
    for entry in opinions:
        times = [made[part.commit] for part in entry.subject if part.commit in made]
        newest = max(times, default=entry.at)
        if newest - entry.at > opened.ledger.clocks.skew and not entry.clock:
            span = (newest - entry.at).total_seconds()
            yield found_in_ledger(clocks.RULE, entry.path, case="commit", span=span)


def _in_other_names(opened: Opened, chain: Chain) -> Iterator[Finding]:
    """Yield a finding for each entry in the name of a person who did not make it.

    Such entries do not count.
    """
    config, people = opened.main.config, opened.main.people
    doubts = Speakers(opened.past, people, config).doubts(chain.entries, chain.entries)
    named = set(paths_of(chain.problems))
    for entry in chain.entries:
        doubt = doubts.get(entry.seq)
        if entry.path in named or is_agent(people, entry.speaker or ""):
            continue
        if doubt is not None:
            yield found_in_ledger("ledger-speaker", entry.path, **_speaker_data(entry, doubt))
        elif _started_by_another(entry) and not is_agent(people, entry.signer or ""):
            started = {"case": "started", "speaker": entry.speaker, "signer": entry.signer}
            yield found_in_ledger("ledger-speaker", entry.path, **started)


def _speaker_data(entry: LedgerEntry, doubt: Doubt) -> dict[str, Any]:
    """Return why an entry is not the word of the person that it names, as data."""
    data = {"case": doubt.code, "speaker": entry.speaker, **doubt.data}
    if doubt.code == "other_committer" and "committer" not in doubt.data:
        data["case"] = "no_committer"
    return data


def _started_by_another(entry: LedgerEntry) -> bool:
    started = isinstance(entry.body, ReleaseBody) and entry.body.event in ("started", "resumed")
    return started and entry.speaker is not None and entry.signer not in (None, entry.speaker)


def show(root: Path, argument: str) -> ShownEntry:
    """Return one entry by its number or its path.

    Raises:
        errors.NothingToDo: when there is no such entry.
    """
    opened = open_at(root)
    ledger, chain = opened.ledger, opened.read()
    files = dict(ledger.files(chain))
    wanted = [path for path in files if _is(path, argument)]
    if not wanted:
        raise errors.NothingToDo.of("unknown.entry", name=argument)
    path, raw = wanted[0], files[wanted[0]]
    problems = tuple(finding for finding in chain.problems if finding.path in ("", path))
    entry = by_path(chain.entries).get(path)
    try:
        wrapped = envelope.decode(raw)
        keyids = tuple(item.keyid for item in wrapped.signatures)
        return ShownEntry(entry, path, parse(wrapped.payload), keyids, raw, problems)
    except MalformedError:
        return ShownEntry(entry, path, None, (), raw, problems)


def _is(path: str, argument: str) -> bool:
    if re.fullmatch(r"[0-9]{1,9}", argument, re.ASCII):
        return re.fullmatch(rf"[^/]+/0*{int(argument)}-[^/]*", path) is not None
    return path == argument or path.endswith("/" + argument)


def open_at(root: Path) -> Opened:
    """Open the ledger of a repository, by what its files say and not by what an earlier command read.

    In a bare one, configuration and keys come from the main branch's objects.
    """
    return opened_in(locate(root, recalls=False))


def opened_in(view: View) -> Opened:
    """Open the ledger that a view sees."""
    base, ring = view.base, key_ring(view.base.people)
    ledger = open_ledger(view.git, base.config, ring, base.commit)
    return Opened(view.store, base, ledger, ring.problems)


def nothing_about(ledger: LedgerBranch, change: str | None) -> errors.NothingToDo:
    """Build the error: no evidence of this change, or its branch is not in this clone."""
    branch = ledger.branch
    if ledger.elsewhere():
        return errors.NothingToDo.of("unknown.evidence_here", branch=branch)
    return errors.NothingToDo.of(
        "unknown.evidence", case="change" if change else None, change=change, branch=branch
    )


def ledger_answer(
    chain: Chain,
    entries: list[LedgerEntry] | tuple[LedgerEntry, ...],
    problems: tuple[Finding, ...],
    *,
    lists: bool = True,
) -> LedgerAnswer:
    """Return an answer with entries of a chain and what is wrong with it.

    Args:
        chain: that was read.
        entries: of it.
        problems: what is wrong.
        lists: whether the answer has the entries; otherwise it counts them.
    """
    return LedgerAnswer(
        entries=tuple(entry_answers(entries)) if lists else (),
        total=len(entries),
        signed=sum(entry.signer is not None for entry in entries),
        head=chain.head,
        ok=not problems,
        problems=finding_answers(problems),
    )


def finding_answers(problems: tuple[Finding, ...]) -> tuple[AnswerFinding, ...]:
    """Return findings as an answer shows them."""
    return tuple(AnswerFinding(**finding.as_json()) for finding in problems)


def entry_answers(entries: Iterable[LedgerEntry]) -> Iterator[LedgerEntryAnswer]:
    """Yield entries as they are listed. Most of a long ledger repeats a few sentences."""
    said: dict[str, str] = {}
    for entry in entries:
        told = entry.body.told
        spelt = repr(told)
        if spelt not in said:
            said[spelt] = in_english(told)
        yield _entry_answer(entry, told, said[spelt])


def _entry_answer(entry: LedgerEntry, told: Told, summary: str) -> LedgerEntryAnswer:
    return LedgerEntryAnswer(
        seq=entry.seq,
        kind=entry.kind,
        change=entry.change,
        path=entry.path,
        digest=entry.digest,
        previous=entry.previous,
        at=entry.at,
        recorded_at=entry.recorded_at,
        simulated=entry.simulated,
        by=getattr(entry.body, "by", None),
        signed_by=entry.signer,
        summary=summary,
        told=told,
    )


def single_answer(entry: LedgerEntry, head: str | None) -> LedgerAnswer:
    """Return an answer with an entry that was just appended."""
    signed = int(entry.signer is not None)
    listed = tuple(entry_answers((entry,)))
    return LedgerAnswer(
        entries=listed, head=head, ok=True, problems=(), total=1, signed=signed
    )
