"""One change from its request to its review: text, JSON, Markdown, and a page that prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from changeflow.language.formats import listed
from changeflow.language.reasons import why_ignored
from changeflow.language.sentences import in_a_row
from changeflow.model.answers.decision import IgnoredReview
from changeflow.model.answers.one_change import ChangeAnswer, Event, GivenOpinion, ToldReview
from changeflow.model.answers.release import ReleaseStep
from changeflow.model.document_parts import format_instant
from changeflow.model.journal_notes import noted
from changeflow.reading.places import MAIN
from changeflow.render import sheet
from changeflow.render.changes import place_of
from changeflow.render.factors import why
from changeflow.render.labels import Labels
from changeflow.render.owed import owed_to
from changeflow.render.plan_and_fact import comparison
from changeflow.render.presentation import Presentation
from changeflow.render.request import RequestPage, answered
from changeflow.render.sheet import Drawing, Facts, Points, Prose, Rows, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats

if TYPE_CHECKING:
    from changeflow.model.answers.assessment import Risk
    from changeflow.model.answers.report_change import JudgedAtStart
    from changeflow.render.markup import Markup

# affected items that are listed
MOST_ITEMS: Final = 30
# lines of the journal that a reader does not need beside the steps
_INSIDE: Final = ("release.intent", "release.outcome", "release.confirmed")


def sheet_of(answer: ChangeAnswer, to: Presentation) -> Sheet:
    """Return everything about a change: what, why, who, and what came of it."""
    page = ChangePage(answer, to)
    sections = (
        page.request(),
        page.approval(),
        page.owed(),
        page.impact(),
        *page.service_levels(),
        page.risk(),
        page.steps(),
        page.rollback(),
        *page.plan_and_fact(),
        page.review(),
        page.timeline(),
    )
    return Sheet(answer.change, answer.request["metadata"]["title"], sections)


class ChangePage:
    """Makes the sections about one change.

    Args:
        answer: the change.
        to: who reads.
        codes: whether ids of factors stand beside their sentences, where the reader is shown codes.
        at_start: class and risk on which its release was started; None: those of now are told.
    """

    def __init__(
        self,
        answer: ChangeAnswer,
        to: Presentation,
        *,
        codes: bool = True,
        at_start: JudgedAtStart | None = None,
    ) -> None:
        self._answer, self._to, self._at_start = answer, to, at_start
        self._codes = codes and to.shows_codes
        self._request = RequestPage(answer.request, to)

    def _headings(self, *cases: str) -> tuple[str, ...]:
        return self._to.headings("show.heading", cases)

    # -- what, why, when, who ----------------------------------------------------------------------

    def request(self, *left_out: str) -> Section:
        """Return the request, without these of its facts."""
        to = self._to
        facts = [
            ("state", to.says("list.state", state=self._answer.state)),
            *self._judged(),
            *self._request.facts(),
            ("at", listed((self._place(), self._answer.digest[:19]), to)),
        ]
        shown = [fact for fact in facts if fact[0] not in left_out]
        return self._request.section("request", self._request.labelled(shown))

    def _judged(self) -> Iterator[tuple[str, str]]:
        """Yield class and risk: those on which the release was started, and those of now if others."""
        to, assessed, then = self._to, self._answer.assessment, self._at_start
        now = judged(assessed.type.declared, assessed.type.class_, assessed.risk, to)
        if then is None:
            yield "type", in_a_row(now, to)
            return
        before = judged(assessed.type.declared, then.class_, then, to)
        yield "type", in_a_row([*before, to.says("show.at_start", seq=then.seq)], to)
        if before != now:
            yield "judged_now", in_a_row(now, to)

    def _place(self) -> str:
        at = self._answer.at
        return at if at == MAIN else place_of(at, self._answer.state, self._to)

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
        return self._request.section("approval", *blocks)

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
            message = one.message or one.reason_code
            ignored = IgnoredReview(
                by=one.by, reason_code=one.reason_code, message=message, data=one.data
            )
            lines.append(to.says("show.does_not_count", why=why_ignored(ignored, to)))
        case = "signed" if one.signed_by else "entry"
        if one.source != "ledger":
            case = "host"
        data = {"seq": one.seq, "signer": one.signed_by, "fingerprint": one.key, "host": one.source}
        return (*lines, to.says("show.proof", case=case, **data))

    def owed(self) -> Section:
        """Return the open ends."""
        if not self._answer.owed:
            return self._request.section("owed", Prose(self._to.says("show.none")))
        points = tuple((owed_to(one, self._to), ()) for one in self._answer.owed)
        return self._request.section("owed", Points(points))

    # -- what can break ----------------------------------------------------------------------------

    def impact(self) -> Section:
        """Return the blast radius."""
        to, found = self._to, self._answer.assessment.impact
        affected = found.affected
        if not affected:
            return self._request.section("impact", Prose(to.says("show.unaffected")))
        counts = {"total": found.affected_total, "failing": found.failing}
        total = Prose(to.says("show.affected", **counts))
        rows = []
        for one in affected[:MOST_ITEMS]:
            case = None if one.score >= 1 else "share"
            effect = to.says("show.effect", case=case, percent=round(one.score * 100))
            item = to.says("list.items", items=[one.ci])
            tier = to.says("impact.tier", tier=one.criticality) if one.criticality else ""
            owner = to.shows("owner", one.owner) if one.owner else ""
            rows.append((item, effect, tier, owner, " → ".join(one.path)))
        table = Rows(self._headings("item", "effect", "tier", "owner", "path"), tuple(rows))
        rest = found.affected_total - len(rows)
        more = (Prose(to.says("show.more", count=rest)),) if rest else ()
        return self._request.section("impact", total, table, *more, Drawing(self._picture))

    def _picture(self) -> Markup:
        from changeflow.render.svg import figure

        impact, names = self._answer.assessment.impact, self._to.names.items
        return figure(impact, Labels.of_names(names), self._to)

    def service_levels(self) -> tuple[Section, ...]:
        """Return what planned outages leave of service levels."""
        impact = self._answer.assessment.impact
        if not impact.sla and not impact.sla_degraded:
            return ()
        from changeflow.render.service_levels import service_levels

        return service_levels(impact, self._to)

    def risk(self) -> Section:
        """Return the risk, point by point."""
        risk = self._answer.assessment.risk
        facts = risk.in_numbers
        total = Prose(self._to.says("show.score", **facts))
        names, rows = ["points", "reason"], []
        for one in risk.factors:
            rows.append([f"{one.points:+d}", why(one, self._to)])
            if self._codes:
                rows[-1].insert(1, one.id)
        if self._codes:
            names.insert(1, "factor")
        table = Rows(self._headings(*names), tuple(map(tuple, rows)))
        return self._request.section("risk", total, table)

    # -- steps -------------------------------------------------------------------------------------

    def steps(self) -> Section:
        """Return the steps with their outcomes; before a release the plan."""
        release, to = self._answer.release, self._to
        if release is None:
            return self._request.plan()
        blocks: list[sheet.Block] = [Prose(to.says("list.state", state=release.state))]
        headings = self._headings("outcome", "began", "took", "step")
        for phase in dict.fromkeys(one.phase for one in release.steps):
            rows = tuple(self._step(one) for one in release.steps if one.phase == phase)
            blocks += [Prose(to.says("show.phase", phase=phase)), Rows(headings, rows)]
        if release.message:
            blocks.append(Prose(in_a_row([release.told or release.message], to)))
        return self._request.section("release", *blocks)

    def _step(self, one: ReleaseStep) -> tuple[str, ...]:
        to = self._to
        began = took = ""
        if one.started is not None:
            began = to.time(one.started, seconds=False)
            if one.ended is not None:
                took = to.says("show.took", took=_iso(one.ended - one.started))
        outcome = "waiting" if one.waiting else one.outcome
        name = one.name
        if one.detail:
            name = to.says(
                "decision.labelled", label=one.name, said=in_a_row([noted(one.detail)], to)
            )
        return (to.says("show.outcome", outcome=outcome), began, took, name)

    def rollback(self) -> Section:
        """Return the rollback plan."""
        return self._request.rollback()

    # -- the end -----------------------------------------------------------------------------------

    def plan_and_fact(self) -> tuple[Section, ...]:
        """Return what was planned beside what happened, once the release has ended."""
        return tuple(comparison(self._answer, self._to))

    def review(self, *left_out: str) -> Section:
        """Return the review, without parts that stand elsewhere (`follow_ups`)."""
        review, to = self._answer.review, self._to
        if review is None:
            return self._request.section("review", Prose(to.says("show.no_review")))
        rows: list[tuple[str, str | None]] = [
            ("reviewer", self._reviewer(review)),
            ("outcome", self._word(review.outcome)),
            ("objectives_met", answered(review.objectives_met, to)),
            ("effects_observed", answered(review.effects_observed, to)),
            ("deviations", answered(review.deviations, to)),
            ("incidents", listed(review.incidents, to)),
            ("lessons", answered(review.lessons, to)),
        ]
        given = self._request.labelled(rows).rows + tuple(self._answers(review))
        rows = []
        for one in review.follow_ups if "follow_ups" not in left_out else ():
            case = "due" if one.due is not None else None
            due = one.due.isoformat() if one.due is not None else ""
            data = {"action": one.action, "owner": one.owner, "due": due}
            rows.append(("follow_up", to.says("show.follow_up", case=case, **data)))
        rows.append(("problems", in_a_row(review.told or review.problems, to)))
        facts = Facts(given + self._request.labelled(rows).rows)
        return self._request.section("review", facts)

    def _answers(self, review: ToldReview) -> Iterator[tuple[str, str]]:
        """Yield the answers beside the questions in words; beside the id where no policy has it."""
        for name, said in review.answers.items():
            asked = review.questions.get(name)
            label = self._to.shows("asked", asked) if asked is not None else name
            yield label, answered(said, self._to) or ""

    def _reviewer(self, review: ToldReview) -> str:
        if review.reviewer is None or review.reviewed is None:
            return self._to.says("list.people", people=[review.reviewer]) if review.reviewer else ""
        day = review.reviewed.isoformat()
        return self._to.says("show.on_day", who=review.reviewer, day=day)

    def _word(self, word: str | None) -> str:
        return self._to.says("show.outcome", outcome=word) if word else ""

    def timeline(self) -> Section:
        """Return what happened, in order; the lines of single steps stand above."""
        shown = [one for one in self._answer.timeline if one.what not in _INSIDE]
        rows = tuple(self._event(one) for one in shown)
        return self._request.section(
            "timeline", Rows(self._headings("at", "by", "entry", "what"), rows)
        )

    def _event(self, one: Event) -> tuple[str, ...]:
        kind, _, rest = one.what.partition(".")
        if kind == "decision":
            gate, _, verdict = rest.partition(".")
            said = self._to.says("show.event", case="decision", gate=gate, verdict=verdict)
        elif kind == "evidence":
            said = self._to.says("show.event", case=kind, said=[one.told])
        elif rest == "finished":
            said = self._to.says("show.event", case=rest, ended=one.state)
        else:
            said = self._to.says("show.event", case=rest or kind)
        at = self._to.time(one.at, seconds=False)
        return (at, self._to.shows("person", one.by) if one.by else "", str(one.seq or ""), said)


def judged(declared: str, class_: str, risk: Risk | JudgedAtStart, to: Presentation) -> list[str]:
    """Return the type with its class, and the risk of a change."""
    case = None if class_ == declared else "class"
    kind = to.says("list.kind", case=case, kind=declared, of_class=class_)
    return [kind, to.says("list.risk", level=risk.level, score=risk.score)]


def _iso(span: Any) -> str:
    from changeflow.model.times import format_duration

    return format_duration(span)


FORMATS: Final = sheet_formats(sheet_of)
