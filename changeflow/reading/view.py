"""Where to read from: the repository, the base that judges, and the head with the change.

Policies, roster, CMDB, models and calendars come from the base, the request for change from the
head. What is not on the base yet does not judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_paths import CONFIG, change_of_rfc
from changeflow.model.phrases import Told, told
from changeflow.reading.ledger_now import LedgerNow
from changeflow.reading.repository_store import Store
from changeflow.reading.state import State
from changeflow.repo.git import Git
from changeflow.repo.main_branch import MainBranch, fetch_line, main_branch
from changeflow.repo.refs import KnownRefs
from changeflow.repo.repository_kind import is_bare
from changeflow.repo.source import WorkTree

# Only a gate asks for the rules of `check`, and they take long to import.
if TYPE_CHECKING:
    from changeflow.checks.repository_facts import RepositoryFacts
    from changeflow.model.findings import Finding
    from changeflow.model.improvement import Improvement
    from changeflow.reading.evidence import Evidence, LedgerView
    from changeflow.reading.other_changes import Standings
    from changeflow.reading.parsed import ParsedFile
    from changeflow.repo.request_history import SoleCommit

_HANDOVERS: Final = 4
# changes that are asked about one by one
_FEW: Final = 20
_STARTS: Final = ("refs/remotes/origin/HEAD", "refs/heads/main", "refs/remotes/origin/main")


@dataclass(frozen=True)
class View:
    """The repository as one answer sees it: the base that judges, the head and the ledger.

    Nothing in it changes while the answer is made. The work tree and the ledger, which may have
    changed meanwhile, are read again by another view (`afresh`).

    Attributes:
        store: keeps the commits that were read.
        base: the state with the rulebook.
        head: the state with the change that is judged.
        ledger: the evidence.
        history: the commit whose history names the authors of the change; None for that of the
            head, or of the commit checked out.
        merge_base: the commit where the head left the base, if a code host has told it.
        main: the main branch that the base is the tip of; None if another base was named.
        told: facts about the main branch for answers, beside their inputs.
        many: whether it is an answer about many changes: what they share is read once then.
        whole: whether the ledger is read as a whole, once for all questions.
        address: the recorded address of the remote whose main branch governs; None without one, or
            if it was not asked.
        artifacts: digests of the files that the change deploys, by their paths, as they lie here;
            empty for one that is missing. None: they were not looked at.
    """

    store: Store
    base: State
    head: State
    ledger: LedgerView
    history: str | None = None
    merge_base: str | None = None
    main: MainBranch | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    many: bool = False
    whole: bool = False
    address: str | None = None
    artifacts: Mapping[str, str] | None = None

    @classmethod
    def of(cls, store: Store, base: State, head: State) -> View:
        """View two states beside the ledger as it is now."""
        return cls(store, base, head, LedgerNow(store.git))

    @property
    def git(self) -> Git:
        """Return the repository."""
        return self.store.git

    @property
    def root(self) -> Path:
        """Return the change repository's folder."""
        return self.store.git.root

    def evidence(self, argument: str) -> Evidence:
        """Return what the ledger holds for a decision about a change of the head.

        Raises:
            errors.NothingToDo: when the argument names no change.
            errors.HostFailed: when git fails.
        """
        from changeflow.reading.change import named_in

        return self.ledger.evidence(self.base, named_in(self.head, argument))

    @cached_property
    def _facts_for_requests(self) -> RepositoryFacts:
        """Return what the rules of `check` see beside a request: the base.

        A dependency may be proposed together with the request, so it is looked for at both places.
        """
        from changeflow.checks.repository_facts import ItemFacts, gather

        known = frozenset(change for change in map(change_of_rfc, self.base.entries()) if change)
        if self.head is not self.base:
            known = known.union(filter(None, map(change_of_rfc, self.head.entries())))
        base = self.base.rulebook
        from changeflow.hosts.table import hosts_with_reviews

        hosts, items = hosts_with_reviews(), ItemFacts(base.columns)
        return gather(base.documents, known, frozenset(), (), hosts, items)

    def problems_of_request(self, path: str, *, released: bool = False) -> tuple[Finding, ...]:
        """Return the errors in a request of the head, by the rules of `check` and the base.

        That something it names has gone is no error once its change was released.
        """
        return self._errors_in(self.head.parsed(path), released=released)

    def problems_of_text(self, text: bytes, path: str) -> tuple[Finding, ...]:
        """Return the errors that a request with this text would have."""
        from changeflow.reading.parsed import parse

        parsed = parse(text, path)
        return parsed.errors or self._errors_in(parsed, released=False)

    def _errors_in(self, parsed: ParsedFile, *, released: bool) -> tuple[Finding, ...]:
        from changeflow.checks.apply_rules import findings

        found: list[Finding] = []
        for document in parsed.documents:
            found += findings(document, self._facts_for_requests, released=released)
        return tuple(finding for finding in found if finding.level == "error")

    @cached_property
    def standings_without_debts(self) -> dict[datetime, Standings]:
        """Return how the changes on the base stand, as far as they were looked at, by the time.

        Their conditions see nothing of what is owed by others.
        """
        return {}

    @cached_property
    def claimed_improvements(
        self,
    ) -> dict[datetime, tuple[tuple[Improvement, ...], tuple[str, ...]]]:
        """Return improvements on the base whose verification is not proved, by the time.

        Beside them stand the paths that cannot be read.
        """
        return {}

    @cached_property
    def moments_with_calendars(self) -> dict[datetime, bool]:
        """Return whether all calendars of the base can be read about the moments looked at."""
        return {}

    def of_base(self) -> View:
        """Return a view of the base as its own head, for a change that is merged already."""
        if self.head is self.base and self.history is None and self.merge_base is None:
            # keeps what is known of it
            return self
        return replace(self, head=self.base, history=None, merge_base=None)

    def afresh(self) -> View:
        """Return a view with the ledger read again, and the work tree if it is the head."""
        head = self.store.work_tree() if isinstance(self.head.source, WorkTree) else self.head
        return replace(self, head=head, ledger=LedgerNow(self.git), whole=False)

    def apart(self) -> View:
        """Return a view that shares nothing with this one, for another thread."""
        store = Store(Git(self.root), recalls=False)
        base = self._apart(store, self.base)
        head = base if self.head is self.base else self._apart(store, self.head)
        return replace(self, store=store, base=base, head=head, ledger=LedgerNow(store.git))

    def _apart(self, store: Store, state: State) -> State:
        if isinstance(state.source, WorkTree) or state.commit is None:
            return store.work_tree()
        return store.named(state.label, state.commit)

    def reading_all(self) -> View:
        """Return a view that takes nothing from what an earlier command found in files."""
        store = Store(self.git, recalls=False)
        base = store.of(self.base.source)
        head = base if self.head is self.base else store.of(self.head.source)
        return replace(self, store=store, base=base, head=head)

    def for_many(self) -> View:
        """Return a view for an answer about many changes, for which the ledger is read once."""
        if self.whole:
            return self
        return replace(self, ledger=LedgerNow(self.git, together=True), many=True, whole=True)

    def for_some(self, changes: frozenset[str]) -> View:
        """Return a view for an answer about some of many changes."""
        ledger = LedgerNow(self.git, together=True, about=changes)
        return replace(self, ledger=ledger, many=len(changes) > _FEW, whole=False)

    def sole_commit(self, tip: str | None, paths: Iterable[str]) -> SoleCommit | None:
        """Return the only commit that ever touched files of a request, told by a look at all.

        None where there are several, and where the answer is about few changes or the history is
        cut off: they are asked about one by one.
        """
        if tip is None or not self.many or self.git.facts.shallow:
            return None
        return self.store.request_history(tip).sole_commit(paths)

    def at_main_now(self) -> View:
        """Return a view with the base where the main branch stands now, and all else read again.

        A base that was named stays.

        Raises:
            errors.HostFailed: when the main branch is gone.
        """
        fresh, main = self.afresh(), self.main
        if main is None:
            return fresh
        commit = self.git.rev_parse(main.ref)
        if commit == main.commit:
            return fresh
        return replace(
            fresh, base=self.store.named(main.ref, commit), main=replace(main, commit=commit)
        )


