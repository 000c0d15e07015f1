"""The page of measures, with the records behind each number."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Final

from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.language.measured_values import measured_value
from changeflow.model.answers.report import KpiAnswer, KpiReport
from changeflow.render.escape import html
from changeflow.render.report_kpi import sheet_of
from changeflow.render.sheet import html_sections
from changeflow.site import addresses
from changeflow.site.frame import Frame
from changeflow.site.parts import change_link, joined, paragraph, section

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

# records behind a number that are listed
_MOST: Final = 50
# measures of the first page, in their order
AT_A_GLANCE: Final = (
    "changes", "emergency_share", "change_failure_rate", "rolled_back", "lead_time.median",
    "recorded_after_start", "reviews_on_time", "unauthorised",
)  # fmt: skip


def kpi_page(
    report: KpiReport | None, known: Container[str], why: str, charts: Markup, frame: Frame
) -> str:
    """Return the page.

    Args:
        report: the measures; None where they cannot be computed.
        known: changes that have a page.
        why: they cannot be computed.
        charts: of measures over time.
        frame: of the page.
    """
    from changeflow.render.markup import Markup

    at, title = addresses.KPIS, frame.to.says("report.kpi")
    body = Markup("<h1>{}</h1>\n").format(html(title))
    if report is None:
        body += paragraph(why)
    else:
        # the lines on which a printed paper is signed are no part of it
        sections = sheet_of(report, frame.to).sections[:-1]
        body += joined((html_sections(sections[:1]), charts, html_sections(sections[1:])))
        body += _records(report, known, frame)
    return frame.page(at, title, body, "kpis")


def _records(report: KpiReport, known: Container[str], frame: Frame) -> Markup:
    """Return the records behind each number, folded."""
    from changeflow.render.markup import Markup

    titles = {one.id: one.title[frame.to.language] for one in kpi_definitions()}
    found = Markup("")
    for one in report.kpis:
        if one.value is not None and one.records:
            found += Markup("<details><summary>{}</summary><p>{}{}</p></details>\n").format(
                html(frame.says("site.records", measure=titles[one.id], count=one.records_total)),
                Markup(" ").join(_record(record, known, frame) for record in one.records[:_MOST]),
                _rest(one, frame),
            )
    return section(frame.says("site.behind"), found)


def _record(record: str, known: Container[str], frame: Frame) -> Markup:
    if record in known:
        return change_link(frame, addresses.KPIS, record)
    return html(record)


def _rest(one: KpiAnswer, frame: Frame) -> Markup:
    rest = one.records_total - len(one.records[:_MOST])
    return html(" " + frame.says("site.more", count=rest)) if rest > 0 else html("")


def at_a_glance(report: KpiReport, frame: Frame) -> Markup:
    """Return the most important measures for the first page."""
    from changeflow.render.markup import Markup

    by_id = {one.id: one for one in report.kpis}
    titles = {one.id: one.title[frame.to.language] for one in kpi_definitions()}
    found = Markup("")
    for name in AT_A_GLANCE:
        one = by_id.get(name)
        if one is not None and one.value is not None:
            said = measured_value(one.value, one.unit, frame.to)
            found += Markup("<li><b>{}</b> {}\n").format(html(said), html(titles[name]))
    return Markup('<ul class="numbers">\n{}</ul>\n').format(found)
