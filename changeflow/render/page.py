"""One HTML file without scripts and without requests; its styles are pinned by their hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from changeflow.render.escape import html, html_prose

if TYPE_CHECKING:
    from markupsafe import Markup

_STYLE: Final = """
:root { color-scheme: light; }
body {
  font: 15px/1.5 "Segoe UI", "Noto Sans", "DejaVu Sans", "PingFang SC", "Microsoft YaHei",
    "Noto Sans CJK SC", sans-serif;
  color: #1b1f24; background: #f6f7f9;
  margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 76rem;
}
h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
section, .card {
  background: #fff; border: 1px solid #dfe3e8; border-radius: 10px;
  padding: 1rem 1.25rem; margin: 1rem 0;
}
section > h2 { margin-top: 0; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; color: #475467; }
th, td {
  padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #eceff2;
  vertical-align: top; overflow-wrap: break-word;
}
td.number, th.number {
  text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;
}
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; }
.facts { display: flex; flex-wrap: wrap; gap: 1rem; }
.facts div { flex: 1 1 11rem; }
.facts b { display: block; font-size: 1.35rem; }
.quiet { color: #475467; }
.level { border-left: 8px solid #667085; padding-left: .75rem; }
.level.low { border-color: #2e7d4f; }
.level.medium { border-color: #9a6700; }
.level.high { border-color: #c2410c; }
.level.critical { border-color: #8f1d1d; }
.picture { overflow-x: auto; padding: 0; }
.picture svg { display: block; }
th.label { width: 11rem; padding-right: 1rem; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { background: #fff; padding: 0; max-width: none; font-size: 10pt; }
  section, .card { border: 0; border-radius: 0; padding: 0; margin: 0 0 6mm; }
  h2 { break-after: avoid; }
  tr, li { break-inside: avoid; }
  table { font-size: 8.5pt; }
  thead { display: table-header-group; }
  .picture svg { max-width: 100%; height: auto; }
}
"""


# tags of HTML for the languages of answers
_LANGUAGES: Final = {"zh": "zh-CN"}


def page(title: str, body: Markup, language: str = "en") -> str:
    """Render a whole page around a body that is escaped already.

    The content security policy forbids everything (`default-src 'none'`) but the one style sheet
    below.
    """
    from markupsafe import Markup

    pin = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{pin}'; base-uri 'none'; form-action 'none'"
    # a constant of this module
    style = Markup(_STYLE)  # noqa: S704
    frame = Markup(
        '<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{title}</title>\n<style>{style}</style>\n</head>\n"
        "<body>\n{body}\n</body>\n</html>\n"
    )
    tag = _LANGUAGES.get(language, language)
    return str(frame.format(language=tag, policy=policy, title=html(title), style=style, body=body))


def facts_table(rows: Sequence[tuple[str, str]]) -> Markup:
    """Render a table of two columns whose first one holds labels."""
    from markupsafe import Markup

    inside = Markup("")
    for label, value in rows:
        inside += Markup('<tr><th class="label" scope="row">{}</th><td>{}</td></tr>\n').format(
            html(label), html_prose(value)
        )
    return Markup("<table>\n<tbody>\n{}</tbody>\n</table>").format(inside)


def table(
    headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], numbers: tuple[int, ...] = ()
) -> Markup:
    """Render a table of text; columns in `numbers` are set flush right."""
    from markupsafe import Markup

    def row(tag: str, cells: tuple[str, ...]) -> Markup:
        inside = Markup("")
        for column, cell in enumerate(cells):
            kind = "number" if column in numbers else "text"
            inside += Markup('<{tag} class="{kind}">{text}</{tag}>').format(
                tag=tag, kind=kind, text=html_prose(cell)
            )
        return Markup("<tr>{}</tr>\n").format(inside)

    body = Markup("").join(row("td", cells) for cells in rows)
    return Markup("<table>\n<thead>{}</thead>\n<tbody>\n{}</tbody>\n</table>").format(
        row("th", headings), body
    )