def locate(
    root: Path, base: str | None = None, head: str | None = None, *, recalls: bool = True
) -> View:
    """Resolve base and head once. Default: the tip of the team's main branch, and the work tree.

    In a bare repository, which has no work tree, the head is the tip of the main branch, too.

    Args:
        root: the change repository.
        base: a revision.
        head: a revision.
        recalls: whether what an earlier command found in files may be taken, also for which branch
            is the main one.

    Raises:
        errors.HostFailed: when git fails or the base does not exist.
        errors.NothingToDo: for a bare repository that is no clone of a change repository.
    """
    store = Store(Git(root), recalls=recalls)
    there = _state_at(store, head)
    if base is not None:
        return View.of(store, store.at(base), there)
    main, judging = _main_branch(store, there)
    return replace(View.of(store, judging, there), main=main, told=main.told())


def state_at(root: Path, rev: str | None = None) -> State:
    """Return the state of a revision, or the work tree if none is named.

    In a bare repository it is the tip of the main branch.

    Raises:
        errors.HostFailed: when git fails or the revision does not exist.
        errors.NothingToDo: for a bare repository that is no clone of a change repository.
    """
    return _state_at(Store(Git(root)), rev)


def _state_at(store: Store, rev: str | None) -> State:
    root = store.git.root
    if rev is not None:
        return store.at(rev)
    if not is_bare(root):
        return store.work_tree()
    start = _start(store, KnownRefs(store.git)) or _own_head(store)
    if start is None:
        raise errors.NothingToDo.of("repository.bare_other", folder=str(root), config=CONFIG)
    return _main_branch(store, start)[1]


