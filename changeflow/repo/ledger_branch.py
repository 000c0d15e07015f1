"""The ledger on its branch: read and judged as a whole, appended to by compare-and-swap.

Never checked out.

Promises:
  * one commit per entry, and every commit adds exactly one file and changes nothing else;
  * the branch moves from the head that was read to the new commit, or not at all; with a remote,
    the remote moves first;
  * a process that lost a race re-reads and decides again: nothing is appended on an outdated
    decision.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property, partial
from typing import Final, Protocol

from changeflow import __version__, errors
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger import chain as chains
from changeflow.ledger import clocks, envelope, statement
from changeflow.ledger.chain import WITHOUT_ID, RepositoryId, Signed, Verdict
from changeflow.ledger.chain_rules import found_in_ledger
from changeflow.ledger.clocks import Clocks
from changeflow.ledger.envelope import ENTRY_LIMIT, DsseEnvelope, Signature
from changeflow.ledger.keyring import KeyRing
from changeflow.ledger.statement import Draft
from changeflow.model.evidence import NO_CHANGE, LedgerEntry
from changeflow.model.findings import Finding
from changeflow.model.phrases import Told, told
from changeflow.model.times import format_instant
from changeflow.repo import remote as remotes
from changeflow.repo.failures import failure, understanding
from changeflow.repo.git import Git, TreeEntry, checked, tree_object
from changeflow.repo.ledger_anchor import LedgerAnchor
from changeflow.repo.ledger_traces import LedgerTraces, look, tips
from changeflow.repo.packing import NewObject
from changeflow.repo.refs import tracking_ref
from changeflow.repo.run_git import PATIENCE
from changeflow.repo.signature_verifier import SshVerifier
from changeflow.repo.work import working
from changeflow.repo.writer_lock import writer_lock

Signer = Callable[[bytes], Signature]
_Judged = tuple[tuple[LedgerEntry, ...], tuple[Finding, ...]]

# re-readings before a race counts as lost for good
ATTEMPTS: Final = 60
# seconds, times the attempt, times chance
_PAUSE: Final = 0.02

_NO_KEYS: Final = KeyRing({})
_LOG: Final = ("log", "--topo-order", "--reverse", "-z")
_ONE: Final = ("log", "-z")
# bytes of the tree of a ledger with some three hundred changes
_LARGE_TREE: Final = 16 * 1024
# commits beyond which a process of its own is worth while
_MANY_COMMITS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Chain:
    """The ledger as it was read.

    `head` is the commit it was read from, None before the first entry. `local` and `theirs` are the
    commits of the local branch and of the remote's, as fetched last. `whole` is false where an
    earlier reading is continued: `entries` are then those about some changes, those with the latest
    dates, and the newest.
    """

    entries: tuple[LedgerEntry, ...]
    problems: tuple[Finding, ...]
    head: str | None
    local: str | None = None
    theirs: str | None = None
    whole: bool = True

    @property
    def sound(self) -> bool:
        """Tell whether the ledger may be relied on.

        Entries that lack a required signature do not count, and do not break it.
        """
        return chains.is_sound(self.problems)

    @property
    def breaches(self) -> tuple[Finding, ...]:
        """Return the problems that make the chain unsound."""
        return chains.breaches(self.problems)

    @property
    def changes(self) -> frozenset[str]:
        """Return the ids of all changes that have an entry."""
        return frozenset(entry.change for entry in self.entries) - {NO_CHANGE}

    @property
    def last(self) -> LedgerEntry | None:
        """Return the newest entry, or None before the first."""
        return self.entries[-1] if self.entries else None

    def require_sound(self) -> Chain:
        """Return the chain itself.

        Raises:
            errors.Unreadable: when it does not hold.
        """
        if not self.sound:
            problem = self.breaches[0].quoted_with_path
            raise errors.Unreadable.of("append.not_held", problem=problem)
        return self


@dataclass(frozen=True, slots=True)
class Continuation:
    """Entries that follow a known chain, and the names of their objects by their paths."""

    entries: tuple[LedgerEntry, ...]
    oids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Commit:
    """A commit of the branch and its changes: (status, mode, oid, path)."""

    oid: str
    parents: tuple[str, ...]
    committer: str
    changes: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _ReadCommits:
    """Commits of the branch as they were read: findings about them, and what they left."""

    odd: tuple[Finding, ...]
    files: chains.ReadFiles
    oids: Mapping[str, str]


Deciding = Callable[[Chain], Draft | Sequence[Draft] | None]


class ChainMemory(Protocol):
    """What is remembered of earlier readings of a ledger."""

    def recall_chain(self, traces: LedgerTraces, change: str) -> Chain | None:
        """Return the ledger as far as it matters to a change; None: read all of it."""

    def keep(self, chain: Chain, checked: str | None) -> None:
        """Remember a chain that was read as a whole; see `read` for `checked`."""


class LedgerBranch:
    """The ledger of a change repository.

    Args:
        git: the repository (bare or not).
        branch: short name of the branch.
        remote: name of the remote every append must be accepted by; None keeps the ledger local.
        ring: keys of the roster at the base.
        require_signatures: refuse to append without a signature, and report entries that have none.
        repository: this repository, whose id is contained in what is appended.
        clocks: how far clocks may differ, and which entries were dated by a wrong one.
        former: names that the branch had before, by the settings of the main branch.
        traces: those that were found already; the first reading rests on them.
    """

    def __init__(
        self,
        git: Git,
        branch: str,
        remote: str | None = None,
        *,
        ring: KeyRing = _NO_KEYS,
        require_signatures: bool = False,
        repository: RepositoryId = WITHOUT_ID,
        clocks: Clocks = clocks.TRUSTED,
        patience: float = PATIENCE,
        former: Callable[[], Iterable[str]] = tuple,
        traces: LedgerTraces | None = None,
    ) -> None:
        self.git = git
        self.branch = branch
        self.remote = remote
        self.ring = ring
        self.require_signatures = require_signatures
        self.repository = repository
        self.clocks = clocks
        self.patience = patience
        self.former = former
        self._last: Chain | None = None
        # as they were found last
        self._traces = traces
        # earlier readings, which appending continues; None: all of it is read
        self.memory: ChainMemory | None = None
        # of the head that was read last
        self._read: tuple[str, _ReadCommits] | None = None
        # whose signatures the last reading checked; None: everybody's
        self._only: str | None = None

    @property
    def ref(self) -> str:
        """Return the full name of the branch."""
        return f"refs/heads/{self.branch}"

    @property
    def head(self) -> str | None:
        """Return the commit that was read or appended last; None before."""
        return self._last.head if self._last else None

    # -- reading -------------------------------------------------------------------------------

    def read(self, *, only: str | None = None, fetch: bool = False, again: bool = True) -> Chain:
        """Read the whole ledger and judge it.

        Args:
            only: check signatures of this change's entries alone (the others come back without a
                signer): much faster. Where signatures are required, all are checked all the same.
            fetch: ask the remote first.
            again: look where the branch stands now; otherwise it is read as the last reading found
                it.

        Raises:
            errors.HostFailed: when git fails, or a shallow clone lacks a part.
        """
        has_theirs = self._fetched() if fetch else True
        if again or fetch or self._traces is None:
            self._traces = look(self.git, self.branch, self.remote)
        missing, local, theirs = self._traces
        head, problems = self._newest(local, theirs)
        entries, more = self._judge(head, only) if head else ((), ())
        problems = (*problems, *more, *missing(entries))
        if self.git.facts.shallow and not chains.is_sound(problems):
            raise errors.HostFailed.of("git.shallow_ledger", branch=self.branch)
        # A remote that has the branch no longer is given it again, with every entry that was seen
        # there.
        chain = Chain(entries, problems, head, local, theirs if has_theirs else None)
        self._remember(chain)
        return chain

    def read_about(self, change: str, *, fetch: bool = False) -> Chain:
        """Read the ledger as far as it matters to a change, or all of it.

        What an earlier reading found is continued where that is remembered. The commit that it read
        must be an ancestor of the branch, by the names of git's objects, so that a branch that was
        rewritten is read as a whole.

        Args:
            change: only signatures of its entries are checked, unless all must be signed.
            fetch: ask the remote first.

        Raises:
            errors.HostFailed: as `read`.
        """
        if self.memory is None:
            return self.read(only=change, fetch=fetch)
        has_theirs = self._fetched() if fetch else True
        self._traces = look(self.git, self.branch, self.remote)
        known = self.memory.recall_chain(self._traces, change)
        if known is None or not self._ends_with(known):
            chain = self.read(only=change, again=False)
            self.memory.keep(chain, None if self.require_signatures else change)
        else:
            local, theirs = self._traces.local, self._traces.theirs
            chain = replace(known, local=local, theirs=theirs, whole=False)
        self._last = chain if has_theirs else replace(chain, theirs=None)
        return self._last

    def _fetched(self) -> bool:
        """Ask the remote; return whether it has the branch."""
        if not self.remote:
            return True
        return remotes.fetch_branch(self.git, self.remote, self.branch, self.patience) is not None

    def _ends_with(self, chain: Chain) -> bool:
        """Return whether the commit of a chain added its newest entry and nothing else."""
        if chain.head is None or chain.last is None:
            return False
        commits = list(self._compared(chain.head, most=1))
        return len(commits) == 1 and [one[3] for one in commits[0].changes] == [chain.last.path]

    def require_here(self) -> None:
        """Refuse to take a missing branch for an empty ledger if it may be elsewhere.

        The ledger may be on a remote, or on a branch of another name.

        Raises:
            errors.HostFailed: when a remote has the ledger and this clone does not, when a remote
                cannot be asked, or when the evidence lies on the branch that the settings named
                before.
        """
        if self._tips() != (None, None):
            return
        self._require_no_former()
        asked = (self.remote,) if self.remote else self.git.remotes()
        for remote in asked:
            try:
                there = self._is_there(remote)
            except errors.HostFailed as error:
                raise errors.HostFailed.of(
                    "append.lacking",
                    case="unasked",
                    branch=self.branch,
                    remote=remote,
                    why=error.told,
                ) from error
            if there:
                raise self._lacking(remote)

    def _require_first(self) -> None:
        """Refuse to begin a ledger where another is known: the two could never be joined.

        A remote that every append is pushed to refuses by itself. Another one that cannot be asked
        does not matter: an entry here opens no gate there.

        Raises:
            errors.HostFailed: when the evidence is known to lie elsewhere.
        """
        self._require_no_former()
        if self.remote:
            return
        for remote in self.git.remotes():
            try:
                there = self._is_there(remote)
            except errors.HostFailed:
                continue
            if there:
                raise self._lacking(remote)

    def _is_there(self, remote: str) -> bool:
        return remotes.tip_there(self.git, remote, self.branch, self.patience) is not None

    def _lacking(self, remote: str) -> errors.HostFailed:
        return errors.HostFailed.of("append.lacking", branch=self.branch, remote=remote)

    def _require_no_former(self) -> None:
        """Refuse if the branch has a new name and the evidence is still on the former one."""
        for name in self.former():
            refs = (f"refs/heads/{name}", tracking_ref(self.remote or "origin", name))
            found = list(self.git.refs(*refs))
            if found:
                raise errors.HostFailed.of(
                    "append.former", branch=self.branch, former=name, found=found[0]
                )

    def look_beside(self) -> str | Told:
        """Fetch the ledger of `origin` where it is not pushed there; return the failure, if any.

        Entries that others have pushed by hand count when the ledger is read.
        """
        if self.remote or "origin" not in self.git.remotes():
            return ""
        try:
            remotes.fetch_branch(self.git, "origin", self.branch, self.patience)
        except errors.HostFailed as error:
            return error.told
        return ""

    @property
    def is_alone(self) -> bool:
        """Tell whether the ledger stays in this clone although git has remotes."""
        return self.remote is None and bool(self.git.remotes())

    def elsewhere(self) -> bool:
        """Tell whether this clone lacks the branch and has an `origin` that may have it.

        For example `git clone --depth 1` brings one branch.
        """
        return "origin" in self.git.remotes() and self._tips() == (None, None)

    def _tips(self) -> tuple[str | None, str | None]:
        """Return the commit of the branch here, and of the remote's as it was fetched last."""
        return tips(self.git, self.branch, self.remote)

    def _newest(
        self, local: str | None, theirs: str | None
    ) -> tuple[str | None, tuple[Finding, ...]]:
        """Return the newer of the two; a finding when they have diverged."""
        if (
            local is None
            or theirs is None
            or local == theirs
            or self.git.is_ancestor(theirs, local)
        ):
            return local or theirs, ()
        if self.git.is_ancestor(local, theirs):
            return theirs, ()
        return local, (found_in_ledger("ledger-diverged", branch=self.branch),)

    def _judge(self, head: str, only: str | None) -> _Judged:
        """Return entries and findings at a head.

        Commits that this object has read and found sound are not read again.
        """
        if self.require_signatures:
            only = None
        judged = self._continued(head, only) or self._credited(self._all_of(head), only)
        self._only = only
        entries, backwards = clocks.along(judged[0], self.clocks)
        return entries, (*_not_about_clocks(judged[1]), *backwards)

    def _all_of(self, head: str) -> _ReadCommits:
        """Return every commit of the branch with its entries.

        Those of one head are read once, however many changes are asked about.
        """
        if self._read is None or self._read[0] != head:
            with working("progress.ledger"):
                self._read = head, self._grown(head) or self._walked(head)
        return self._read[1]

    def _walked(self, head: str) -> _ReadCommits:
        """Read the whole branch by git's walk over its commits."""
        commits = list(self._commits(head))
        if not commits:
            # a git that shows none gives no answer
            raise failure("log", f"it shows no commit of {head}")
        return self._read_commits(commits)

    def _read_commits(self, commits: list[_Commit], after: Chain | None = None) -> _ReadCommits:
        """Read the files that commits left, which continue a chain where there is one."""
        blobs = _final_files(commits)
        found = self.git.cat_file_batch(blobs.values(), ENTRY_LIMIT)
        files = [(path, blob.data or b"") for path, blob in zip(blobs, found, strict=True)]
        committers = {}
        for commit in commits:
            for _, _, _, path in commit.changes:
                committers[path] = commit.committer
        entries = chains.read(
            files,
            after=after.last if after else None,
            repository=self.repository,
            committers=committers,
        )
        odd = _all_odd(commits, after.head if after else None)
        return _ReadCommits(tuple(odd), entries, blobs)

    def _continued(self, head: str, only: str | None) -> _Judged | None:
        """Return the result for a head that extends the last reading, or None."""
        last = self._last
        if last is None or last.head is None or not last.sound or self._only not in (None, only):
            return None
        if not last.whole:
            return None
        if last.head == head:
            return last.entries, last.problems
        commits = list(self._commits(head, last.head))
        more, findings = self._credited(self._read_commits(commits, last), only)
        if not commits or not chains.is_sound(findings):
            return None
        return (*last.entries, *more), (*last.problems, *findings)

    # -- continuing what an earlier process read --------------------------------------------------

    def head_of(self, traces: LedgerTraces) -> str | None:
        """Return the commit that a reading of these traces is about; None if they have parted."""
        head, problems = self._newest(traces.local, traces.theirs)
        return None if problems else head

    def after(self, known: Chain, head: str, only: str | None) -> Continuation | None:
        """Return what follows a chain that was found sound; None if anything about it is odd.

        Args:
            known: the entries that those after them are compared with, and the commit of the last.
            head: the commit to read.
            only: see `read`.
        """
        commits = list(self._commits(head, known.head))
        if not commits:
            return None
        read = self._read_commits(commits, known)
        entries, findings = self._credited(read, only)
        if findings:
            return None
        judged, backwards = clocks.along((*known.entries, *entries), self.clocks)
        if backwards:
            return None
        return Continuation(judged[len(known.entries) :], read.oids)

    def reread(
        self, places: Sequence[tuple[chains.KnownPlace, str]], only: str | None
    ) -> tuple[LedgerEntry, ...] | None:
        """Return some entries of a chain that was found sound, with their signatures checked.

        None if one is not as it was then, or proves nothing.

        Args:
            places: of the entries, with the names of their objects.
            only: see `read`.
        """
        found = self.git.cat_file_batch((oid for _, oid in places), ENTRY_LIMIT)
        files = [(place, blob.data or b"") for (place, _), blob in zip(places, found, strict=True)]
        read = chains.reread(files)
        if read is None:
            return None
        entries, findings = self._credited(_ReadCommits((), read, {}), only)
        return None if findings else entries

    def places_of(self, chain: Chain) -> list[tuple[chains.KnownPlace, str]]:
        """Return the place of each entry of a chain that was read here, with its object's name.

        Nothing where it was not read as a whole.
        """
        if self._read is None or self._read[0] != chain.head:
            return []
        oids = self._read[1].oids
        return [(place_of(entry), oids[entry.path]) for entry in chain.entries]

    def _credited(self, found: _ReadCommits, only: str | None) -> _Judged:
        """Return what was read with the signers of the change's entries, and all findings."""
        entries, findings = chains.credited(
            found.files,
            SshVerifier(self.ring),
            require_signatures=self.require_signatures,
            only=only,
        )
        return entries, (*found.odd, *findings)

    def files(
        self, chain: Chain, paths: AbstractSet[str] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """Yield path and bytes of every file on the branch as it was read, or of some."""
        if chain.head is None or paths == set():
            return
        wanted = []
        for entry in self.git.ls_tree(chain.head, full=True):
            if entry.kind == "blob" and (paths is None or entry.path in paths):
                wanted.append(entry)
        blobs = self.git.cat_file_batch((entry.oid for entry in wanted), ENTRY_LIMIT)
        for entry, blob in zip(wanted, blobs, strict=True):
            yield entry.path, blob.data or b""

    def _commits(self, head: str, after: str | None = None) -> Iterator[_Commit]:
        """Yield the commits after a known one, oldest first, with their changes."""
        yield from self._compared(*((head, f"^{after}") if after else (head,)))

    def _compared(self, *revisions: str, most: int = -1) -> Iterator[_Commit]:
        """Yield commits, oldest first, each compared by git with the one before it.

        Args:
            revisions: as `git log` takes them.
            most: so many of the newest; all of them where it is negative.
        """
        # The newest one is the named one. For an order git would walk the whole branch first.
        log = _ONE if most == 1 else _LOG
        done = self.git.kept(
            *log, f"--max-count={most}", "--root", "--raw", "--no-abbrev", "--no-renames",
            "--format=%x01%H %P%x02%ce", "--end-of-options", *revisions, "--",
        )  # fmt: skip
        with understanding("log"):
            for block in done.stdout.decode("utf-8", "surrogateescape").split("\x01")[1:]:
                facts, _, rest = block.partition("\0")
                names, _, committer = facts.partition("\x02")
                oid, *parents = map(checked, names.split())
                yield _Commit(oid, tuple(parents), committer, tuple(_changes(rest)))

    def _grown(self, head: str) -> _ReadCommits | None:
        """Read a large ledger whose commits each add one file, which the names of trees prove.

        That is proven in a process of its own while the files are read. None where it is not so.
        """
        supposed = self._supposed(head)
        if supposed is None:
            return None
        from changeflow.repo.parallel import beside

        commits, proof = supposed
        with beside(proof, worth=len(commits) >= _MANY_COMMITS) as is_proven:
            read = self._read_commits(commits)
            return read if is_proven() else None

    def _supposed(self, head: str) -> tuple[list[_Commit], Callable[[], bool]] | None:
        """Return what commits of a large ledger are supposed to add, and what proves it.

        None where it cannot be so, and of a small ledger, where git has compared all trees sooner
        than two more questions are answered.
        """
        if self.git.size_of_tree(head) < _LARGE_TREE:
            return None
        from changeflow.repo.grown_trees import LOG_FORMAT, commits_of_log, prove, supposed_files

        done = self.git.kept(*_LOG, f"--format={LOG_FORMAT}", "--end-of-options", head, "--")
        with understanding("log"):
            commits = list(commits_of_log(done.stdout.decode("utf-8", "surrogateescape")))
        added = supposed_files(commits, self.git.ls_tree(head, full=True))
        if not added:
            return None
        found: list[_Commit] = []
        for commit, file in zip(commits, added, strict=True):
            change = ("A", file.mode, file.oid, file.path)
            found.append(_Commit(checked(commit.oid), commit.parents, commit.committer, (change,)))
        return found, partial(prove, commits, added, self.git.facts.object_format)

    @cached_property
    def _address(self) -> str:
        return self.git.committer()

    def _remember(self, chain: Chain) -> None:
        self._last = chain
        if chain.head and chain.entries and chain.sound:
            anchor = LedgerAnchor(self.git.facts.common_dir, self.branch)
            anchor.note(chain.entries[-1], chain.head)

    # -- appending -----------------------------------------------------------------------------

    def append(
        self, draft: Draft, *, expected_head: str | None, signer: Signer | None = None
    ) -> LedgerEntry:
        """Append one entry to the ledger as it was read. See `append_together`."""
        return self.append_together((draft,), expected_head=expected_head, signer=signer)[0]

    def append_together(
        self, drafts: Sequence[Draft], *, expected_head: str | None, signer: Signer | None = None
    ) -> tuple[LedgerEntry, ...]:
        """Append entries to the ledger as it was read: all of them in this order, or none.

        Each has a commit of its own; the branch moves over all of them at once.

        Args:
            drafts: what to record, at least one.
            expected_head: `Chain.head` the decision to append was made on.
            signer: signs; None leaves the entries unsigned.

        Raises:
            errors.LostRace: when the ledger is somewhere else by now; read again and decide again.
            errors.Refused: when it must be signed and is not.
            errors.Unreadable: when the ledger does not hold.
            errors.HostFailed: when git or the remote fails; nothing was appended then.
        """
        if signer is None and self.require_signatures:
            raise errors.Refused.of("append.unsigned")
        chain = self._last
        if chain is None or chain.head != expected_head:
            chain = self.read_about(drafts[0].change) if self.memory else self.read()
        if not chain.whole and any(self._is_behind(draft, chain) for draft in drafts):
            # the refusal counts entries
            chain = self.read()
        chain = chain.require_sound()
        if chain.head != expected_head:
            raise errors.LostRace.of("append.first", branch=self.branch)
        if chain.head is None:
            self._require_first()
        longer = chain
        for draft in drafts:
            self._refuse_behind(draft, longer)
            entry, data = self._entry(draft, longer, signer)
            longer = replace(
                longer, entries=(*longer.entries, entry), head=self._store(entry, data, longer.head)
            )
        assert longer.head is not None  # noqa: S101 - at least one entry was stored
        self._require_stored(longer.head, chain.head, len(drafts))
        self._publish(longer.head, chain)
        judged, backwards = clocks.along(longer.entries, self.clocks)
        entries = (*chain.entries, *judged[len(chain.entries) :])
        problems = (*_not_about_clocks(chain.problems), *backwards)
        theirs = longer.head if self.remote else chain.theirs
        longer = Chain(entries, problems, longer.head, longer.head, theirs, chain.whole)
        self._remember(longer)
        return longer.entries[len(chain.entries) :]

    def _refuse_behind(self, draft: Draft, chain: Chain) -> None:
        """Refuse an entry dated earlier than the ledger allows.

        Events of a running release are accepted.
        """
        newest = clocks.latest(chain.entries, simulated=draft.simulated)
        if newest is None or not self._is_behind(draft, chain):
            return
        span, when = (newest.at - draft.at).total_seconds(), format_instant(newest.at)
        if draft.simulated:
            raise errors.UsageError.of("append.before_newest", span=span, seq=newest.seq, when=when)
        late = 0
        for entry in chain.entries:
            if entry.simulated is draft.simulated and entry.at - draft.at > self.clocks.skew:
                late += 1
        raise errors.HostFailed.of(
            "append.behind",
            case="several" if late > 1 else None,
            span=span,
            seq=newest.seq,
            when=when,
            way_out=told("append.way_out", seq=newest.seq, digest=newest.digest),
        )

    def _is_behind(self, draft: Draft, chain: Chain) -> bool:
        newest = clocks.latest(chain.entries, simulated=draft.simulated)
        if newest is None or clocks.happened(draft.body):
            return False
        return newest.at - draft.at > self.clocks.skew

    def append_deciding(
        self,
        decide: Deciding,
        *,
        signer: Signer | None = None,
        only: str | None = None,
        attempts: int = ATTEMPTS,
    ) -> LedgerEntry | None:
        """Read, decide and append, again if another process was first.

        Args:
            decide: looks at the ledger and says what to append, one entry or several together;
                None: nothing (any more).
            signer: see `append`.
            only: the change whose entries alone are looked at, see `read_about`; None: all.
            attempts: how often at most.

        Raises:
            errors.LostRace: when every attempt was overtaken.
        """
        for attempt in range(1, attempts + 1):
            try:
                with writer_lock(self.git.facts.common_dir):
                    return self._decide_once(decide, signer, only)
            except errors.LostRace:
                if attempt == attempts:
                    raise
                # spreads writers, guards nothing
                time.sleep(_PAUSE * min(attempt, 10) * random.random())  # noqa: S311
        raise errors.LostRace.of("append.none_tried", branch=self.branch)

    def _decide_once(
        self, decide: Deciding, signer: Signer | None, only: str | None
    ) -> LedgerEntry | None:
        chain = self.read(fetch=True) if only is None else self.read_about(only, fetch=True)
        wanted = decide(chain.require_sound())
        drafts = (wanted,) if isinstance(wanted, Draft) else tuple(wanted or ())
        if not drafts:
            return None
        return self.append_together(drafts, expected_head=chain.head, signer=signer)[-1]

    def _entry(
        self, draft: Draft, chain: Chain, signer: Signer | None
    ) -> tuple[LedgerEntry, bytes]:
        """Return the entry as it will be read, and its bytes."""
        last = chain.last
        seq, previous = (last.seq + 1, last.digest) if last else (1, None)
        writer = f"changeflow {__version__}"
        payload = statement.encode(draft, seq, previous, writer, self.repository.id)
        wrapped = DsseEnvelope(payload)
        signatures = (signer(wrapped.signed_bytes),) if signer else ()
        data = envelope.encode(replace(wrapped, signatures=signatures))
        path = statement.file_name(draft.change, seq, draft.body.kind)
        return self._read_back(path, data, last), data

    def _read_back(self, path: str, data: bytes, last: LedgerEntry | None) -> LedgerEntry:
        """Return the entry as every reader will find it.

        An entry that could not be read again would keep every gate shut.

        Raises:
            errors.Unreadable: when it could not be read again.
        """

        def ours(asked: Sequence[Signed]) -> list[Verdict]:
            verdicts = []
            for signed in asked:
                keyid = signed.signature.keyid
                verdicts.append(Verdict(self.ring.person(keyid), keyid))
            return verdicts

        entries, findings = chains.verify(
            [(path, data)],
            ours,
            after=last,
            repository=self.repository,
            committers={path: self._address},
        )
        wrong = [finding.quoted for finding in chains.breaches(findings)]
        if wrong or not entries:
            raise errors.Unreadable.of("append.not_read_again", problems=wrong)
        return entries[0]

    def _require_stored(self, head: str, after: str | None, count: int) -> None:
        """Check that git stored exactly the new entries.

        A commit that loses entries could not be taken back.

        Raises:
            errors.HostFailed: when it did not; nothing was appended then.
        """
        commits = list(self._commits(head, after))
        odd = [finding.message for finding in _all_odd(commits, after)]
        if odd or len(commits) != count:
            stored = "; ".join(odd) or "no commit"
            raise failure(
                "commit-tree", f"it stored something else than was to be recorded: {stored}"
            )

    def _store(self, entry: LedgerEntry, data: bytes, head: str | None) -> str:
        """Store blob, two trees and a commit, as loose objects that nothing points to yet."""
        folder, _, name = entry.path.partition("/")
        inside: tuple[TreeEntry, ...] = ()
        beside: list[TreeEntry] = []
        for item in self.git.ls_level(head) if head else ():
            if item.path == folder:
                inside = self.git.ls_level(item.oid)
            else:
                beside.append(item)
        blob = NewObject("blob", data)
        file = TreeEntry("100644", "blob", self.git.name_of(blob), name)
        level = tree_object((*inside, file))
        branch = TreeEntry("040000", "tree", self.git.name_of(level), folder)
        whole = tree_object((*beside, branch))
        self.git.store((blob, level, whole))
        about = "" if entry.change == NO_CHANGE else f" of {entry.change}"
        message = f"{entry.kind}{about}\n\nLedger entry {entry.seq}.\n"
        return self.git.commit_tree(self.git.name_of(whole), (head,) if head else (), message)

    def _publish(self, commit: str, chain: Chain) -> None:
        """Make a commit the head: on the remote first, then here.

        Both only from where they stood when the chain was read.
        """
        if self.remote:
            remotes.push_branch(
                self.git, self.remote, self.branch, commit, chain.theirs, self.patience
            )
        try:
            self.git.update_ref(self.ref, commit, chain.local, "changeflow: append to the ledger")
        except errors.HostFailed:
            if not self.remote:
                raise
            # The remote has it, so it is appended; the next reading takes the newer of the two.


def place_of(entry: LedgerEntry) -> chains.KnownPlace:
    """Return what is kept of an entry beside its bytes."""
    since = format_instant(entry.counts_from) if entry.counts_from is not None else None
    return chains.KnownPlace(entry.path, entry.digest, entry.committer, since)


def _changes(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Parse `:<mode> <mode> <oid> <oid> <status> NUL <path> NUL`, repeated."""
    parts = [part for part in text.lstrip("\n").split("\0") if part]
    for facts, path in zip(parts[::2], parts[1::2], strict=False):
        _, mode, _, oid, status = facts.split(" ")
        yield status, mode, oid, path


def _all_odd(commits: Sequence[_Commit], after: str | None) -> list[Finding]:
    findings, parent = list[Finding](), after
    for commit in commits:
        findings += _odd(commit, parent)
        parent = commit.oid
    return findings


def _not_about_clocks(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.rule != clocks.RULE]


def _odd(commit: _Commit, follows: str | None) -> Iterator[Finding]:
    """Report a ledger commit that does not extend the previous one by exactly one regular file.

    Anything else was not made by changeflow.
    """
    rule, name = "ledger-commit", commit.oid[:12]
    if commit.parents != ((follows,) if follows else ()):
        yield found_in_ledger(rule, case="parents", commit=name, count=len(commit.parents))
    if len(commit.changes) != 1:
        yield found_in_ledger(rule, case="files", commit=name, count=len(commit.changes))
    cases = {"M": "edits", "D": "deletes", "T": "retypes"}
    for status, mode, _, path in commit.changes:
        if status != "A":
            yield found_in_ledger(rule, path, case=cases.get(status, "touches"), commit=name)
        elif mode != "100644":
            yield found_in_ledger(rule, path, case="not_plain", commit=name)


def _final_files(commits: list[_Commit]) -> dict[str, str]:
    """Map each path to its blob on the branch now, in the order of appending."""
    files: dict[str, str] = {}
    for commit in commits:
        for status, mode, oid, path in commit.changes:
            if status == "D":
                files.pop(path, None)
            elif mode.startswith("100"):
                files[path] = oid
    return files
