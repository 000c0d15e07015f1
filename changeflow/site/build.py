"""Build a site: read what it shows, write the pages that changed, remove those that are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from changeflow.model.clock import Clock
from changeflow.model.languages import LanguageName
from changeflow.model.phrases import Told
from changeflow.reading.view import View
from changeflow.render.impact_page import script_text, style_text
from changeflow.render.labels import Labels
from changeflow.render.page import STYLE as PAGE_STYLE
from changeflow.render.presentation import Presentation, presentation_of
from changeflow.repo.parallel import spread
from changeflow.site import addresses
from changeflow.site.change_page import Related, change_page
from changeflow.site.find import Row, chunk_path, chunked
from changeflow.site.folder import SiteFolder
from changeflow.site.frame import IMPACT_SCRIPT, IMPACT_STYLE, SCRIPT, STYLE, Frame
from changeflow.site.item_pages import item_page, items_pages
from changeflow.site.kpi_page import kpi_page
from changeflow.site.register_pages import register_pages
from changeflow.site.schedule_pages import period_of_schedule, schedule_pages
from changeflow.site.start_page import StartPage, search_page, start_page
from changeflow.usecases.cmdb.show import show_item
from changeflow.usecases.site.read_site import SiteAnswers, read_site
from changeflow.usecases.site.shown_changes import ShownChanges

_TEMPLATES: Final = Path(__file__).parent.parent / "templates" / "site"
# weeks of the schedule, this one included
WEEKS: Final = 8
_NO_JEKYLL: Final = ".nojekyll"


@dataclass(frozen=True)
class SiteBuilt:
    """What a build did.

    Attributes:
        pages: how many pages the site has.
        written: how many files were written, because they are new or other than before.
        removed: how many files were removed.
        problems: what is wrong with the ledger.
    """

    pages: int
    written: int
    removed: int
    problems: tuple[str | Told, ...]


def build_site(
    view: View, out: Path, clock: Clock, zone: ZoneInfo, languages: Sequence[LanguageName]
) -> SiteBuilt:
    """Build a site of the main branch and its ledger in a folder.

    Args:
        view: the repository.
        out: the folder: of an earlier build, empty, or not there yet.
        clock: the time.
        zone: of the repository.
        languages: of its pages; those of the first one lie at the top.

    Raises:
        errors.Refused: when the folder holds something else.
        errors.UsageError: when the folder cannot be written.
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    folder = SiteFolder.open(out)
    view = view.of_base().for_many()
    return _Build(view, folder, clock, zone, tuple(languages)).made()


