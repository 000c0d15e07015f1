"""The rulebook at one place: policies, roster, settings, models, calendars and the CMDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from changeflow import errors
from changeflow.cmdb.graph import Graph
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.items_view import ItemsView, PlacesView
from changeflow.lazy_dataclass import dataclass
from changeflow.model.calendars import Calendar
from changeflow.model.canonical import NotUtf8Error, canonical_json, digest_bytes
from changeflow.model.change_model import ChangeModel
from changeflow.model.config import Config, ConfigSpec
from changeflow.model.document_parts import Metadata
from changeflow.model.document_paths import CONFIG, EXPORTS
from changeflow.model.findings import Finding
from changeflow.model.kinds import API_VERSION, area_of, group_of
from changeflow.model.people import Person, Roster, RosterSpec
from changeflow.model.policy import Policy, PolicyTest
from changeflow.model.riskmodel import RiskModel, RiskModelSpec
from changeflow.reading.native_items import MANY, ReadCmdb, SourceFiles, native_places
from changeflow.reading.parsed import ParsedSource, unreadable
from changeflow.reading.rules_memory import KeptRules, RulesMemory
from changeflow.repo.checkout import is_blob

# What an earlier command read needs little of it.
if TYPE_CHECKING:
    from changeflow.cmdb.origins import Place
    from changeflow.cmdb.service_levels import Services
    from changeflow.documents.document import Document
    from changeflow.model.cmdb import ConfigurationItem
    from changeflow.reading.cmdb_memory import CmdbMemory
    from changeflow.reading.many_items import ManyItems
    from changeflow.reading.sourced_items import SourcedItems
    from changeflow.schedule.exceptions import GrantedException

R = TypeVar("R")
_CMDB: Final = "cmdb"
_ITEM_KIND: Final = "ConfigurationItem"
_SOURCE_KIND: Final = "ConfigurationSource"


@dataclass(frozen=True)
class Rulebook:
    """Everything that decides about a change, read from one place. `problems` shut every gate.

    `policies` are those that gates ask; `switched_off` are on file alone.
    """

    label: str
    commit: str | None
    config: ConfigSpec
    roster: Roster
    policies: tuple[Policy, ...]
    tests: tuple[PolicyTest, ...]
    models: Mapping[str, ChangeModel]
    risk_model: RiskModelSpec
    calendars: tuple[Calendar, ...]
    # the CMDB: all that items say, and where it comes from
    columns: ItemColumns
    digests: Mapping[str, str]
    problems: tuple[Finding, ...] = ()
    # all that was read; those of items only where there are problems
    documents: Sequence[Document] = ()
    # the files that sources of the CMDB name, if there are sources
    sourced: SourceFiles | None = None
    switched_off: tuple[Policy, ...] = ()
    exceptions: tuple[GrantedException, ...] = ()

    def reads(self, path: str) -> bool:
        """Return whether a file belongs to the rulebook, also as a file of a source of the CMDB."""
        return governs(path) or (self.sourced is not None and self.sourced.reads(path))

    @cached_property
    def items(self) -> Mapping[str, ConfigurationItem]:
        """Return the items by id. A record is made when it is asked for."""
        return ItemsView(self.columns)

    @cached_property
    def services(self) -> Services | None:
        """Return the services with a promised level; None where there are none."""
        if not self.columns.ids_having("service_level"):
            return None
        from changeflow.cmdb.service_levels import Services, service_levels

        return Services(service_levels(self.items), self.graph, self.risk_model.weights)

    @property
    def graph(self) -> Graph:
        """Return the items and what rests on them."""
        return self.columns.graph


@dataclass
class _Pile:
    """Documents of the base while they are being sorted."""

    records: list[Any] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    bytes_by_group: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    # items that were read without their documents and records, because there are many
    many: ManyItems | None = None
    # what remembers all but the CMDB, and what an earlier command read
    memory: RulesMemory | None = None
    kept: KeptRules | None = None
    # whether each file has the bytes that git's name of its content stands for: git does not
    # compare them, and what a damaged object says must not outlive it
    is_as_named: bool = True

    def of_kind(self, kind: type[R]) -> tuple[R, ...]:
        """Return the records of one kind, in the order of their files."""
        return tuple(found for found in self.records if isinstance(found, kind))


def config_of(source: ParsedSource) -> ConfigSpec:
    """Return the configuration at one place; defaults if there is no file.

    Raises:
        errors.Unreadable: when the file is there and cannot be read.
    """
    if not source.exists(CONFIG):
        return ConfigSpec()
    parsed = source.parsed(CONFIG)
    found = parsed.first(Config)
    if found is not None:
        return found.spec
    missing = Finding("config-missing", "error", f"{CONFIG} holds no Config document", path=CONFIG)
    raise unreadable(parsed.findings or [missing])


def people_of(source: ParsedSource) -> Mapping[str, Person]:
    """Return the people of the roster at a place.

    It is read alone: evidence needs their keys, not the whole rulebook.
    """
    for path, data in source.read_many(_policy_files(source)):
        found = source.parsed(path).first(Roster) if b"Roster" in data else None
        if found is not None:
            return found.spec.people
    return {}


def _policy_files(source: ParsedSource) -> Iterable[str]:
    found = []
    for path, entry in source.entries().items():
        if entry.regular and path.startswith("policies/") and path.endswith((".yaml", ".yml")):
            found.append(path)
    return sorted(found)


def load_rulebook(source: ParsedSource, memory: CmdbMemory | None = None) -> Rulebook:
    """Read the rulebook at one place.

    Args:
        source: the place.
        memory: of the CMDB there; None: all documents are read.
    """
    known = memory.recall() if memory is not None else None
    pile = _Pile()
    files = _governing_files(source, pile)
    if known is not None and memory is not None:
        files = [path for path in files if group_of(path) != _CMDB]
        pile.memory = RulesMemory.of(source, memory.index, files)
        pile.kept = pile.memory.recall() if pile.memory is not None else None
    if len(files) >= MANY:
        # few repositories have so many
        from changeflow.reading.many_items import many_items

        pile.many = many_items(source, files)
    _read_files(source, files, pile)
    if known is not None and _has_items(pile):
        # a part of the CMDB lies in another folder
        return load_rulebook(source)
    cmdb = known if known is not None else _cmdb(source, pile)
    if pile.many is not None and _has_errors(pile):
        # The rules of `check` see the documents of all items.
        pile = _Pile()
        _read_files(source, _governing_files(source, pile), pile)
        cmdb = _cmdb(source, pile)
    if memory is not None and known is None and _may_be_kept(pile):
        memory.keep(cmdb)
    models = _by_id(pile, ChangeModel)
    config = _config(pile)
    _read_calendars(pile, config.timezone)
    digests = {_CMDB: cmdb.digest} if cmdb.digest is not None else {}
    for name, told in pile.bytes_by_group.items():
        if name not in digests:
            digests[name] = digest_bytes(_digests_in_json(told))
    problems = tuple(finding for finding in pile.findings if finding.level == "error")
    enabled: dict[bool, list[Policy]] = {True: [], False: []}
    for policy in pile.of_kind(Policy):
        enabled[policy.spec.enabled].append(policy)
    roster = _roster(pile)
    calendars, granted = _with_exceptions(_calendars(pile, config.timezone), pile, roster, config)
    return Rulebook(
        label=source.label,
        commit=source.commit,
        config=config,
        roster=roster,
        policies=tuple(enabled[True]),
        tests=pile.of_kind(PolicyTest),
        models=models,
        risk_model=_risk_model(pile),
        calendars=calendars,
        columns=cmdb.columns,
        digests=dict(sorted(digests.items())),
        problems=problems,
        documents=_documents(source, files, pile, problems),
        sourced=cmdb.sourced,
        switched_off=tuple(enabled[False]),
        exceptions=granted,
    )


def _read_files(source: ParsedSource, files: Sequence[str], pile: _Pile) -> None:
    """Read files to documents and records, but for those of items that were read as many."""
    if pile.kept is not None:
        pile.records += pile.kept.records
        pile.bytes_by_group.update(pile.kept.digests)
        return
    if pile.many is not None:
        pile.bytes_by_group.setdefault(_CMDB, []).extend(pile.many.digests)
        done = {path for path, _ in pile.many.digests}
        files = [path for path in files if path not in done]
    entries = source.entries()
    for path, data in source.read_many(files):
        group, area = group_of(path) or "other", area_of(path)
        oid = entries[path].oid if source.commit is not None else None
        if oid is not None and not is_blob(data, oid):
            pile.is_as_named = False
        pile.bytes_by_group.setdefault(group, []).append((path, digest_bytes(data)))
        parsed = source.parsed(path, many=area is not None and area.many)
        pile.findings += parsed.findings
        pile.documents += parsed.documents
        pile.records += parsed.records


def _documents(
    source: ParsedSource, files: Sequence[str], pile: _Pile, problems: Sequence[Finding]
) -> Sequence[Document]:
    """Return the documents that are asked for again, those of kept records once they are."""
    if pile.kept is None:
        return tuple(_kept(pile.documents, problems))
    # most commands ask for none
    from changeflow.reading.late_documents import LateDocuments

    return LateDocuments(lambda: source.read_many(files))


def _has_errors(pile: _Pile) -> bool:
    return any(finding.level == "error" for finding in pile.findings)


def _digests_in_json(files: Iterable[tuple[str, str]]) -> bytes:
    """Return canonical JSON of paths and digests of files."""
    try:
        return canonical_json(sorted(files))
    except NotUtf8Error as error:
        raise errors.Unreadable.of("file.not_utf8_text", around=error.around) from error


def _kept(documents: Iterable[Document], problems: Sequence[Finding]) -> Iterator[Document]:
    """Yield the documents that are asked for again.

    What items say is in the columns. Where something cannot be read, the rules of `check` see the
    documents of items, valid or not.
    """
    for document in documents:
        if problems or document.kind != _ITEM_KIND:
            yield document


def _has_items(pile: _Pile) -> bool:
    return any(document.kind in (_ITEM_KIND, _SOURCE_KIND) for document in pile.documents)


def _may_be_kept(pile: _Pile) -> bool:
    """Return whether nothing is wrong with the CMDB, and all of it lies in its folder."""
    if not pile.is_as_named:
        return False
    for finding in pile.findings:
        if finding.level == "error" and group_of(finding.path) in (None, _CMDB):
            return False
    for document in pile.documents:
        if document.kind in (_ITEM_KIND, _SOURCE_KIND) and group_of(document.path) != _CMDB:
            return False
    return True


def _cmdb(source: ParsedSource, pile: _Pile) -> ReadCmdb:
    """Return what items say, and the files of sources."""
    # not where the CMDB was read before
    from changeflow.cmdb.columns_of_records import columns_of
    from changeflow.model.cmdb import ConfigurationItem

    natives: Mapping[str, ConfigurationItem] = _by_id(pile, ConfigurationItem)
    places: Mapping[str, Place] = native_places(pile.documents)
    columns = None
    if pile.many is not None:
        columns = _with_many(pile, natives, places)
        natives, places = ItemsView(columns), PlacesView(columns)
    sourced = _sourced(source, pile, natives, places)
    files = pile.bytes_by_group.get(_CMDB)
    in_json = _digests_in_json(files) if files is not None else None
    told = digest_bytes(in_json) if in_json is not None else None
    if sourced is None:
        found = columns or columns_of(natives, places=places)
        return ReadCmdb(found, None, told, in_json)
    # most repositories have none
    from changeflow.reading.sourced_items import remarks_of

    remarks = remarks_of(sourced.findings)
    return ReadCmdb(sourced.columns, sourced.files, told, remarks=remarks)


def _with_many(
    pile: _Pile, natives: Mapping[str, ConfigurationItem], places: Mapping[str, Place]
) -> ItemColumns:
    """Return the columns of all native items. An id that several of them have is a finding."""
    from changeflow.cmdb.columns_of_records import columns_of
    from changeflow.cmdb.wide_columns import combined, part_of

    many = pile.many
    if many is None or not natives:
        return many.columns if many is not None else columns_of(natives, places=places)
    for ci in natives:
        if ci in many.columns.graph:
            text = f"ConfigurationItem `{ci}` is defined twice"
            pile.findings.append(Finding("duplicate-id", "error", text))
            return many.columns
    return combined([part_of(many.columns), part_of(columns_of(natives, places=places))])


def _sourced(
    source: ParsedSource,
    pile: _Pile,
    natives: Mapping[str, ConfigurationItem],
    places: Mapping[str, Place],
) -> SourcedItems | None:
    """Return the items with those of sources; None where there are no sources.

    The files of sources are a part of the CMDB, so that its digest covers them.
    """
    if not any(document.kind == _SOURCE_KIND for document in pile.documents):
        return None
    # most repositories have none
    from changeflow.model.configuration_source import ConfigurationSource
    from changeflow.reading.configuration_sources import sourced_items

    records = _by_id(pile, ConfigurationSource).values()
    found = sourced_items(source, pile.documents, records, natives, places)
    pile.findings += found.findings
    pile.bytes_by_group.setdefault("cmdb", []).extend(found.files.digests.items())
    return found


def _governing_files(source: ParsedSource, pile: _Pile) -> list[str]:
    """Return the files of the rulebook, sorted, and report those that cannot be read as such."""
    entries = source.entries()
    wanted = sorted(path for path in entries if group_of(path) and path.endswith((".yaml", ".yml")))
    regular = []
    for path in wanted:
        if path.startswith(EXPORTS):
            # read by its source, if one names it
            continue
        if entries[path].mode in ("100644", "100755"):
            regular.append(path)
        else:
            text = f"`{path}` is not a regular file"
            pile.findings.append(Finding("file-not-regular", "error", text, path=path))
    found = []
    for path in regular:
        if area_of(path) is not None:
            found.append(path)
        else:
            # Its author meant it to govern. Without a finding, a rule would silently not hold.
            text = f"`{path}` lies where no document is read"
            hint = "`changeflow check` says where it belongs"
            pile.findings.append(Finding("layout-place", "error", text, hint, path))
    return found


def _read_calendars(pile: _Pile, zone: str) -> None:
    """Report freezes and windows whose times cannot be told, and keep what was read without one."""
    if pile.kept is not None:
        return
    from changeflow.checks.calendars import unreadable_periods

    for document in pile.documents:
        if document.kind == "Calendar":
            pile.findings.extend(unreadable_periods(document, zone))
    if pile.memory is not None and pile.is_as_named and not pile.findings:
        pile.memory.keep(KeptRules(pile.records, pile.bytes_by_group))


def _calendars(pile: _Pile, zone: str) -> tuple[Calendar, ...]:
    """Return the calendars with the team's zone, and periods with the hours that they name."""
    found = tuple(calendar.in_zone(zone) for calendar in pile.of_kind(Calendar))
    if all(not (one.spec.hours or one.spec.holidays or one.follows_days) for one in found):
        return found
    # few calendars follow days
    from changeflow.schedule.day_patterns import with_day_patterns

    return with_day_patterns(found, zone)


