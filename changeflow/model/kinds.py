"""Kinds of document, one row each: where a repository holds them, and what they are for.

Everything that knows kinds reads this table: the schemas, `check`, the rulebook, the
categories of changed paths, the reference pages. A row names its record as text, so that reading
the table costs no pydantic.
"""

from __future__ import annotations

import re
from dataclasses import field
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_paths import AUDITS, CONFIG, EXPORTS

if TYPE_CHECKING:
    from changeflow.model.document_parts import Envelope

# What a changed file is to the gate of pull requests. Only a request covers a file that is `other`.
Category = Literal["change", "release", "governed", "cmdb", "exempt", "other"]

# the version of the format, in every document
API_VERSION: Final = "changeflow/v1"

KIBIBYTE: Final = 1_024
# people write and read a request
SMALL: Final = 256 * KIBIBYTE
# an export may have made a file of the CMDB or the roster
LARGE: Final = 4_096 * KIBIBYTE


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document.

    Attributes:
        name: what a document says as its `kind`.
        module: the module below `changeflow.model` with its record, a class that is called like
            the kind.
        home: where it lies. `<id>` is one folder, `*` a part of a name, `**` any folders; files
            that end in `.yaml` after a `*` may end in `.yml`, too.
        many: whether a file may hold several.
        limit: how many bytes a file may have.
        group: of a kind that judges: the part of the rulebook that its files belong to, under
            whose name a decision keeps their digest. Empty: it is judged.
        single: whether a repository has at most one.
        category: what a pull request that changes its file needs.
        usual: the usual file, where its home has room for several.
        but: folders of its home in which none of its documents lies.
        stated_none: fields of its spec in which `null` says that there is none; elsewhere an empty
            value is an error.
        folder: the folder of the documents, with a slash at its end; empty for one at the top.
    """

    name: str
    module: str
    home: str
    many: bool = False
    limit: int = SMALL
    group: str = ""
    single: bool = False
    category: Category = "other"
    usual: str = ""
    but: tuple[str, ...] = ()
    stated_none: tuple[str, ...] = ()
    folder: str = field(init=False)

    def __post_init__(self) -> None:
        # Every path of a repository is compared with the folders.
        fixed = self.home.partition("*")[0].partition("<")[0]
        object.__setattr__(self, "folder", fixed[: fixed.rfind("/") + 1])

    def claims(self, path: str) -> bool:
        """Return whether a file lies below the kind's folder, or is the one file that it has."""
        if not self.folder:
            return path == self.home
        return path.startswith(self.folder)


KINDS: Final = (
    Kind("Config", "config", CONFIG,
         group="config", single=True, category="governed"),
    Kind("ChangeRequest", "change", "changes/<id>/rfc.yaml", category="change"),
    Kind("PostImplementationReview", "post_implementation", "changes/<id>/review.yaml",
         category="change"),
    Kind("Release", "post_implementation", "releases/<id>/release.yaml", category="release"),
    Kind("Incident", "incident", "incidents/*.yaml", category="governed"),
    Kind("FreezeException", "freeze_exception", "exceptions/*.yaml",
         group="exceptions", category="governed"),
    Kind("PeriodReview", "period_review", "reviews/<id>/review.yaml", category="governed"),
    Kind("Improvement", "improvement", "improvements/*.yaml", category="governed"),
    Kind("HistoryMapping", "history_mapping", "history/mappings/*.yaml", category="governed"),
    # before the items, whose home they lie in
    Kind("ConfigurationAudit", "configuration_audit", "cmdb/audits/*.yaml",
         limit=LARGE, category="governed"),
    Kind("ConfigurationSource", "configuration_source", "cmdb/sources/*.yaml",
         group="cmdb", category="cmdb", stated_none=("path", "nodes", "edges", "sha256")),
    Kind("ConfigurationItem", "cmdb", "cmdb/**/*.yaml", but=(AUDITS, EXPORTS),
         many=True, limit=LARGE, group="cmdb", category="cmdb"),
    Kind("Policy", "policy", "policies/*.yaml",
         limit=LARGE, group="policies", category="governed"),
    Kind("PolicyTest", "policy", "policies/tests/*.yaml",
         limit=LARGE, group="tests", category="governed"),
    Kind("Roster", "people", "policies/*.yaml", usual="policies/roster.yaml",
         limit=LARGE, group="policies", single=True, category="governed"),
    Kind("Objectives", "objectives", "policies/*.yaml", usual="policies/objectives.yaml",
         limit=LARGE, group="policies", single=True, category="governed"),
    Kind("RiskModel", "riskmodel", "policies/*.yaml", usual="policies/risk.yaml",
         limit=LARGE, group="policies", single=True, category="governed"),
    Kind("Calendar", "calendars", "policies/*.yaml",
         limit=LARGE, group="policies", category="governed"),
    # read by papers alone: no gate asks a standard
    Kind("Standard", "standard", "policies/standards/*.yaml", limit=LARGE, category="governed"),
    Kind("ChangeModel", "change_model", "policies/models/*.yaml",
         limit=LARGE, group="models", category="governed"),
)  # fmt: skip