class _Build:
    def __init__(
        self,
        view: View,
        folder: SiteFolder,
        clock: Clock,
        zone: ZoneInfo,
        languages: tuple[LanguageName, ...],
    ) -> None:
        self._view, self._folder, self._clock, self._zone = view, folder, clock, zone
        base = view.base.require_readable()
        self._base = base
        self._frames = []
        for language in languages:
            to = presentation_of(base, language)
            title = base.config.organisation or Presentation(language).says("site.title")
            self._frames.append(Frame(to, languages, title))
        self._files: dict[str, str] = {}

    def made(self) -> SiteBuilt:
        """Make the site."""
        for part in (
            self._assets,
            self._changes,
            self._search,
            self._lists,
            self._items,
            self._heads,
        ):
            self._write(part())
        before = self._folder.files
        removed = self._folder.remove_others(self._files)
        self._folder.keep(self._files, {})
        written = sum(before.get(name) != digest for name, digest in self._files.items())
        pages = sum(name.endswith(".html") for name in self._files)
        return SiteBuilt(pages, written, removed, self._answers.problems)

    def _write(self, files: Iterable[tuple[str, str]]) -> None:
        for name, text in files:
            self._files[name] = self._folder.write(name, text.encode("utf-8", "replace"))

    # -- what is shown -----------------------------------------------------------------------------

    @cached_property
    def _answers(self) -> SiteAnswers:
        since, until = period_of_schedule(self._clock.now, self._zone, WEEKS)
        return read_site(self._view, since, until, self._clock, self._zone)

    @cached_property
    def _items_known(self) -> frozenset[str]:
        return frozenset(self._base.graph.item_ids())

    @cached_property
    def _changes_known(self) -> frozenset[str]:
        return frozenset(one.change for one in self._answers.rows)

    @cached_property
    def _chunks(self) -> list[str]:
        return chunked(self._rows())

    def _rows(self) -> Iterator[Row]:
        people, items = self._frames[0].to.names.people, self._frames[0].to.names.items
        for one in self._answers.rows:
            who = self._answers.people[one.change]
            words = [*who, *(people[name] for name in who if name in people)]
            words += [*one.items, *(items[ci] for ci in one.items if ci in items)]
            moment = self._answers.moments[one.change].astimezone(self._zone)
            yield Row(
                kind="change",
                page=addresses.change_page(one.change),
                id=one.change,
                title=one.title,
                words=" ".join(words),
                state=one.state,
                type=one.type,
                level=one.risk.level if one.risk is not None else "",
                score=one.risk.score if one.risk is not None else 0,
                at=f"{moment:%Y-%m-%d %H:%M}",
            )
        for ci in self._base.graph.item_ids():
            item = self._base.items[ci]
            spec = item.spec
            words = [spec.owner or "", spec.environment or "", spec.description or ""]
            yield Row(
                kind="item",
                page=addresses.item_page(ci),
                id=ci,
                title=item.metadata.name or ci,
                words=" ".join(filter(None, words)),
                state=spec.status.value,
                type=spec.type or "",
                level=spec.criticality.value if spec.criticality is not None else "",
                score=0,
                at="",
            )

    # -- files -------------------------------------------------------------------------------------

    def _assets(self) -> Iterator[tuple[str, str]]:
        yield _NO_JEKYLL, ""
        yield STYLE, PAGE_STYLE + (_TEMPLATES / "site.css").read_text("utf-8")
        yield SCRIPT, (_TEMPLATES / "find.js").read_text("utf-8")
        yield IMPACT_SCRIPT, script_text()
        for frame in self._frames:
            yield IMPACT_STYLE.format(language=frame.to.language), style_text(frame.to)

    def _search(self) -> Iterator[tuple[str, str]]:
        for number, text in enumerate(self._chunks):
            yield chunk_path(number), text

    def _changes(self) -> Iterator[tuple[str, str]]:
        """Write the pages of changes, in several processes; yield nothing that is left to write."""
        shown = ShownChanges(self._view, self._clock)
        labels = Labels.of(self._base.graph)
        incidents = self._view.base.incidents

        def job(names: Sequence[str]) -> list[tuple[str, str]]:
            done = []
            for name, answer in shown.answers(names):
                if answer is None:
                    continue
                related = Related(
                    self._items_known, self._changes_known, incidents.caused_by(name), labels
                )
                for frame in self._frames:
                    path = frame.folder + addresses.change_page(name)
                    text = change_page(answer, related, frame)
                    done.append((path, self._folder.write(path, text.encode("utf-8", "replace"))))
            return done

        names = sorted(self._changes_known)
        self._files.update(spread(job, names))
        return iter(())

    def _items(self) -> Iterator[tuple[str, str]]:
        changes, incidents = self._answers.changes_of_items(), self._answers.incidents_of_items()
        for frame in self._frames:
            items = [self._base.items[ci] for ci in self._base.graph.item_ids()]
            for at, text in items_pages(items, len(self._chunks), frame):
                yield frame.folder + at, text
            for ci in self._base.graph.item_ids():
                text = item_page(
                    show_item(self._base, ci),
                    changes.get(ci, ()),
                    incidents.get(ci, ()),
                    self._changes_known,
                    frame,
                )
                yield frame.folder + addresses.item_page(ci), text

    def _lists(self) -> Iterator[tuple[str, str]]:
        found = self._answers
        for frame in self._frames:
            pages = (
                *register_pages(
                    found.rows, found.unreadable, self._items_known, len(self._chunks), frame
                ),
                *schedule_pages(
                    found.schedule, self._clock.now, self._zone, self._items_known, frame
                ),
            )
            for at, text in pages:
                yield frame.folder + at, text

    def _heads(self) -> Iterator[tuple[str, str]]:
        from markupsafe import Markup

        found = self._answers
        now = self._clock.now
        coming = tuple(one for one in found.schedule.changes if one.end > now)
        start = StartPage(
            head=found.head,
            report=found.kpis,
            rows=found.rows,
            open=found.open,
            next=coming,
            ending=found.ending,
            items=self._items_known,
            chunks=len(self._chunks),
        )
        for frame in self._frames:
            why = frame.says("site.no_measures", why=found.no_kpis) if found.kpis is None else ""
            yield frame.folder + addresses.START, start_page(start, frame)
            yield frame.folder + addresses.SEARCH, search_page(len(self._chunks), frame)
            text = kpi_page(found.kpis, self._changes_known, why, Markup(""), frame)
            yield frame.folder + addresses.KPIS, text
