"""Messages that tell people of a change: subject, plain text, HTML for mail, and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow.model.times import format_instant
from changeflow.notices.notice import Message, Notice
from changeflow.render.escape import html, html_prose, spelled
from changeflow.render.json_text import as_json
from changeflow.render.presentation import Presentation, presentation_of

if TYPE_CHECKING:
    from datetime import datetime

    from changeflow.model.notify_settings import Channel
    from changeflow.reading.rulebook import Rulebook
    from changeflow.render.markup import Markup

SCHEMA: Final = "changeflow/notice/v1"
# characters of a subject; longer ones are cut by programs that show them
_SUBJECT: Final = 150
_COLOURS: Final = {
    "announced": "#175cd3",
    "moved": "#9a6700",
    "cancelled": "#475467",
    "starts": "#175cd3",
    "done": "#2e7d4f",
    "turned_back": "#c2410c",
    "failed": "#8f1d1d",
}
_INK, _QUIET, _LINE, _PAPER = "#1b1f24", "#475467", "#dfe3e8", "#f6f7f9"
_FONT: Final = (
    "-apple-system,'Segoe UI','Noto Sans','PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC',sans-serif"
)


class _Row(NamedTuple):
    """A fact about the change: its label, and one value or several."""

    label: str
    values: tuple[str, ...]


def message_of(notice: Notice, to: Presentation) -> Message:
    """Return a message in the reader's language.

    What the request says is shown as text: it formats nothing, links nothing and hides nothing.
    """
    subject = subject_of(notice, to)
    return Message(
        subject,
        text_of(notice, to),
        html_of(notice, to),
        payload_of(notice, subject).encode(),
        to.language,
    )


def subject_of(notice: Notice, to: Presentation) -> str:
    """Return the subject: one line."""
    said = {"title": notice.title, "change": notice.change}
    line = spelled(to.says("notice.subject", case=notice.fact, **said))
    if len(line) <= _SUBJECT:
        return line
    room = _SUBJECT - (len(line) - len(spelled(notice.title))) - 1
    title = spelled(notice.title)[: max(room, 20)] + "…"
    return spelled(to.says("notice.subject", case=notice.fact, title=title, change=notice.change))


def text_of(notice: Notice, to: Presentation) -> str:
    """Return the plain text."""
    lines = [notice.title, "", to.says("notice.head", case=notice.fact), ""]
    for row in _rows(notice, to):
        lines.append(to.says("notice.line", label=row.label, value=row.values[0]))
        lines += [f"    {value}" for value in row.values[1:]]
    reasons = list(_reasons(notice, to))
    if reasons:
        lines += ["", to.says("notice.why"), *(f"  - {one}" for one in reasons)]
    lines += ["", _foot(notice, to)]
    return "\n".join(map(spelled, lines)) + "\n"


def _rows(notice: Notice, to: Presentation) -> Iterator[_Row]:
    def label(case: str) -> str:
        return to.says("notice.label", case=case)

    yield _Row(label("window"), (_span(notice.start, notice.end, to),))
    if notice.fact == "moved":
        yield _Row(label("old_window"), (_span(notice.old_start, notice.old_end, to),))
    if notice.since is not None:
        case = "began" if notice.fact == "starts" else "ended"
        yield _Row(label(case), (to.time(notice.since),))
    if notice.changed:
        yield _Row(label("changed"), tuple(to.shows("item", one) for one in notice.changed))
    if notice.affected:
        yield _Row(label("affected"), tuple(_affected(notice, to)))
    yield _Row(label("reason"), (notice.reason,))
    yield _Row(label("requester"), (to.shows("person", notice.requester),))
    yield _Row(label("implementer"), (to.shows("person", notice.implementer),))
    yield _Row(label("type"), (to.shows("word", notice.type),))
    yield _Row(label("change"), (notice.change,))


def _span(start: datetime | None, end: datetime | None, to: Presentation) -> str:
    if start is None or end is None:
        return to.says("notice.any_time")
    return to.says("notice.from_to", start=format_instant(start), end=format_instant(end))


def _affected(notice: Notice, to: Presentation) -> Iterator[str]:
    for one in notice.affected:
        if one.owner:
            yield to.says("notice.affected", case="owned", ci=one.ci, owner=one.owner)
        else:
            yield to.says("notice.affected", ci=one.ci)
    rest = notice.affected_total - len(notice.affected)
    if rest > 0:
        yield to.says("notice.more", count=rest)


def _reasons(notice: Notice, to: Presentation) -> Iterator[str]:
    for one in notice.reasons:
        said = {"who": one.who, "items": list(one.items)}
        yield to.says("notice.reason", case=one.concern, **said)


def _foot(notice: Notice, to: Presentation) -> str:
    if not notice.organisation:
        return to.says("notice.foot", change=notice.change)
    said = {"organisation": notice.organisation, "change": notice.change}
    return to.says("notice.foot", case="organisation", **said)


# -- HTML ----------------------------------------------------------------------------------------


def html_of(notice: Notice, to: Presentation) -> str:
    """Return the HTML part of a mail. It loads nothing, and has its style in its elements."""
    from changeflow.render.markup import Markup

    rows = Markup("").join(map(_html_row, _rows(notice, to)))
    return str(
        Markup(
            '<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<meta name="color-scheme" content="light"><title>{title}</title></head>\n'
            '<body style="margin:0;padding:16px;background:{paper};color:{ink};'
            'font:15px/1.5 {font}">\n'
            '<div style="max-width:640px;margin:0 auto;background:#fff;border:1px solid {line};'
            'border-top:6px solid {colour};border-radius:8px;padding:20px 24px;'
            'overflow-wrap:anywhere">\n'
            '<p style="margin:0;color:{colour};font-weight:600">{word}</p>\n'
            '<h1 style="margin:4px 0 8px;font-size:21px;line-height:1.3">{title}</h1>\n'
            '<p style="margin:0 0 16px">{head}</p>\n'
            '<table role="presentation" style="border-collapse:collapse;width:100%">\n{rows}'
            "</table>\n{reasons}"
            '<p style="margin:16px 0 0;color:{quiet};font-size:13px">{foot}</p>\n'
            "</div>\n</body></html>\n"
        ).format(
            lang="zh-CN" if to.language == "zh" else to.language,
            title=html(notice.title),
            paper=_PAPER,
            ink=_INK,
            font=_FONT,
            line=_LINE,
            colour=_COLOURS[notice.fact],
            word=html(to.says("notice.word", case=notice.fact)),
            head=html(to.says("notice.head", case=notice.fact)),
            rows=rows,
            reasons=_html_reasons(notice, to),
            quiet=_QUIET,
            foot=html_prose(_foot(notice, to)),
        )
    )


def _html_row(row: _Row) -> Markup:
    from changeflow.render.markup import Markup

    return Markup(
        '<tr><th style="text-align:left;vertical-align:top;font-weight:600;color:{quiet};'
        'padding:5px 12px 5px 0;width:7em">{label}</th>'
        '<td style="vertical-align:top;padding:5px 0">{values}</td></tr>\n'
    ).format(
        quiet=_QUIET,
        label=html(row.label),
        values=Markup("").join(map(_html_value, row.values)),
    )


def _html_value(value: str) -> Markup:
    from changeflow.render.markup import Markup

    # a line that is broken is told from the next value
    return Markup('<div style="padding-left:1em;text-indent:-1em">{}</div>').format(html(value))


def _html_reasons(notice: Notice, to: Presentation) -> Markup:
    from changeflow.render.markup import Markup

    found = [Markup("<li>{}</li>\n").format(html(one)) for one in _reasons(notice, to)]
    if not found:
        return Markup("")
    return Markup(
        '<h2 style="margin:18px 0 4px;padding-top:14px;border-top:1px solid {line};'
        'font-size:15px">{why}</h2>\n<ul style="margin:0;padding-left:20px">\n{items}</ul>\n'
    ).format(line=_LINE, why=html(to.says("notice.why")), items=Markup("").join(found))


# -- JSON ----------------------------------------------------------------------------------------


def payload_of(notice: Notice, subject: str) -> str:
    """Return the body of a webhook: data, and the subject as `text` for programs that show one."""
    plain = notice.model_dump(mode="json", exclude={"affected", "reasons"})
    return as_json(
        {
            "schema": SCHEMA,
            "text": subject,
            **plain,
            "affected": [one._asdict() for one in notice.affected],
            "reasons": [{**one._asdict(), "items": list(one.items)} for one in notice.reasons],
        }
    )


def composer(base: Rulebook) -> Callable[[Notice, Channel], Message]:
    """Return what makes messages, each in the language of its channel, with the names of a base."""

    def compose(notice: Notice, channel: Channel) -> Message:
        made = message_of(notice, presentation_of(base, channel.language))
        if channel.kind != "cdevents":
            return made
        from changeflow.render.cdevents import cloud_event

        return made._replace(payload=cloud_event(notice).encode())

    return compose
