"""A whole site that an earlier build made, for one of which nothing has changed but the time.

The index keeps which files it had, for how long they hold (`model.watched_time`), and the pages that
say when they were made, each cut at the head of the paper that says it. It holds for the same commits,
refs, settings and program (`repo.fingerprint`); what is in the work tree is no part of a site.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow.model.answers.report import Paper
from changeflow.model.watched_time import Holding
from changeflow.reading.repository_memory import RepositoryMemory
from changeflow.reading.view import View
from changeflow.render.report_head import head_section
from changeflow.render.sheet import html_sections
from changeflow.repo.fingerprint import fingerprint_of_commits
from changeflow.site.folder import SiteFolder

if TYPE_CHECKING:
    from changeflow.render.presentation import Presentation

_KIND: Final = "site"
_SIZE: Final = 16


class DatedPage(NamedTuple):
    """A page that says in the head of a paper when it was made, and nowhere else.

    Attributes:
        before: its text up to the head.
        head: as plain data.
        after: the rest of its text.
    """

    before: str
    head: str
    after: str

    @classmethod
    def of(cls, text: str, paper: Paper, to: Presentation) -> DatedPage | None:
        """Return a page cut at the head of a paper; None where it has that head not just once."""
        parts = text.split(_head(paper, to))
        if len(parts) != 2:  # noqa: PLR2004 - before and after it
            return None
        fields = set(Paper.model_fields) - {"told"}
        head = paper.model_dump_json(by_alias=True, include=fields)
        return cls(parts[0], head, parts[1])

    def made_at(self, now: datetime, to: Presentation) -> str:
        """Return the page as it is when it is made at a time."""
        paper = Paper.model_validate_json(self.head).model_copy(update={"made": now})
        return self.before + _head(paper, to) + self.after


def _head(paper: Paper, to: Presentation) -> str:
    return str(html_sections([head_section(paper, to)]))


class WholeSiteMemory:
    """The memory of the last build in a folder.

    Args:
        view: what the site is made from.
        folder: of the site.
        memory: of the question.
    """

    def __init__(self, view: View, folder: SiteFolder, memory: RepositoryMemory) -> None:
        self._view, self._folder, self._memory = view, folder, memory

    @classmethod
    def of(cls, view: View, folder: SiteFolder, settings: Sequence[str]) -> WholeSiteMemory | None:
        """Return the memory of a folder and the settings of its site; None: nothing is remembered."""
        base = view.base
        if base.commit is None:
            return None
        asked = (*settings, ascii(str(folder.path.resolve())), repr((base.label, base.commit)))
        memory = RepositoryMemory.of(view.git, _KIND, asked, fingerprint_of_commits)
        return cls(view, folder, memory) if memory is not None else None

    def recall(self, now: datetime) -> Mapping[str, DatedPage] | None:
        """Return the pages that say when they were made; None unless all others are as they were."""
        found = self._memory.recall()
        if found is None or not Holding.of_texts(found.facts["during"]).has(now):
            return None
        pages: dict[str, DatedPage] = {}
        for name, told in json.loads(found.data).items():
            pages[name] = DatedPage(*told)
        if _digest(self._folder.files, pages) != found.facts["files"]:
            return None
        return pages if self._folder.is_whole() else None

    def keep(
        self, files: Mapping[str, str], pages: Mapping[str, DatedPage], during: Holding
    ) -> None:
        """Keep what a build made.

        Args:
            files: digests of all files, by path.
            pages: those that say when they were made.
            during: the time in which all others hold.
        """
        facts = {"during": during.as_texts(), "files": _digest(files, pages)}
        data = json.dumps(pages, separators=(",", ":")).encode("ascii")
        self._memory.keep(facts, data, self._view)


def _digest(files: Mapping[str, str], dated: Mapping[str, DatedPage]) -> str:
    """Return what stands for all files but those that say when they were made."""
    found = blake2b(digest_size=_SIZE)
    for line in _told(files, dated):
        found.update(line.encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _told(files: Mapping[str, str], dated: Mapping[str, DatedPage]) -> Iterator[str]:
    for name in sorted(files):
        yield f"{name}\0{'' if name in dated else files[name]}\0"