def _with_exceptions(
    calendars: tuple[Calendar, ...], pile: _Pile, roster: Roster, config: ConfigSpec
) -> tuple[tuple[Calendar, ...], tuple[GrantedException, ...]]:
    """Return the calendars with those exceptions from freezes that count, and the exceptions."""
    if all(record.kind != "FreezeException" for record in pile.records):
        return calendars, ()
    # few repositories have any
    from changeflow.model.freeze_exception import FreezeException
    from changeflow.schedule.exceptions import granted_exceptions, with_exceptions

    granted = tuple(granted_exceptions(pile.of_kind(FreezeException), roster, config))
    return with_exceptions(calendars, granted), granted


def governs(path: str) -> bool:
    """Return whether a file belongs to the rulebook."""
    return group_of(path) is not None


def _by_id(pile: _Pile, kind: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in pile.of_kind(kind):
        if item.metadata.id in found:
            text = f"{kind.__name__} `{item.metadata.id}` is defined twice"
            pile.findings.append(Finding("duplicate-id", "error", text))
        found[item.metadata.id] = item
    return found


def _one(pile: _Pile, kind: type[Any]) -> Any:
    """Return the one document of a kind, None where there is none."""
    found = pile.of_kind(kind)
    if len(found) > 1:
        text = f"there are {len(found)} documents of kind {kind.__name__}"
        pile.findings.append(Finding("duplicate-kind", "error", text))
    return found[0] if found else None


def _config(pile: _Pile) -> ConfigSpec:
    config: Config | None = _one(pile, Config)
    return config.spec if config is not None else ConfigSpec()


def _roster(pile: _Pile) -> Roster:
    roster: Roster | None = _one(pile, Roster)
    if roster is not None:
        return roster
    empty = Metadata(id="roster")
    spec = RosterSpec(people={})
    return Roster(apiVersion=API_VERSION, kind="Roster", metadata=empty, spec=spec)


def _risk_model(pile: _Pile) -> RiskModelSpec:
    model: RiskModel | None = _one(pile, RiskModel)
    return model.spec if model is not None else RiskModelSpec()
