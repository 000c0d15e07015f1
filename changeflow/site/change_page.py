"""The page of a change: its story from the request to the review."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.language.reasons import said_by, sentence
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import Reason
from changeflow.model.answers.one_change import ChangeAnswer, ToldDecision
from changeflow.model.times import format_instant
from changeflow.render.change import ChangePage
from changeflow.render.decision import ordered, vacant_seat
from changeflow.render.escape import html, html_prose
from changeflow.render.impact import path, summary
from changeflow.render.impact_page import Told, impact_body
from changeflow.render.labels import Labels
from changeflow.render.sheet import Section, html_sections
from changeflow.site import addresses
from changeflow.site.frame import IMPACT_SCRIPT, IMPACT_STYLE, Frame
from changeflow.site.parts import change_link, item_links, joined, points, section

if TYPE_CHECKING:
    from changeflow.model.answers.impact import Affected, Impact
    from changeflow.render.markup import Markup

# affected items that a page holds with their paths: more would make it too long to send
MOST_ITEMS: Final = 300


@dataclass(frozen=True)
class Related:
    """What a change is connected with, beside its own documents.

    Attributes:
        items: those that have a page.
        changes: those that have a page.
        incidents: that people say it caused.
        labels: what the CMDB knows of items.
    """

    items: Container[str]
    changes: Container[str]
    incidents: tuple[str, ...]
    labels: Labels


def change_page(answer: ChangeAnswer, related: Related, frame: Frame) -> str:
    """Return the page of a change."""
    return _Story(answer, related, frame).page()


class _Story:
    def __init__(self, answer: ChangeAnswer, related: Related, frame: Frame) -> None:
        self._answer, self._related, self._frame = answer, related, frame
        self._to = frame.to
        self._at = addresses.change_page(answer.change)
        self._page = ChangePage(answer, frame.to, codes=False)

    def page(self) -> str:
        """Return the page."""
        from changeflow.render.markup import Markup

        answer, page = self._answer, self._page
        title = answer.request["metadata"]["title"]
        state = self._to.says("list.state", state=answer.state)
        head = Markup('<h1>{}</h1>\n<p class="quiet">{} · {}</p>\n').format(
            html(title), html(answer.change), html(state)
        )
        body = joined(
            (
                head,
                _sections([page.request(), page.owed()]),
                self._connected(),
                self._impact(),
                _sections([*page.service_levels(), page.risk()]),
                self._decisions(),
                _sections([page.approval(), page.steps(), page.rollback()]),
                _sections([page.review(), page.timeline()]),
            )
        )
        has_picture = bool(answer.assessment.impact.affected)
        return self._frame.page(
            self._at,
            f"{answer.change}: {title}",
            body,
            "register",
            styles=[IMPACT_STYLE.format(language=self._to.language)] if has_picture else (),
            scripts=[IMPACT_SCRIPT] if has_picture else (),
        )

    # -- what it is connected with -----------------------------------------------------------------

    def _connected(self) -> Markup:
        from changeflow.render.markup import Markup

        spec, found = self._answer.request["spec"], []
        items = [item["ci"] for item in spec.get("items") or ()]
        if items:
            links = item_links(self._frame, self._at, items, self._related.items)
            found.append(self._labelled("items", links))
        collided = self._answer.assessment.conflicts
        conflicts = list(dict.fromkeys(one.change for one in collided))
        lists: tuple[tuple[str, Sequence[str]], ...] = (
            ("depends_on", spec.get("depends_on") or ()),
            ("fixes", spec.get("fixes") or ()),
            ("conflicts", conflicts),
            ("incidents", self._related.incidents),
        )
        for name, changes in lists:
            if changes:
                found.append(self._labelled(name, Markup(" ").join(self._links(changes))))
        if not found:
            return Markup("")
        return section(self._frame.says("site.connected"), points(found))

    def _labelled(self, name: str, links: Markup) -> Markup:
        from changeflow.render.markup import Markup

        return Markup("{}: {}").format(html(self._frame.says("site.relation", case=name)), links)

    def _links(self, names: Iterable[str]) -> Iterator[Markup]:
        for name in names:
            # a follow-up is named by its change and its number
            change = name.partition("#")[0]
            if change in self._related.changes:
                yield change_link(self._frame, self._at, change, name)
            else:
                yield html(name)

    # -- what it can break -------------------------------------------------------------------------

    def _impact(self) -> Markup:
        found, to = self._answer.assessment.impact, self._to
        title = to.says("show.section", case="impact")
        if not found.affected:
            return _sections([self._page.impact()])

        def way(hit: Affected) -> str:
            return path(hit, to, "←")

        said = Told(summary(found, to), (), way)
        return section(
            title, impact_body(_shortened(found), said, self._related.labels, to), kind="impact"
        )

    # -- decisions ---------------------------------------------------------------------------------

    def _decisions(self) -> Markup:
        """Return what each gate says, and what it said on record, as trees of reasons."""
        return section(
            self._frame.says("site.decisions"), joined(map(self._decision, self._answer.decisions))
        )

    def _decision(self, one: ToldDecision) -> Markup:
        from changeflow.render.markup import Markup

        to = self._to
        data = {"gate": one.gate, "verdict": "open" if one.open else "shut"}
        title = self._frame.says("site.gate", **data)
        if one.seq is not None:
            at = format_instant(one.at)
            title = self._frame.says("site.gate", case="recorded", at=at, entry=one.seq, **data)
        reasons = ordered(map(Reason.model_validate, one.reasons))
        people = [html(vacant_seat(seat, to)) for seat in one.missing]
        opened = Markup(" open") if one.seq is None and not one.open else ""
        return Markup("<details{}><summary>{}</summary>\n{}{}</details>\n").format(
            opened, html(title), self._tree(reasons), points(people) if people else ""
        )

    def _tree(self, reasons: Sequence[Reason]) -> Markup:
        from changeflow.render.markup import Markup

        inside = Markup("")
        for one in reasons:
            inside += Markup('<li class="{}">{}\n').format(_sign(one), self._reason(one))
        return Markup('<ul class="reasons">\n{}</ul>\n').format(inside)

    def _reason(self, one: Reason) -> Markup:
        from changeflow.render.markup import Markup

        to = self._to
        sign = html(to.says(f"outcome.{_sign(one)}"))
        said = Markup('<b class="sign">{}</b> {}').format(sign, html_prose(sentence(one, to)))
        if one.clause:
            said += Markup(' <span class="quiet">{}</span>').format(
                html(self._frame.says("site.clause", clause=one.clause))
            )
        hint = said_by(one, to).hint
        if hint and one.outcome != "pass":
            line = to.says("decision.hint", hint=hint)
            said += Markup('<div class="quiet">{}</div>').format(html_prose(line))
        if one.parts:
            said += self._tree(one.parts)
        return said


def _sign(one: Reason) -> str:
    return "warning" if one.warns else one.outcome


def _sections(found: Sequence[Section]) -> Markup:
    return html_sections(found)


def _shortened(impact: Impact) -> Impact:
    """Return an impact with so many of its items, and all that lie on their strongest paths."""
    from dataclasses import replace

    if len(impact.affected) <= MOST_ITEMS:
        return impact
    wanted: set[str] = set()
    for hit in impact.affected:
        if len(wanted) + len(hit.path) > MOST_ITEMS:
            break
        wanted.update(hit.path)
    return replace(impact, affected=tuple(hit for hit in impact.affected if hit.ci in wanted))
