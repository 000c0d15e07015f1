"""Build a site: read what it shows, write the pages that changed, remove those that are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from changeflow.gate_cases.register import Register, register_of
from changeflow.gate_cases.register_memory import Found, row_as_json, row_of_json
from changeflow.gate_cases.register_rows import RegisteredChange, state_of_row
from changeflow.gate_cases.schedule_rows import KnownChange, schedule_row_of_json
from changeflow.gate_cases.states import Standing
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import ListedChange
from changeflow.model.answers.report import Paper
from changeflow.model.clock import Clock
from changeflow.model.incident import Incident
from changeflow.model.languages import LanguageName
from changeflow.model.paths import shown
from changeflow.model.phrases import Told
from changeflow.model.watched_time import Watch, watched_day
from changeflow.reading.spread_changes import Noted
from changeflow.reading.view import View
from changeflow.render.impact_page import script_text, style_text
from changeflow.render.labels import Labels
from changeflow.render.page import STYLE as PAGE_STYLE
from changeflow.render.presentation import Presentation, presentation_of
from changeflow.repo.index_store import IndexStore
from changeflow.repo.parallel import beside, spread
from changeflow.site import addresses
from changeflow.site.change_page import Related, change_page
from changeflow.site.charts import charts_of
from changeflow.site.find import Row, chunk_path, chunked
from changeflow.site.folder import SiteFolder
from changeflow.site.frame import IMPACT_SCRIPT, IMPACT_STYLE, SCRIPT, STYLE, Frame
from changeflow.site.item_pages import item_page, items_pages
from changeflow.site.kpi_page import kpi_page
from changeflow.site.parts import PageSource
from changeflow.site.plan import KeptChange, Plan, Task
from changeflow.site.register_pages import RegisterPage, parts_of
from changeflow.site.schedule_pages import period_of_schedule, schedule_pages
from changeflow.site.start_page import StartPage, search_page, start_page
from changeflow.site.whole_site import DatedPage, WholeSiteMemory
from changeflow.usecases.cmdb.show import show_item
from changeflow.usecases.site.read_site import SiteAnswers, read_site
from changeflow.usecases.site.site_changes import SiteChanges
from changeflow.usecases.site.stands_for import stands_for

if TYPE_CHECKING:
    from changeflow.usecases.site.measures import SiteMeasures
    from changeflow.usecases.site.site_tables import SiteTables

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
    view = view.of_base()
    return _Build(view, folder, clock, zone, tuple(languages)).made()


# measures, and what was noted while they were made
_Measured = tuple["SiteMeasures", Noted]


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
        # notes how long the site holds, but for the time at which it is made
        self._watch = Watch(clock.now)
        self._watched = Clock(self._watch.now, clock.real)
        self._settings = [zone.key, *languages]
        # None: a page says it elsewhere, too
        self._dated: dict[str, DatedPage] | None = {}
        base = view.base.require_readable()
        self._base = base
        self._frames = []
        for language in languages:
            to = presentation_of(base, language)
            title = base.config.organisation or Presentation(language).says("site.title")
            self._frames.append(Frame(to, languages, title))
        self._files: dict[str, str] = {}
        self._kept: dict[str, Any] = {}
        self._row_texts: dict[tuple[str, str], str] = {}
        self._found: Found
        self._kept_changes: Mapping[Task, KeptChange] = {}
        # of the main branch
        self._measured: Callable[[], _Measured]
        self._anew: frozenset[Task] = frozenset()
        self._main_rows: dict[str, RegisteredChange] = {}

    def made(self) -> SiteBuilt:
        """Make the site, or have it say the time of now where nothing else has changed."""
        memory = WholeSiteMemory.of(self._view, self._folder, self._settings)
        dated = memory.recall(self._clock.now) if memory is not None else None
        if dated is not None:
            return self._made_again(dated)
        self._write(self._assets())
        self._tell()
        # Measures are computed while the pages are made that show none.
        with beside(self._measures) as self._measured:
            self._write(self._search())
            self._made_from([*self._register(), *self._schedule(), *self._items()])
            self._write(self._heads())
        before = self._folder.files
        removed = self._folder.remove_others(self._files)
        self._folder.keep(self._files, self._kept)
        if memory is not None and not self._answers.problems and self._dated is not None:
            memory.keep(self._files, self._dated, self._watch.holding)
        return self._built(before, removed, self._answers.problems)

    def _made_again(self, dated: Mapping[str, DatedPage]) -> SiteBuilt:
        """Have the pages that say when they were made say it anew."""
        before = self._folder.files
        self._files.update(before)
        for frame in self._frames:
            for name in (frame.folder + addresses.START, frame.folder + addresses.KPIS):
                if name in dated:
                    text = dated[name].made_at(self._clock.now, frame.to)
                    self._files[name] = self._placed(name, text)
        self._folder.list_files(self._files)
        return self._built(before, 0, ())

    def _built(
        self, before: Mapping[str, str], removed: int, problems: tuple[str | Told, ...]
    ) -> SiteBuilt:
        written = sum(before.get(name) != digest for name, digest in self._files.items())
        pages = sum(name.endswith(".html") for name in self._files)
        return SiteBuilt(pages, written, removed, problems)

    def _write(self, files: Iterable[tuple[str, str]]) -> None:
        for name, text in files:
            self._files[name] = self._placed(name, text)

    def _placed(self, name: str, text: str) -> str:
        return self._folder.write(name, text.encode("utf-8", "replace"))

    def _made_from(self, pages: Sequence[PageSource]) -> None:
        """Have pages, those made again that are made from something else than before."""
        before = self._folder.kept.get("pages", {})

        def job(numbers: Sequence[str]) -> list[tuple[str, str, str]]:
            found = []
            for number in numbers:
                page = pages[int(number)]
                key = stands_for((self._plan.sources.general, page.source()))
                if before.get(page.at) == key and self._folder.has(page.at):
                    digest = self._folder.files[page.at]
                else:
                    digest = self._placed(page.at, page.make())
                found.append((page.at, digest, key))
            return found

        for name, digest, key in spread(job, list(map(str, range(len(pages))))):
            self._files[name] = digest
            self._kept["pages"][name] = key

    # -- changes -----------------------------------------------------------------------------------

    @cached_property
    def _plan(self) -> Plan:
        return Plan(self._view, self._folder, self._clock, self._settings)

    def _tell(self) -> None:
        """Tell of all changes: write the pages of those that are told anew, and keep the others."""
        plan = self._plan
        kept = {task: one for task, one in plan.kept.items() if task not in plan.fresh}
        found = self._told_anew(plan.fresh, kept)
        near = plan.near(kept)
        if near:
            more = self._told_anew(near, kept)
            lost = {*found.unreadable, *more.unreadable}
            found = replace(more, unreadable=tuple(sorted(lost)))
        self._take(kept, found)

    def _told_anew(self, asked: frozenset[Task], kept: dict[Task, KeptChange]) -> Found:
        """Tell of changes anew, and replace what is kept of them; return what was found, without rows."""
        plan = self._plan
        self._anew |= asked
        self._view, reading = plan.reading(asked, kept)
        tasks = []
        for number, read in enumerate(reading.requests):
            tasks += [(number, name) for name in read.found]
        told = SiteChanges(self._view, reading, self._clock, len(tasks))
        writer = _ChangeWriter(self._view, self._frames, self._folder, plan, told)

        def job(asked: Sequence[str]) -> list[tuple[Task, KeptChange]]:
            found = []
            for one in asked:
                number, _, name = one.partition(" ")
                found.append(writer.written((int(number), name)))
            return found

        names = [f"{number} {name}" for number, name in tasks]
        kept.update(spread(job, names))
        for number, read in enumerate(reading.requests):
            for name in read.lost:
                task = (number, name)
                kept[task] = KeptChange.unreadable(plan.own.get(task, ""))
        return reading.found(())

    def _take(self, kept: Mapping[Task, KeptChange], found: Found) -> None:
        """Take what is known of all changes."""
        plan = self._plan
        rows, lost = [], []
        for task, one in kept.items():
            row = row_of_json(one.row) if one.row else None
            if row is None:
                lost.append(shown(task[1]))
            else:
                rows.append(row)
                if task[0] == 0:
                    self._main_rows[task[1]] = row
            self._files.update(one.files)
        for one in kept.values():
            self._watch.narrow(one.holding)
        lost += found.unreadable
        self._found = replace(found, rows=tuple(rows), unreadable=tuple(sorted(set(lost))))
        self._kept_changes = kept
        self._kept = {
            "general": plan.sources.general,
            "commit": plan.sources.commit,
            "changes": {plan.key(task): kept[task] for task in sorted(kept)},
            "pages": {},
            "charts": {},
            "schedule": {},
        }

    @cached_property
    def _register_found(self) -> Register:
        return register_of(self._found, self._base, self._watched)

    # -- what is shown -----------------------------------------------------------------------------

    @cached_property
    def _answers(self) -> SiteAnswers:
        since, until = period_of_schedule(self._today, self._zone, WEEKS)
        register = self._register_found
        found = read_site(
            self._view,
            register,
            since,
            until,
            self._watched,
            self._zone,
            self._planned(),
        )
        for name, row in found.schedule.rows.items():
            self._kept["schedule"][name] = row.model_dump_json(by_alias=True)
        return found

    @cached_property
    def _measures_made(self) -> SiteMeasures:
        found, noted = self._measured()
        # What is remembered of the site rests on what the measures looked for.
        noted.note_in(self._view.git, [self._watch])
        return found

    def _measures(self) -> _Measured:
        """Return the measures, and what was noted while they were made."""
        from changeflow.usecases.site.measures import site_measures

        watch = Watch(self._clock.now)
        known, texts = {}, {}
        for (number, name), one in self._kept_changes.items():
            records = one.known_records() if number == 0 else None
            if records is not None:
                known[name], texts[name] = records, one.records
        tables = self._tables(texts)
        found = site_measures(self._view, watch.now, self._zone, known, tables)
        return found, Noted.of(self._view.git, [watch])

    def _tables(self, texts: Mapping[str, str]) -> SiteTables | None:
        """Return the tables of the last build; None where nothing is remembered."""
        from changeflow.usecases.site.site_tables import SiteTables

        store = IndexStore.of(self._view.git.facts.common_dir)
        if store is None:
            return None
        source = self._base.config.source_name
        return SiteTables(store, source, self._plan.sources.general, texts)

    def _planned(self) -> dict[str, KnownChange]:
        """Return what is known of changes for the schedule."""
        rows, found = self._folder.kept.get("schedule", {}), {}
        for name, one in self._main_rows.items():
            told = rows.get(name) if (0, name) not in self._anew else None
            row = schedule_row_of_json(told) if told is not None else None
            found[name] = KnownChange(Standing(state_of_row(one), one.during), row)
        return found

    @cached_property
    def _today(self) -> date:
        return watched_day(self._watch.now, self._zone)

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

    def _register(self) -> Iterator[PageSource]:
        found, chunks = self._answers, len(self._chunks)
        parts = parts_of(found.rows)
        for number, part in enumerate(parts, start=1):
            page = RegisterPage(part, number, len(parts), len(found.rows), found.unreadable, chunks)
            for frame in self._frames:
                make = partial(page.text, self._items_known, frame)
                source = partial(self._source_of_register, page)
                yield PageSource(frame.folder + page.at, source, make)

    def _source_of_register(self, page: RegisterPage) -> object:
        return (*page.settings, self._told_rows(page.rows))

    def _told_rows(self, rows: Iterable[ListedChange]) -> list[str]:
        """Return rows as texts, each made once: an item page has rows of the register, too."""
        found = []
        for one in rows:
            place = (one.at, one.change)
            if place not in self._row_texts:
                self._row_texts[place] = one.model_dump_json(by_alias=True)
            found.append(self._row_texts[place])
        return found

    def _schedule(self) -> Iterator[PageSource]:
        for frame in self._frames:
            pages = schedule_pages(
                self._answers.schedule.answer, self._today, self._zone, self._items_known, frame
            )
            for page in pages:
                yield page._replace(at=frame.folder + page.at)

    def _items(self) -> Iterator[PageSource]:
        changes, incidents = self._answers.changes_of_items(), self._answers.incidents_of_items()
        items = [self._base.items[ci] for ci in self._base.graph.item_ids()]
        for frame in self._frames:
            for page in items_pages(items, len(self._chunks), frame):
                yield page._replace(at=frame.folder + page.at)
        for ci in self._base.graph.item_ids():
            mine, hurt = changes.get(ci, ()), incidents.get(ci, ())
            known = frozenset(name for one in hurt for name in one.spec.caused_by)
            known &= self._changes_known
            for frame in self._frames:
                make = partial(self._item, ci, mine, hurt, frame)
                source = partial(self._source_of_item, mine, known)
                yield PageSource(frame.folder + addresses.item_page(ci), source, make)

    def _source_of_item(self, mine: Sequence[ListedChange], known: frozenset[str]) -> object:
        return self._told_rows(mine), sorted(known)

    def _item(
        self, ci: str, mine: Sequence[ListedChange], hurt: Sequence[Incident], frame: Frame
    ) -> str:
        return item_page(show_item(self._base, ci), mine, hurt, self._changes_known, frame)

    def _heads(self) -> Iterator[tuple[str, str]]:
        found, measures = self._answers, self._measures_made
        now = self._watch.now
        drawn_before = self._folder.kept.get("charts", {})
        coming = tuple(one for one in found.schedule.answer.planned if one.end > now)
        start = StartPage(
            head=found.head,
            report=measures.kpis,
            rows=found.rows,
            open=found.open,
            next=coming,
            ending=found.ending,
            items=self._items_known,
            chunks=len(self._chunks),
        )
        for frame in self._frames:
            why = frame.says("site.no_measures", why=measures.why) if measures.kpis is None else ""
            text = start_page(start, frame)
            self._date(frame.folder + addresses.START, text, found.head, frame)
            yield frame.folder + addresses.START, text
            yield frame.folder + addresses.SEARCH, search_page(len(self._chunks), frame)
            charts = charts_of(measures.trends, frame, self._kept["charts"], drawn_before)
            text = kpi_page(measures.kpis, self._changes_known, why, charts, frame)
            if measures.kpis is not None:
                self._date(frame.folder + addresses.KPIS, text, measures.kpis, frame)
            yield frame.folder + addresses.KPIS, text

    def _date(self, name: str, text: str, paper: Paper, frame: Frame) -> None:
        """Note that a page says in the head of a paper when it was made."""
        page = DatedPage.of(text, paper, frame.to)
        if page is None:
            self._dated = None
        elif self._dated is not None:
            self._dated[name] = page


class _ChangeWriter:
    """Tells of changes and writes their pages, in whichever process it runs."""

    def __init__(
        self,
        view: View,
        frames: Sequence[Frame],
        folder: SiteFolder,
        plan: Plan,
        told: SiteChanges,
    ) -> None:
        self._frames, self._folder, self._plan, self._told = frames, folder, plan, told
        base = view.base.rulebook
        self._incidents, self._labels = view.base.incidents, Labels.of(base.graph)
        self._items = frozenset(base.graph.item_ids())
        self._changes = frozenset(name for _, name in plan.own)

    def written(self, task: Task) -> tuple[Task, KeptChange]:
        """Tell of a change, write its pages, and return what is kept of it."""
        (told,) = self._told.told([task])
        files, name = {}, task[1]
        if told.answer is not None:
            caused = self._incidents.caused_by(name)
            related = Related(self._items, self._changes, caused, self._labels)
            for frame in self._frames:
                path = frame.folder + addresses.change_page(name)
                text = change_page(told.answer, related, frame)
                files[path] = self._folder.write(path, text.encode("utf-8", "replace"))
        own, seen = self._plan.own.get(task, ""), self._plan.seen(task, told)
        return task, KeptChange.of(own, told, row_as_json(told.row), seen, files)
