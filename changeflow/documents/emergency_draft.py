"""The text of a request for an emergency: complete at once, short enough to be read at 4 a.m."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from changeflow.documents.starter import TEMPLATES, fill
from changeflow.documents.step_lines import block, step_list
from changeflow.documents.write import scalar
from changeflow.language.reader import Reader
from changeflow.language.sentences import say
from changeflow.lazy_dataclass import dataclass
from changeflow.model.change import ChangedItem, Rollback, Step
from changeflow.model.characters import yaml_quoted
from changeflow.model.document_parts import format_duration

# The promise where nothing else was promised.
LIMIT: Final = timedelta(minutes=30)
REVERTS: Final = "reverts"


@dataclass(frozen=True)
class EmergencyDraft:
    """Everything that a request for an emergency says.

    Attributes:
        id: of the change.
        title: in any script.
        requester: a person of the roster.
        implementer: a person of the roster.
        created: the day.
        incident: its number.
        because: why it cannot wait.
        items: what is changed.
        steps: what is done.
        rollback: the way back.
        reverts: the change that it takes back; empty for none.
    """

    id: str
    title: str
    requester: str
    implementer: str
    created: date
    incident: str
    because: str
    items: tuple[ChangedItem, ...]
    steps: tuple[Step, ...]
    rollback: Rollback
    reverts: str = ""


def write_emergency(draft: EmergencyDraft, reader: Reader) -> bytes:
    """Return the text of a request, with comments in the language of its reader."""
    template = (TEMPLATES / "emergency.yaml").read_text(encoding="utf-8")
    return fill(template, _values(draft, reader))


def _values(draft: EmergencyDraft, reader: Reader) -> Mapping[str, str]:
    labels = f"  labels: {{{REVERTS}: {draft.reverts}}}\n" if draft.reverts else ""
    about = say("emergency.about", {}, reader).text.split("\n")
    return {
        "about": "\n".join(f"# {line}" for line in about),
        "id": draft.id,
        "title": yaml_quoted(draft.title),
        "requester": scalar(draft.requester),
        "implementer": scalar(draft.implementer),
        "created": draft.created.isoformat(),
        "labels": labels,
        "incident": yaml_quoted(draft.incident),
        "because": yaml_quoted(draft.because),
        "items": block("items", _items(draft.items)),
        "implementation": block("implementation", step_list("steps", draft.steps)),
        "rollback": block("rollback", _rollback(draft.rollback, reader)),
    }


def _items(items: Sequence[ChangedItem]) -> list[str]:
    lines: list[str] = []
    for item in items:
        lines += [f"    - ci: {scalar(item.ci)}", f"      action: {item.action.value}"]
        if item.outage is not None:
            lines.append(f"      outage: {format_duration(item.outage)}")
    return lines


def _rollback(rollback: Rollback, reader: Reader) -> list[str]:
    lines = []
    if rollback.trigger:
        lines.append(f"    trigger: {yaml_quoted(rollback.trigger)}")
    lines.append(f"    limit: {format_duration(rollback.limit or LIMIT)}")
    if rollback.preconditions:
        lines.append(f"    # {say('emergency.preconditions', {}, reader).text}")
        lines += step_list("preconditions", rollback.preconditions)
    return [*lines, *step_list("steps", rollback.steps)]
