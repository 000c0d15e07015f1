"""The text of a request for change: valid at once as a draft, or complete where enough is given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from typing import Final

from changeflow.documents.localised import localised
from changeflow.documents.starter import TEMPLATES, fill
from changeflow.documents.step_lines import block, named, step_lines, step_list
from changeflow.documents.write import scalar
from changeflow.gate.step_pattern import ITEM
from changeflow.lazy_dataclass import dataclass
from changeflow.model.change import Retrospective
from changeflow.model.change_model import ChangeModel, Template
from changeflow.model.characters import yaml_quoted
from changeflow.model.document_parts import format_duration, format_instant
from changeflow.model.languages import ENGLISH, LanguageName

SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,46}", re.ASCII)
SLUG_LENGTH: Final = 47
TODO: Final = "TODO"
DEFAULT_DURATION: Final = timedelta(hours=1)

_DRAFT: Final = (
    "  draft: true                       # drafts are checked leniently and never "
    "approved; remove it when complete\n"
)
_AFTERWARDS: Final = (
    "  # Written after the change was made, by `changeflow new --retrospective`. It is approved and "
    "reviewed, and never released.\n"
)
_NO_WINDOW: Final = "  # none: it was done before anybody asked for it"
_DONE: Final = "It was done before it was asked for"
_EMERGENCY: Final = f"  emergency: {{incident: {TODO}, justification: {TODO}}}\n"
_TYPES: Final = (
    "# standard: inside a change model | normal | emergency: an incident that cannot wait"
)
_NEITHER: Final = "# neither requester nor implementer approves"
# The lines, commented out, for parts that were not given.
_EXAMPLES: Final = {
    "category": "  # category: database\n",
    "benefit": "  # benefit: What gets better, and for whom\n",
    "items": """\
  # items:
  #   - ci: website
  #     action: modify                # add | modify | remove | transfer
  #     outage: PT10M                 # expected outage; leave it out when there is none
""",
    "assessment": """\
  # assessment:
  #   complexity: medium              # low | medium | high
  #   experience: done-before         # routine | done-before | first-time
  #   tested: partly                  # none | partly | production-like
""",
    "effects": """\
  # effects:
  #   customers: none
  #   availability: none
  #   capacity: none
  #   continuity: none
  #   security: none
  #   cost: none
  #   plans: none                     # continuity plans and capacity plans
""",
    "implementation": """\
  # implementation:
  #   steps:
  #     - name: Put the new version live
  #       run: [./scripts/set-version, website, "2.0"]
  #       verify: [./scripts/has-version, website, "2.0"]
  #       timeout: PT5M
  #     - name: Tell the service desk
  #       manual: Call the desk and wait for their go
""",
    "verification": """\
  # verification:
  #   - name: The website answers
  #     run: [./scripts/is-healthy, website]
""",
    "rollback": """\
  # rollback:
  #   trigger: The website does not answer
  #   limit: PT30M                    # promised time to restore
  #   steps:
  #     - name: Put the previous version back
  #       run: [./scripts/set-version, website, "1.0"]
  #       verify: [./scripts/has-version, website, "1.0"]
""",
    "window": """\
  # window:
  #   start: 2026-11-25T22:00:00+08:00
  #   end: 2026-11-25T23:30:00+08:00
""",
}


@dataclass(frozen=True)
class RequestDraft:
    """The options for a new request. With `draft` None, missing parts make it a draft.

    `actions` are what is done to items, where that is not `modify`. `retrospective` is what was done
    before the request. `language` is that of the comments.
    """

    slug: str
    requester: str
    today: date
    type: str = "normal"
    model: ChangeModel | None = None
    items: tuple[str, ...] = ()
    actions: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    reason: str | None = None
    implementer: str | None = None
    start: datetime | None = None
    draft: bool | None = None
    retrospective: Retrospective | None = None
    language: LanguageName = ENGLISH

    @property
    def id(self) -> str:
        """Return the id of the change, which is also its folder's name."""
        return f"CHG-{self.today:%Y%m%d}-{self.slug}"


@dataclass(frozen=True)
class Written:
    """A request as text, the parts that are still missing, and start and end of its window."""

    id: str
    text: bytes
    draft: bool
    missing: tuple[str, ...]
    window: tuple[datetime, datetime] | None = None


def slug_proposal(text: str) -> str:
    """Return the nearest legal slug, or an empty string if nothing of the text can stay."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-")


def write(order: RequestDraft) -> Written:
    """Return the text of a request, from the template, the change model's and the options."""
    template = (order.model.spec.template if order.model else None) or Template()
    order = _filled_from(order, template)
    missing = _missing(order, template)
    draft = bool(missing) if order.draft is None else order.draft
    text = fill(_skeleton(order.language), _values(order, template, draft=draft))
    return Written(order.id, text, draft, missing, _period(order, template))


def _filled_from(order: RequestDraft, template: Template) -> RequestDraft:
    scope = order.model.spec.scope.items if order.model else None
    items = order.items
    if not items and scope is not None and len(scope) == 1:
        items = scope
    ci = _only(items)
    return replace(
        order,
        items=items,
        title=order.title or named(template.title or "", ci),
        reason=order.reason or named(template.reason or "", ci),
    )


