"""What answers about the CMDB alone need of the rulebook, as an earlier command found it.

It is kept beside the CMDB (`reading.cmdb_memory`), as long as every other governing file is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

from changeflow.cmdb.graph import Graph, Needs
from changeflow.lazy_dataclass import dataclass
from changeflow.model.impact_weights import ImpactWeights
from changeflow.reading.state import State

if TYPE_CHECKING:
    from changeflow.model.config import ConfigSpec
    from changeflow.model.languages import LanguageName
    from changeflow.reading.rulebook import Rulebook

_SPACE: Final = "impact"
# what is kept: one for the work tree, and one for commits
_WORK_TREE: Final = "work tree"
_COMMIT: Final = "commit"


@dataclass(frozen=True)
class KnownConfig:
    """The settings that answers about the CMDB alone need, as in `ConfigSpec`."""

    language: LanguageName
    timezone: str
    environment_names: Mapping[str, str]
    service_types: tuple[str, ...]

    @classmethod
    def of(cls, config: ConfigSpec) -> KnownConfig:
        """Return those of a configuration."""
        return cls(config.language, config.timezone, config.environment_names, config.service_types)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> KnownConfig:
        """Return what `written` returned."""
        return cls(**{**data, "service_types": tuple(data["service_types"])})

    def written(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    @property
    def zone(self) -> tzinfo:
        """Return the zone of the times that people read."""
        # An answer for programs shows no times.
        from changeflow.model.zones import time_zone

        return time_zone(self.timezone)


@dataclass(frozen=True)
class KnownCmdb:
    """What answers about the CMDB alone need.

    Attributes:
        graph: items and what needs them.
        needs: what items need.
        weights: how much of its score a dependency passes on.
        config: the settings that such answers need.
        people: person -> name.
        roles: role -> name.
    """

    graph: Graph
    needs: Needs
    weights: ImpactWeights
    config: KnownConfig
    people: Mapping[str, str]
    roles: Mapping[str, str]

    @classmethod
    def of(cls, base: Rulebook) -> KnownCmdb:
        """Return it as a rulebook has it."""
        roster = base.roster.spec
        people = {who: person.name for who, person in roster.people.items() if person.name}
        weights = base.risk_model.weights
        graph, needs = base.graph, base.columns.needs
        config = KnownConfig.of(base.config)
        return cls(graph, needs, weights, config, people, roster.role_names)


def cmdb_at(state: State, read: Callable[[State], Rulebook]) -> KnownCmdb:
    """Return the CMDB at one place, remembered or read.

    Args:
        state: the place.
        read: returns its rulebook, and raises an error where the CMDB cannot be read.
    """
    memory = state.cmdb_memory
    if memory is None:
        return KnownCmdb.of(read(state))
    name = _WORK_TREE if state.commit is None else _COMMIT
    key, record = memory.key_of_rest, memory.index.get(_SPACE, name)
    told: dict[str, Any] = json.loads(record) if record is not None else {}
    cmdb = memory.recall() if told.get("key") == key else None
    if cmdb is not None:
        return KnownCmdb(
            cmdb.columns.graph,
            cmdb.columns.needs,
            ImpactWeights(**told["weights"]),
            KnownConfig.read(told["config"]),
            told["people"],
            told["roles"],
        )
    before = memory.key_of_all
    base = read(state)
    known = KnownCmdb.of(base)
    if not base.problems and memory.is_still(before):
        said = {
            "key": key,
            "weights": asdict(known.weights),
            "config": known.config.written(),
            "people": dict(known.people),
            "roles": dict(known.roles),
        }
        memory.index.put(_SPACE, name, json.dumps(said).encode())
    return known