def _own_head(store: Store) -> State | None:
    """Return the state of a bare repository's own HEAD, if it has a configuration.

    HEAD points to the default branch of the repository that it was cloned from.
    """
    commit = store.git.resolve("HEAD")
    if commit is None:
        return None
    state = store.named("HEAD", commit)
    return state if state.exists(CONFIG) else None


def team_main(view: View) -> MainBranch:
    """Return the main branch that governs: the remote's as last fetched, or the local one.

    Raises:
        errors.HostFailed: when it has no commit here.
    """
    return view.main or _main_branch(view.store, view.head)[0]


def _main_branch(store: Store, head: State) -> tuple[MainBranch, State]:
    refs = KnownRefs(store.git)
    asked = _start(store, refs) or _self_named(store) or head
    name, remote = "", None
    # An old state of the main branch may not know yet where the team's is.
    for _ in range(_HANDOVERS):
        config = asked.config
        name = config.main_branch
        found = main_branch(refs, name, config.remote or config.ledger.remote or remote)
        if found is None:
            break
        if not found.fetched or asked.commit == found.commit:
            return found, store.named(found.ref, found.commit)
        asked, remote = store.named(found.ref, found.commit), found.remote
    raise errors.HostFailed.of(
        "main.no_commit",
        branch=name,
        hint=[_way_to(store.git, name), told("main.set", config=CONFIG)],
    )


def _way_to(git: Git, name: str) -> Told:
    """Return the command that brings a missing main branch here."""
    remotes = git.remotes()
    if not remotes:
        return told("main.commit_to", branch=name)
    remote = "origin" if "origin" in remotes else remotes[0]
    return told("main.fetch", command=fetch_line(remote, name))


def _start(store: Store, refs: KnownRefs) -> State | None:
    """Return the state that names the main branch: the one new clones start on, or `main`.

    A branch must not choose its own judge. The head is asked only if neither of them has a
    configuration.
    """
    found = refs.find(*_STARTS)
    for ref in _STARTS:
        if ref in found:
            state = store.named(ref, found[ref])
            if state.exists(CONFIG):
                return state
    return None


def _self_named(store: Store) -> State | None:
    """Return the branch that names itself as the main one, if nothing else names it.

    Raises:
        errors.HostFailed: when several do: the author of another one must not choose the judge.
    """
    listed = store.git.text("for-each-ref", "--format=%(refname)", "refs/heads").splitlines()
    found = [state for state in map(store.at, listed) if _names_itself(state)]
    if len(found) > 1:
        names = [one.label.removeprefix("refs/heads/") for one in found]
        raise errors.HostFailed.of("main.several", names=names, config=CONFIG)
    return found[0] if found else None


def _names_itself(state: State) -> bool:
    try:
        own = f"refs/heads/{state.config.main_branch}"
    except errors.Unreadable:
        return False
    return state.exists(CONFIG) and state.label == own
