"""What pages of changes are made from, told without reading a document: names of git's objects.

A build keeps what it found. The next one makes a page again where its own files or entries have
changed, where the time has come that it waits for, or where another change has changed that it has
an item, a dependency or a fix in common with. Where that cannot be told, all pages are made again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from changeflow.model.document_paths import CHANGES, change_of, rfc_path
from changeflow.policy.facts_read import reads_debt
from changeflow.reading.places import Place
from changeflow.reading.view import View
from changeflow.repo.index_store import program
from changeflow.repo.ledger_traces import look
from changeflow.usecases.site.stands_for import digest_of


class _Files(NamedTuple):
    """What stands for the files of a change, and for those beside its request; empty without any."""

    all: str
    others: str


_NO_FILES: Final = _Files("", "")


class Sources:
    """What the pages of a repository are made from.

    Args:
        view: the main branch.
        known: the main branch and the branches that bring requests.
        settings: of the site.
    """

    def __init__(self, view: View, known: Iterable[Place], settings: Iterable[str]) -> None:
        self._view = view
        self._folders: dict[int, Mapping[str, _Files]] = {}
        self.ledger = self._ledger()
        self.general = digest_of([program(), *settings, *self._governing()])
        self._known = [*known]
        self.commit = view.base.commit

    def _governing(self) -> list[str]:
        """Return everything on the main branch but changes."""
        found = []
        for path, entry in self._view.base.entries().items():
            if not path.startswith(CHANGES):
                found.append(f"{path}\0{entry.mode}\0{entry.oid}")
        return found

    def _ledger(self) -> Mapping[str, str]:
        """Return the name of the tree that holds the entries of each change."""
        config = self._view.base.config.ledger
        traces = look(self._view.git, config.branch, config.remote)
        found: dict[str, str] = {}
        for tip in (traces.local, traces.theirs):
            if tip is not None:
                for one in self._view.git.ls_level(tip):
                    found[one.path] = found.get(one.path, "") + one.oid
        return found

    def own(self, number: int, name: str) -> str:
        """Return what stands for the files and the entries of a change at a place."""
        place = self._known[number]
        is_main = number == 0
        told = [place.label, "" if is_main else str(place.state.commit)]
        for folder in (self._folder(0), self._folder(number)):
            told.append(folder.get(name, _NO_FILES).all)
        return digest_of([*told, self.ledger.get(name, "")])

    def beside_request(self, number: int, name: str) -> str:
        """Return what stands for the files of a change at a place that are not its request."""
        return self._folder(number).get(name, _NO_FILES).others

    def _folder(self, number: int) -> Mapping[str, _Files]:
        """Return what stands for the files of each change at a place."""
        if number not in self._folders:
            files: dict[str, list[str]] = defaultdict(list)
            for path, entry in self._known[number].state.entries().items():
                name = change_of(path)
                if name is not None:
                    files[name].append(f"{path}\0{entry.mode}\0{entry.oid}")
            found = {}
            for name, told in files.items():
                request = f"{rfc_path(name)}\0"
                others = [one for one in told if not one.startswith(request)]
                found[name] = _Files(digest_of(told), digest_of(others) if others else "")
            self._folders[number] = found
        return self._folders[number]

    def touched_since(self, commit: object) -> frozenset[str] | None:
        """Return the changes whose files commits have touched since one; None: that is not told."""
        view = self._view
        if not isinstance(commit, str) or view.base.commit is None or view.git.facts.shallow:
            return None
        if view.git.resolve(commit) is None or not view.git.is_ancestor(commit, view.base.commit):
            return None
        told = ("-z", "--format=", "--name-only", "--no-renames", "--relative", "-m")
        done = view.git.run("log", *told, f"{commit}..{view.base.commit}", "--", CHANGES)
        paths = done.stdout.decode("utf-8", "surrogateescape").replace("\n", "\0").split("\0")
        return frozenset(filter(None, map(change_of, paths)))

    def all_hang_together(self) -> bool:
        """Return whether any change may alter what is said of any other one."""
        base = self._view.base
        rulebook = base.rulebook
        budgets = rulebook.services is not None
        return budgets or base.records_anything or reads_debt(rulebook.policies)
