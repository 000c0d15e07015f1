"""The rulebook at one place: policies, roster, settings, models, calendars and the CMDB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from changeflow import errors
from changeflow.checks.calendars import unreadable_periods
from changeflow.cmdb.graph import Graph
from changeflow.documents.document import Document
from changeflow.model.calendars import Calendar
from changeflow.model.canonical import NotUtf8Error, digest, digest_bytes
from changeflow.model.change_model import ChangeModel
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.config import Config, ConfigSpec
from changeflow.model.document_parts import Metadata
from changeflow.model.document_paths import CONFIG, EXPORTS
from changeflow.model.findings import Finding
from changeflow.model.kinds import API_VERSION, area_of, group_of
from changeflow.model.people import Person, Roster, RosterSpec
from changeflow.model.policy import Policy, PolicyTest
from changeflow.model.riskmodel import RiskModel, RiskModelSpec
from changeflow.reading.parsed import ParsedSource, unreadable

if TYPE_CHECKING:
    from changeflow.cmdb.item_columns import ItemColumns
    from changeflow.reading.configuration_sources import SourcedItems

R = TypeVar("R")


@dataclass(frozen=True)
class Rulebook:
    """Everything that decides about a change, read from one place. `problems` shut every gate."""

    label: str
    commit: str | None
    config: ConfigSpec
    roster: Roster
    policies: tuple[Policy, ...]
    tests: tuple[PolicyTest, ...]
    models: Mapping[str, ChangeModel]
    risk_model: RiskModelSpec
    calendars: tuple[Calendar, ...]
    items: Mapping[str, ConfigurationItem]
    digests: Mapping[str, str]
    problems: tuple[Finding, ...] = ()
    documents: tuple[Document, ...] = ()
    # what sources say, if there are any: where items come from, and which files were read
    sourced: SourcedItems | None = None

    def reads(self, path: str) -> bool:
        """Return whether a file belongs to the rulebook, also as a file of a source of the CMDB."""
        return governs(path) or (self.sourced is not None and self.sourced.reads(path))

    @cached_property
    def columns(self) -> ItemColumns:
        """Return all that items say, in columns, built when they are first needed."""
        from changeflow.cmdb.columns_of_records import columns_of
        from changeflow.reading.configuration_sources import places_of

        provenance = self.sourced.merged.provenance if self.sourced is not None else None
        return columns_of(self.items, provenance, places_of(self.documents))

    @cached_property
    def graph(self) -> Graph:
        """Return the items and what rests on them, built when it is first needed."""
        return Graph.of(self.items.values())


@dataclass
class _Pile:
    """Documents of the base while they are being sorted."""

    records: list[Any] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    bytes_by_group: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

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


def load_rulebook(source: ParsedSource) -> Rulebook:
    """Read the rulebook at one place."""
    pile = _Pile()
    for path, data in source.read_many(_governing_files(source, pile)):
        group, area = group_of(path) or "other", area_of(path)
        pile.bytes_by_group.setdefault(group, []).append((path, digest_bytes(data)))
        parsed = source.parsed(path, many=area is not None and area.many)
        pile.findings += parsed.findings
        pile.documents += parsed.documents
        pile.records += parsed.records
    items: Mapping[str, ConfigurationItem] = _by_id(pile, ConfigurationItem)
    sourced = _sourced(source, pile, items)
    if sourced is not None:
        items = sourced.merged.items
    models = _by_id(pile, ChangeModel)
    config = _config(pile)
    _read_calendars(pile, config.timezone)
    try:
        digests = {name: digest(sorted(one)) for name, one in sorted(pile.bytes_by_group.items())}
    except NotUtf8Error as error:
        raise errors.Unreadable.of("file.not_utf8_text", around=error.around) from error
    return Rulebook(
        label=source.label,
        commit=source.commit,
        config=config,
        roster=_roster(pile),
        policies=pile.of_kind(Policy),
        tests=pile.of_kind(PolicyTest),
        models=models,
        risk_model=_risk_model(pile),
        calendars=tuple(calendar.in_zone(config.timezone) for calendar in pile.of_kind(Calendar)),
        items=items,
        digests=digests,
        problems=tuple(finding for finding in pile.findings if finding.level == "error"),
        documents=tuple(pile.documents),
        sourced=sourced,
    )


def _sourced(
    source: ParsedSource, pile: _Pile, natives: Mapping[str, ConfigurationItem]
) -> SourcedItems | None:
    """Return the items with those of sources; None where there are no sources.

    The files of sources are a part of the CMDB, so that its digest covers them.
    """
    if not any(document.kind == "ConfigurationSource" for document in pile.documents):
        return None
    # most repositories have none
    from changeflow.model.configuration_source import ConfigurationSource
    from changeflow.reading.configuration_sources import sourced_items

    records = _by_id(pile, ConfigurationSource).values()
    found = sourced_items(source, pile.documents, records, natives)
    pile.findings += found.findings
    pile.bytes_by_group.setdefault("cmdb", []).extend(found.digests.items())
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
    """Report freezes and windows whose times cannot be told."""
    for document in pile.documents:
        if document.kind == "Calendar":
            pile.findings.extend(unreadable_periods(document, zone))


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
