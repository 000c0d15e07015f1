"""Which resources a Terraform plan changes: `terraform show -json` of it, addresses and actions.

No value of a resource is looked at, so that neither a sensitive one nor one that is not known yet
can be kept or shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from changeflow.cmdb.terraform_addresses import parse_address
from changeflow.cmdb_sources.plain_bytes import text_of, unpacked
from changeflow.cmdb_sources.rows import SourceFile
from changeflow.cmdb_sources.shapes import at
from changeflow.model.findings import Finding
from changeflow.model.phrases import Told, told
from changeflow.model.scope import Did
from changeflow.scope.changed_files import PLAN_LIMIT

_NOTHING: Final[tuple[list[str], ...]] = (["no-op"], ["read"], [])
_DID: Final[dict[tuple[str, ...], Did]] = {("create",): "added", ("delete",): "removed"}
# What a plan that is as Terraform wrote it begins with, also one that is cut off,
_BEGINNING: Final = 4_096
_AT_THE_BEGINNING: Final = (b'"terraform_version"', b'"resource_changes"')
# and what one says anywhere whose keys another program sorted.
_ANYWHERE: Final = (b'"format_version"', b'"resource_changes"')
_KEPT: Final = re.compile(r"(?:^|/)changes/[^/]+/plans/[0-9]+\.terraform\.txt$", re.ASCII)
# a line about a resource: what is done with it, and its address
_RESOURCE: Final = re.compile(r"([a-z+-]+) (\S.*?)(?: \(deposed [^)]*\))?$", re.ASCII)
_ELSEWHERE: Final = re.compile(r"    \(previous_address: (\".*\")\)$")
_ACTIONS: Final = frozenset({"no-op", "create", "read", "update", "delete", "forget"})
_BINARY: Final = b"PK\x03\x04"
_GZIP: Final = b"\x1f\x8b"
_NUL: Final = b"\0"


class PlannedChange(NamedTuple):
    """A resource that a plan changes, and the line that says so."""

    address: str
    did: Did
    line: int


class UnreadablePlanError(ValueError):
    """A plan cannot be read, so that it may change anything; `why` is the sentence."""

    def __init__(self, why: Told) -> None:
        super().__init__(why["code"])
        self.why = why


def may_be_plan(path: str) -> bool:
    """Return whether a file has a name that a plan may have."""
    return path.endswith((".json", ".json.gz", ".tfplan")) or is_kept(path)


def is_kept(path: str) -> bool:
    """Return whether a file is a plan of Terraform that is kept beside a request."""
    return _KEPT.search(path) is not None


def is_plan(path: str, data: bytes) -> bool:
    """Return whether a file is a plan, by what it says: also one that is cut off."""
    name = path.rpartition("/")[2]
    if name.endswith(".tfplan") or is_kept(path):
        return True
    if data.startswith(_GZIP):
        plain = unpacked(SourceFile(path, data), PLAN_LIMIT)
        if isinstance(plain, Finding):
            return "plan" in name
        data = plain
    if _NUL in data:
        data = data.replace(_NUL, b"")
    beginning = data[:_BEGINNING]
    return any(word in beginning for word in _AT_THE_BEGINNING) or all(
        word in data for word in _ANYWHERE
    )


def planned_changes(path: str, data: bytes, *, surely: bool) -> Iterator[PlannedChange]:
    """Yield what a plan changes.

    Args:
        path: of the file.
        data: its bytes.
        surely: whether it must be a plan, because the configuration says so.

    Raises:
        UnreadablePlanError: when it is none, or not all of one.
    """
    if data.startswith(_BINARY):
        raise UnreadablePlanError(told("unread.binary"))
    text = text_of(SourceFile(path, data), PLAN_LIMIT)
    if isinstance(text, Finding):
        raise UnreadablePlanError(told("unread.text", why=[text.quoted]))
    if is_kept(path):
        yield from _kept_changes(text)
        return
    document = _document(text)
    if not isinstance(document, Mapping):
        raise UnreadablePlanError(told("unread.other"))
    if "planned_values" not in document and "resource_changes" not in document:
        if surely:
            raise UnreadablePlanError(told("unread.other"))
        # the state of Terraform, or another program's
        return
    if document.get("errored") is True:
        raise UnreadablePlanError(told("unread.errored"))
    yield from _changes(document, text)


def _kept_changes(text: str) -> Iterator[PlannedChange]:
    """Yield what a kept plan changes: a line that is not indented begins with the actions."""
    if not text.startswith("# changeflow plan: terraform"):
        raise UnreadablePlanError(told("unread.other"))
    address = ""
    for number, line in enumerate(text.split("\n"), start=1):
        previous = _ELSEWHERE.match(line)
        if previous is not None and address:
            yield PlannedChange(str(_document(previous[1])), "removed", number)
        if line.startswith(" "):
            continue
        found, address = _RESOURCE.match(line), ""
        if found is None:
            continue
        actions = found[1].split("+")
        if set(actions) <= _ACTIONS and actions not in _NOTHING:
            address = found[2]
            yield PlannedChange(address, _DID.get(tuple(actions), "changed"), number)


def _document(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except RecursionError:
        raise UnreadablePlanError(told("unread.json", problem="too deep")) from None
    except ValueError as error:
        # JSONDecodeError names a place and quotes nothing
        problem = f"{error}"[:200]
        raise UnreadablePlanError(told("unread.json", problem=problem)) from error


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return a mapping. Of two equal keys the last would win, and hide the first."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _changes(document: Mapping[str, Any], text: str) -> Iterator[PlannedChange]:
    listed = document.get("resource_changes")
    if not isinstance(listed, (list, type(None))):
        raise UnreadablePlanError(told("unread.shape"))
    lines = _Lines(text)
    for change in listed or ():
        address = at(change, "address")
        actions = _actions(change)
        if not isinstance(address, str) or actions is None:
            raise UnreadablePlanError(told("unread.shape"))
        if actions in _NOTHING:
            continue
        if parse_address(address) is None:
            raise UnreadablePlanError(told("unread.shape"))
        line = lines.of(address)
        yield PlannedChange(address, _DID.get(tuple(actions), "changed"), line)
        previous = change.get("previous_address")
        if isinstance(previous, str) and previous != address:
            yield PlannedChange(previous, "removed", line)


def _actions(change: Any) -> list[str] | None:
    actions = at(change, "change", "actions")
    if not isinstance(actions, list) or not all(isinstance(one, str) for one in actions):
        return None
    return actions


class _Lines:
    """The lines on which resources stand among the changes of a plan, asked for in their order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = max(text.find('"resource_changes"'), 0)
        self._line = text.count("\n", 0, self._at) + 1

    def of(self, address: str) -> int:
        """Return the line; 0 where the address is not written as usual."""
        found = self._text.find(json.dumps(address, ensure_ascii=False), self._at)
        if found < 0:
            found = self._text.find(json.dumps(address), self._at)
        if found < 0:
            return 0
        self._line += self._text.count("\n", self._at, found)
        self._at = found
        return self._line