def _only(items: Sequence[str]) -> str | None:
    """Return the item that `{ci}` stands for in a model's template: the only one."""
    return items[0] if len(items) == 1 else None


def _missing(order: RequestDraft, template: Template) -> tuple[str, ...]:
    """Return the names of the parts that a complete request needs and this one lacks."""
    has = {
        "reason": order.reason,
        "items": order.items and (_only(order.items) or ITEM not in repr(template)),
        "assessment": template.assessment,
        "implementation": template.implementation or order.retrospective,
        "rollback": template.rollback and template.rollback.steps,
        "window": order.start or order.type == "emergency" or order.retrospective,
        "emergency": order.type != "emergency",
    }
    return tuple(name for name, value in has.items() if not value)


def _skeleton(language: LanguageName) -> str:
    return _in((TEMPLATES / "rfc.yaml").read_text(encoding="utf-8"), language)


def _in(text: str, language: LanguageName) -> str:
    return localised(text, "rfc.yaml", language)


def _values(order: RequestDraft, template: Template, *, draft: bool) -> Mapping[str, str]:
    def shown(text: str) -> str:
        return _in(text, order.language)

    values = {
        "id": order.id,
        "title": yaml_quoted(order.title or order.slug.replace("-", " ").capitalize()),
        "requester": scalar(order.requester),
        "created": order.today.isoformat(),
        "draft": shown(_DRAFT) if draft else "",
        "type": f"{order.type:<28}{shown(_TYPES)}",
        "model": f"  model: {scalar(order.model.metadata.id)}\n" if order.model else "",
        "emergency": (shown(_EMERGENCY) if order.type == "emergency" else "")
        + _afterwards(order.retrospective, shown(_AFTERWARDS)),
        "reason": yaml_quoted(order.reason) if order.reason else shown(f" {TODO}").strip(),
        "implementer": f"{scalar(order.implementer or order.requester)}  {shown(_NEITHER)}",
    }
    blocks = _blocks(order, template)
    if order.retrospective is not None:
        blocks["window"] = shown(_NO_WINDOW)
        blocks["implementation"] = blocks["implementation"] or _done(
            order, shown(f" {_DONE}").strip()
        )
    for name, example in _EXAMPLES.items():
        # these two stand inside a run of lines, and bring their own line break
        end = "\n" if name in ("category", "benefit") else ""
        values[name] = (blocks[name] or shown(example)).removesuffix("\n") + end
    return values


def _blocks(order: RequestDraft, template: Template) -> dict[str, str]:
    ci = _only(order.items)
    items: list[str] = []
    for item in order.items:
        action = order.actions.get(item, "modify")
        items.append(f"    - ci: {scalar(item)}\n      action: {action}")
    answers = (template.assessment or {}).items()
    assessment = [f"    {name}: {scalar(word)}" for name, word in answers]
    steps = step_list("steps", template.implementation, ci)
    return {
        "category": _line("category", template.category),
        "benefit": _line("benefit", template.benefit),
        "items": block("items", items),
        "assessment": block("assessment", assessment),
        "effects": "",
        "implementation": block("implementation", steps),
        "verification": block("verification", step_lines(template.verification, ci, 4)),
        "rollback": block("rollback", _rollback(template, ci)),
        "window": _window(order, template),
    }


def _afterwards(after: Retrospective | None, comment: str) -> str:
    """Return the lines that say what was done before the request; none where nothing was."""
    if after is None:
        return ""
    lines = [comment, "  retrospective:\n"]
    for name in ("commit", "tag", "deployment"):
        value = getattr(after, name)
        if value is not None:
            lines.append(f"    {name}: {yaml_quoted(value)}\n")
    for name in ("started", "ended"):
        lines.append(f"    {name}: {format_instant(getattr(after, name))}\n")
    if after.made_by:
        people = ", ".join(map(yaml_quoted, after.made_by))
        lines.append(f"    made_by: [{people}]\n")
    return "".join(lines)


def _done(order: RequestDraft, said: str) -> str:
    """Return what was done as a step of a person."""
    after = order.retrospective
    what = (after.deployment or after.commit or "") if after is not None else ""
    steps = [f"    steps:\n      - name: {yaml_quoted(said)}\n        manual: {yaml_quoted(what)}"]
    return block("implementation", steps)


def _line(name: str, text: str | None) -> str:
    return f"  {name}: {yaml_quoted(text)}" if text else ""


def _rollback(template: Template, ci: str | None) -> list[str]:
    rollback = template.rollback
    lines: list[str] = []
    if rollback is None:
        return lines
    if rollback.trigger:
        lines.append(f"    trigger: {yaml_quoted(rollback.trigger)}")
    if rollback.limit:
        lines.append(f"    limit: {format_duration(rollback.limit)}")
    lines += step_list("preconditions", rollback.preconditions, ci)
    lines += step_list("steps", rollback.steps, ci)
    return lines


def _window(order: RequestDraft, template: Template) -> str:
    period = _period(order, template)
    if period is None:
        return ""
    start, end = period
    return f"  window:\n    start: {start.isoformat()}\n    end: {end.isoformat()}"


def _period(order: RequestDraft, template: Template) -> tuple[datetime, datetime] | None:
    """Return start and end of the window; None where no start is given."""
    if order.start is None:
        return None
    return order.start, order.start + (template.duration or DEFAULT_DURATION)
