"""One change from its request to its review: text, JSON, Markdown, and a page that prints."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from changeflow.language.reasons import why_ignored
from changeflow.language.sentences import in_a_row
from changeflow.model.answers.decision import IgnoredReview
from changeflow.model.answers.one_change import ChangeAnswer, Event, GivenOpinion, ToldReview
from changeflow.model.answers.release import ReleaseStep
from changeflow.model.document_parts import format_instant
from changeflow.render import sheet
from changeflow.render.json_text import answer_json
from changeflow.render.labels import Labels
from changeflow.render.owed import owed_to
from changeflow.render.presentation import Presentation, for_programs
from changeflow.render.sheet import Drawing, Facts, Points, Prose, Rows, Section, Sheet, width_of

if TYPE_CHECKING:
    from markupsafe import Markup

# affected items that are listed
MOST_ITEMS: Final = 30
# lines of the journal that a reader does not need beside the steps
_INSIDE: Final = ("release.intent", "release.outcome", "release.confirmed")


def sheet_of(answer: ChangeAnswer, to: Presentation) -> Sheet:
    """Return everything about a change: what, why, who, and what came of it."""
    page = _Page(answer, to)
    sections = (
        page.request(),
        page.approval(),
        page.owed(),
        page.impact(),
        page.risk(),
        page.steps(),
        page.rollback(),
        page.review(),
        page.timeline(),
    )
    return Sheet(answer.change, answer.request["metadata"]["title"], sections)


class _Page:
    """Makes the sections."""

    def __init__(self, answer: ChangeAnswer, to: Presentation) -> None:
        self._answer, self._to = answer, to
        self._spec: Mapping[str, Any] = answer.request["spec"]
        self._metadata: Mapping[str, Any] = answer.request["metadata"]

    def _section(self, case: str, *blocks: sheet.Block) -> Section:
        return Section(self._to.says("show.section", case=case), blocks)

    def _label(self, case: str) -> str:
        return self._to.says("show.label", case=case)

    def _headings(self, *cases: str) -> tuple[str, ...]:
        return tuple(self._to.says("show.heading", case=case) for case in cases)

    def _labelled(self, pairs: Sequence[tuple[str, str | None]]) -> Facts:
        """Return the facts that there are, under their labels."""
        return Facts(tuple((self._label(case), said) for case, said in pairs if said))

    # -- what, why, when, who ----------------------------------------------------------------------

    def request(self) -> Section:
        """Return the request."""
        to, spec = self._to, self._spec
        kind, risk = self._answer.assessment.type, self._answer.assessment.risk
        case = None if kind.class_ == kind.declared else "class"
        said = [to.says("list.kind", case=case, kind=kind.declared, of_class=kind.class_)]
        said.append(to.says("list.risk", level=risk.level, score=risk.score))
        return self._section(
            "request",
            self._labelled(
                [
                    ("state", to.says("list.state", state=self._answer.state)),
                    ("type", in_a_row(said, to)),
                    ("reason", spec.get("reason")),
                    ("benefit", spec.get("benefit")),
                    ("emergency", self._emergency()),
                    ("items", in_a_row(self._items(), to)),
                    ("window", self._window()),
                    ("requester", self._people(self._metadata["requester"])),
                    ("implementer", self._people(spec.get("implementer"))),
                    ("effects", in_a_row(self._effects(), to)),
                    ("depends_on", ", ".join(spec.get("depends_on") or ())),
                    ("fixes", ", ".join(spec.get("fixes") or ())),
                    ("at", f"{self._answer.at}, {self._answer.digest[:19]}"),
                ]
            ),
        )

    def _people(self, *people: str | None) -> str:
        known = [person for person in people if person]
        return self._to.says("list.people", people=known) if known else ""

    def _emergency(self) -> str:
        found = self._spec.get("emergency")
        return self._to.says("show.emergency", **found) if found else ""

    def _items(self) -> Iterator[str]:
        for item in self._spec.get("items") or ():
            case = "outage" if item.get("outage") else None
            yield self._to.says("show.item", case=case, **item)

    def _window(self) -> str:
        window = self._spec.get("window")
        return self._to.says("list.window", case="period", **window) if window else ""

    def _effects(self) -> Iterator[str]:
        for name, said in (self._spec.get("effects") or {}).items():
            if said:
                yield self._to.says("show.considered", name=name, said=said)

    # -- who approved it ---------------------------------------------------------------------------

    def approval(self) -> Section:
        """Return who said what of it, in their words, and the proof."""
        answer, to = self._answer, self._to
        blocks: list[sheet.Block] = []
        if answer.approved is not None:
            blocks.append(Prose(to.says("show.approved", at=format_instant(answer.approved))))
        elif answer.release is None and not self._needs_no_person():
            blocks.append(Prose(to.says("show.approved", case="not")))
        if answer.opinions:
            points = tuple((self._opinion(one), self._below(one)) for one in answer.opinions)
            blocks.append(Points(points))
        elif self._needs_no_person():
            blocks.append(Prose(to.says("show.authorised")))
        else:
            blocks.append(Prose(to.says("show.no_opinion")))
        return self._section("approval", *blocks)

    def _needs_no_person(self) -> bool:
        """Return whether a change model authorises the change."""
        return self._answer.assessment.type.class_ == "standard"

    def _opinion(self, one: GivenOpinion) -> str:
        role = one.role or self._seat_of(one)
        case = "approve_as" if one.decision == "approve" and role else one.decision
        at = format_instant(one.at)
        return self._to.says("show.opinion", case=case, at=at, who=one.by, role=role)

    def _seat_of(self, one: GivenOpinion) -> str:
        """Return the role in which an approval was counted by a decision; empty: in none."""
        for decision in reversed(self._answer.decisions):
            for counted in decision.approvals:
                if counted.by == one.by and one.counts:
                    return counted.role
        return ""

    def _below(self, one: GivenOpinion) -> tuple[str, ...]:
        """Return a person's words, why they do not count, and the proof."""
        to = self._to
        lines = [to.says("show.words", words=one.words)] if one.words else []
        if not one.counts and one.decision != "withdraw" and one.reason_code:
            ignored = IgnoredReview(
                by=one.by, reason_code=one.reason_code, message=one.message or one.reason_code
            )
            lines.append(to.says("show.does_not_count", why=why_ignored(ignored, to)))
        case = "signed" if one.signed_by else "entry"
        if one.source != "ledger":
            case = "host"
        data = {"seq": one.seq, "signer": one.signed_by, "host": one.source}
        return (*lines, to.says("show.proof", case=case, **data))

    def owed(self) -> Section:
        """Return the open ends."""
        if not self._answer.owed:
            return self._section("owed", Prose(self._to.says("show.none")))
        points = tuple((owed_to(one, self._to), ()) for one in self._answer.owed)
        return self._section("owed", Points(points))

    # -- what can break ----------------------------------------------------------------------------

    def impact(self) -> Section:
        """Return the blast radius."""
        to, affected = self._to, self._answer.assessment.impact.affected
        if not affected:
            return self._section("impact", Prose(to.says("show.unaffected")))
        failing = sum(one.score >= 1 for one in affected)
        total = Prose(to.says("show.affected", total=len(affected), failing=failing))
        rows = []
        for one in affected[:MOST_ITEMS]:
            case = None if one.score >= 1 else "share"
            effect = to.says("show.effect", case=case, percent=round(one.score * 100))
            item = to.says("list.items", items=[one.ci])
            rows.append(
                (item, effect, one.criticality or "", one.owner or "", " → ".join(one.path))
            )
        table = Rows(self._headings("item", "effect", "tier", "owner", "path"), tuple(rows))
        rest = len(affected) - len(rows)
        more = (Prose(to.says("show.more", count=rest)),) if rest else ()
        return self._section("impact", total, table, *more, Drawing(self._picture))

    def _picture(self) -> Markup:
        from changeflow.render.svg import svg_markup

        return svg_markup(self._answer.assessment.impact, Labels(names=self._to.names.items))

    def risk(self) -> Section:
        """Return the risk, point by point."""
        risk = self._answer.assessment.risk
        facts = risk.model_dump(include={"level", "score", "likelihood", "impact"})
        total = Prose(self._to.says("show.score", **facts))
        rows = tuple((f"{one.points:+d}", one.id, one.reason) for one in risk.factors)
        return self._section(
            "risk", total, Rows(self._headings("points", "factor", "reason"), rows)
        )

    # -- steps -------------------------------------------------------------------------------------

    def steps(self) -> Section:
        """Return the steps with their outcomes; before a release the plan."""
        release, to = self._answer.release, self._to
        if release is None:
            spec = self._spec
            plan = [*((spec.get("implementation") or {}).get("steps") or ())]
            plan += spec.get("verification") or ()
            return self._section("plan", *self._planned(plan))
        blocks: list[sheet.Block] = [Prose(to.says("list.state", state=release.state))]
        headings = self._headings("outcome", "began", "took", "step")
        for phase in dict.fromkeys(one.phase for one in release.steps):
            rows = tuple(self._step(one) for one in release.steps if one.phase == phase)
            blocks += [Prose(to.says("show.phase", phase=phase)), Rows(headings, rows)]
        if release.message:
            blocks.append(Prose(release.message))
        return self._section("release", *blocks)

    def _planned(self, steps: Sequence[Mapping[str, Any]]) -> tuple[sheet.Block, ...]:
        points = tuple((step["name"], (self._doing(step),)) for step in steps)
        return (Points(points),) if points else (Prose(self._to.says("show.none")),)

    def _doing(self, step: Mapping[str, Any]) -> str:
        if step.get("manual"):
            return self._to.says("show.manual", what=step["manual"])
        return self._to.says("show.run", command=shlex.join(step.get("run") or ()))

    def _step(self, one: ReleaseStep) -> tuple[str, ...]:
        to = self._to
        began = took = ""
        if one.started is not None:
            began = to.time(one.started, seconds=False)
            if one.ended is not None:
                took = to.says("show.took", took=_iso(one.ended - one.started))
        outcome = "waiting" if one.waiting else one.outcome
        name = f"{one.name}: {one.detail}" if one.detail else one.name
        return (to.says("show.outcome", outcome=outcome), began, took, name)

    def rollback(self) -> Section:
        """Return the rollback plan."""
        plan = self._spec.get("rollback") or {}
        limit = plan.get("limit")
        facts = self._labelled(
            [
                ("trigger", plan.get("trigger")),
                ("limit", self._to.says("show.limit", limit=limit) if limit else None),
            ]
        )
        blocks = (facts,) if facts.rows else ()
        return self._section("rollback", *blocks, *self._planned(plan.get("steps") or ()))

    # -- the end -----------------------------------------------------------------------------------

    def review(self) -> Section:
        """Return the review."""
        review, to = self._answer.review, self._to
        if review is None:
            return self._section("review", Prose(to.says("show.no_review")))
        rows: list[tuple[str, str | None]] = [
            ("reviewer", self._reviewer(review)),
            ("outcome", self._word(review.outcome)),
            ("objectives_met", review.objectives_met),
            ("effects_observed", review.effects_observed),
            ("deviations", review.deviations),
            ("incidents", ", ".join(review.incidents)),
            ("lessons", review.lessons),
        ]
        for one in review.follow_ups:
            case = "due" if one.due is not None else None
            due = one.due.isoformat() if one.due is not None else ""
            data = {"action": one.action, "owner": one.owner, "due": due}
            rows.append(("follow_up", to.says("show.follow_up", case=case, **data)))
        rows.append(("problems", "; ".join(review.problems)))
        return self._section("review", self._labelled(rows))

    def _reviewer(self, review: ToldReview) -> str:
        if review.reviewer is None or review.reviewed is None:
            return self._people(review.reviewer)
        day = review.reviewed.isoformat()
        return self._to.says("show.on_day", who=review.reviewer, day=day)

    def _word(self, word: str | None) -> str:
        return self._to.says("show.outcome", outcome=word) if word else ""

    def timeline(self) -> Section:
        """Return what happened, in order; the lines of single steps stand above."""
        shown = [one for one in self._answer.timeline if one.what not in _INSIDE]
        rows = tuple(self._event(one) for one in shown)
        return self._section("timeline", Rows(self._headings("at", "by", "entry", "what"), rows))

    def _event(self, one: Event) -> tuple[str, ...]:
        kind, _, rest = one.what.partition(".")
        if kind == "decision":
            gate, _, verdict = rest.partition(".")
            said = self._to.says("show.event", case="decision", gate=gate, verdict=verdict)
        elif rest == "finished":
            said = self._to.says("show.event", case=rest, ended=one.state)
        else:
            said = self._to.says("show.event", case=rest or kind)
        at = self._to.time(one.at, seconds=False)
        return (at, one.by or "", str(one.seq or ""), said)


def _iso(span: Any) -> str:
    from changeflow.model.times import format_duration

    return format_duration(span)


def text(answer: ChangeAnswer, to: Presentation) -> str:
    """Render the sheet for a terminal."""
    return sheet.text(sheet_of(answer, to), width_of(to.width))


def markdown(answer: ChangeAnswer, to: Presentation) -> str:
    """Render the sheet as Markdown."""
    return sheet.markdown(sheet_of(answer, to))


def html(answer: ChangeAnswer, to: Presentation) -> str:
    """Render the sheet as a page that prints."""
    return sheet.html(sheet_of(answer, to), to.language)


FORMATS: Final[dict[str, Callable[[ChangeAnswer, Presentation], str]]] = {
    "text": text,
    "json": for_programs(answer_json),
    "markdown": markdown,
    "html": html,
}