BY_NAME: Final = {kind.name: kind for kind in sorted(KINDS, key=lambda kind: kind.name)}
NAMES: Final = tuple(BY_NAME)
SINGLE: Final = frozenset(kind.name for kind in KINDS if kind.single)
# the folders at the top that hold documents
FOLDERS: Final = tuple(sorted({kind.folder.partition("/")[0] for kind in KINDS if kind.folder}))
# `policies/models/` before `policies/`
_INNERMOST: Final = sorted(KINDS, key=lambda kind: kind.folder, reverse=True)
# Most paths of a long repository begin with none of these, and are asked about no further.
_JUDGING: Final = tuple(kind.folder or kind.home for kind in KINDS if kind.group)
# how the paths of a kind begin, whether more may follow, and its part of the rulebook
_GROUPS: Final = tuple(
    (kind.folder or kind.home, bool(kind.folder), kind.group or None) for kind in _INNERMOST
)


def record_of(name: str) -> type[Envelope]:
    """Return the record of a kind. Importing it costs pydantic.

    Raises:
        KeyError: when there is no such kind.
    """
    kind = BY_NAME[name]
    found: type[Envelope] = getattr(import_module(f"changeflow.model.{kind.module}"), name)
    return found


def group_of(path: str) -> str | None:
    """Return the part of the rulebook that a file belongs to, or None where it does not judge.

    Every file below a folder of documents that judge belongs to it, also one that no kind lives in.
    The innermost folder decides: audits lie below `cmdb/`, and do not judge.
    """
    if not path.startswith(_JUDGING):
        return None
    # A CMDB may have a hundred thousand files.
    for beginning, is_folder, group in _GROUPS:
        if path.startswith(beginning) and (is_folder or path == beginning):
            return group
    return None


def folders_of(group: str) -> tuple[str, tuple[str, ...]]:
    """Return the folder of a part of the rulebook, and those in it that belong elsewhere.

    A file is in the part if it lies in the one folder and in none of the others.
    """
    folder = min((kind.folder for kind in KINDS if kind.group == group), key=len)
    others = {kind.folder for kind in KINDS if kind.group != group}
    return folder, tuple(sorted(other for other in others if other.startswith(folder)))


def category_of(path: str) -> Category:
    """Return what the table says of a changed file; `other` where its folder holds no kind."""
    for kind in _INNERMOST:
        if kind.claims(path):
            return kind.category
    return "other"


class Area(NamedTuple):
    """One home: a pattern of paths, the kinds that live there, and how large a file may be."""

    pattern: re.Pattern[str]
    kinds: tuple[str, ...]
    shown_as: str
    many: bool
    limit: int


def _area_of_home(home: str) -> Area:
    kinds = [kind for kind in KINDS if kind.home == home]
    return Area(
        _pattern_of_home(home, kinds[0].but),
        tuple(kind.name for kind in kinds),
        home,
        any(kind.many for kind in kinds),
        max(kind.limit for kind in kinds),
    )


def _pattern_of_home(home: str, but: tuple[str, ...]) -> re.Pattern[str]:
    text = re.escape(home).replace("<id>", "[^/]+")
    text = text.replace(r"\*\*/\*\.yaml", r".+\.ya?ml").replace(r"\*\.yaml", r"[^/]+\.ya?ml")
    outside = "".join(f"(?!{re.escape(folder)})" for folder in but)
    return re.compile(outside + text, re.DOTALL)


AREAS: Final = tuple(_area_of_home(home) for home in dict.fromkeys(kind.home for kind in KINDS))


def area_of(path: str) -> Area | None:
    """Return the home a path (relative to the repository, with `/`) belongs to, or None."""
    for area in AREAS:
        if area.pattern.fullmatch(path):
            return area
    return None


def home_of(kind: str) -> str:
    """Return the path pattern of a kind, e.g. `changes/<id>/rfc.yaml`; empty for an unknown one."""
    if kind not in BY_NAME:
        return ""
    return BY_NAME[kind].home


def byte_limit(path: str) -> int:
    """Return how many bytes a file at this path may have."""
    area = area_of(path)
    if area is None:
        return SMALL
    return area.limit
