"""A request as sections of a sheet: what, why, when, who, its steps, and how it is undone."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from changeflow.language.formats import listed
from changeflow.language.sentences import in_a_row
from changeflow.model.engines import workflow_in_line
from changeflow.model.playbook_words import playbook_words
from changeflow.model.times import parse_duration
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Block, Facts, Points, Prose, Section

# a fact under its label; it is left out where there is nothing to say
Labelled = tuple[str, str | None]
_NONE: Final = "none"


def answered(said: str | None, to: Presentation) -> str | None:
    """Return what a person answered; `none`, the whole answer, in the reader's language."""
    if said is None or said.strip().casefold() != _NONE:
        return said
    return to.says("show.outcome", outcome=_NONE)


class RequestPage:
    """Makes the sections of a request, given as plain data."""

    def __init__(self, request: Mapping[str, Any], to: Presentation) -> None:
        self._to = to
        self._spec: Mapping[str, Any] = request["spec"]
        self._metadata: Mapping[str, Any] = request["metadata"]

    def section(self, case: str, *blocks: Block) -> Section:
        """Return blocks under a heading."""
        return Section(self._to.says("show.section", case=case), blocks)

    def labelled(self, pairs: Sequence[Labelled]) -> Facts:
        """Return the facts that there are, under their labels."""
        to = self._to
        return Facts(
            tuple((to.says("show.label", case=case), said) for case, said in pairs if said)
        )

    def facts(self) -> list[Labelled]:
        """Return why, what, when and who."""
        to, spec = self._to, self._spec
        return [
            ("reason", spec.get("reason")),
            ("benefit", spec.get("benefit")),
            ("emergency", self._emergency()),
            ("items", in_a_row(self._items(), to)),
            ("window", self._window()),
            ("requester", self._people(self._metadata["requester"])),
            ("implementer", self._people(spec.get("implementer"))),
            ("effects", in_a_row(self._said_of("effects"), to)),
            ("priority", self._priority()),
            ("acceptance", listed(spec.get("acceptance") or (), to)),
            ("transition", in_a_row(self._said_of("transition"), to)),
            ("evidence", in_a_row(self._evidence(), to)),
            ("depends_on", listed(spec.get("depends_on") or (), to)),
            ("fixes", listed(spec.get("fixes") or (), to)),
        ]

    def _people(self, *people: str | None) -> str:
        known = [person for person in people if person]
        return self._to.says("list.people", people=known) if known else ""

    def _emergency(self) -> str:
        found = self._spec.get("emergency")
        return self._to.says("show.emergency", **found) if found else ""

    def _items(self) -> Iterator[str]:
        for item in self._spec.get("items") or ():
            case = None
            if item.get("outage"):
                case = "outage" if parse_duration(item["outage"]) else "no_outage"
            yield self._to.says("show.item", case=case, **item)

    def _window(self) -> str:
        window = self._spec.get("window")
        return self._to.says("list.window", case="period", **window) if window else ""

    def _priority(self) -> str | None:
        found = self._spec.get("priority")
        return self._to.shows("word", found) if found else None

    def _evidence(self) -> Iterator[str]:
        for one in self._spec.get("evidence") or ():
            yield self._to.says("show.supports", name=one["name"], where=one["where"])

    def _said_of(self, part: str) -> Iterator[str]:
        """Yield what was considered of each effect, or of each part of the transition."""
        for name, said in (self._spec.get(part) or {}).items():
            if said:
                yield self._to.says("show.considered", name=name, said=answered(said, self._to))

    def plan(self) -> Section:
        """Return the steps as they are planned."""
        steps = (self._spec.get("implementation") or {}).get("steps") or ()
        whole = (self._spec.get("implementation") or {}).get("plan")
        checks = self._spec.get("verification") or ()
        blocks: list[Block] = [Prose(self._foreseen(whole))] if whole else []
        if not checks:
            return self.section("plan", *blocks, *self._planned(steps))
        for phase, planned in (("implementation", steps), ("verification", checks)):
            blocks += [Prose(self._to.says("show.phase", phase=phase)), *self._planned(planned)]
        return self.section("plan", *blocks)

    def rollback(self) -> Section:
        """Return the rollback plan."""
        plan = self._spec.get("rollback") or {}
        limit = plan.get("limit")
        facts = self.labelled(
            [
                ("trigger", plan.get("trigger")),
                ("limit", self._to.says("show.limit", limit=limit) if limit else None),
            ]
        )
        blocks = (facts,) if facts.rows else ()
        return self.section("rollback", *blocks, *self._planned(plan.get("steps") or ()))

    def _planned(self, steps: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
        points = tuple((step["name"], tuple(self._told(step))) for step in steps)
        return (Points(points),) if points else (Prose(self._to.says("show.none")),)

    def _told(self, step: Mapping[str, Any]) -> Iterator[str]:
        """Yield what a step does, and how it is undone where it says so."""
        yield self._doing(step)
        if step.get("plan"):
            yield self._foreseen(step["plan"])
        undo = step.get("undo")
        if undo:
            yield self._to.says("show.undo", how=self._doing(undo))
        if step.get("irreversible"):
            yield self._to.says("show.undo", case="irreversible", why=step["irreversible"])
        if step.get("undoes"):
            yield self._to.says("show.undo", case="undoes", names=step["undoes"])

    def _foreseen(self, plan: Mapping[str, Any]) -> str:
        command = shlex.join(plan.get("run") or ())
        return self._to.says("show.plan", command=command, format=plan.get("format"))

    def _doing(self, step: Mapping[str, Any]) -> str:
        if step.get("manual"):
            return self._to.says("show.manual", what=step["manual"])
        if step.get("workflow"):
            return self._to.says("show.workflow", workflow=workflow_in_line(step["workflow"]))
        if step.get("ansible"):
            return self._to.says("show.run", command=shlex.join(playbook_words(step["ansible"])))
        return self._to.says("show.run", command=shlex.join(step.get("run") or ()))
