"""One HTML file without requests, whose style and script (most pages have none) are pinned by hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from changeflow.render.escape import html, html_prose
from changeflow.render.links import Links

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

STYLE: Final = """
:root {
  color-scheme: light dark;
  --ink: #1b1f24; --quiet: #475467; --paper: #f6f7f9; --card: #fff; --line: #dfe3e8;
  --thin: #eceff2; --link: #175cd3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ee; --quiet: #a9b4c2; --paper: #14171b; --card: #1d2127; --line: #353c46;
    --thin: #2a3038; --link: #84adff;
  }
  /* the picture is drawn for paper: its colours are turned, and keep their hues */
  .picture svg { filter: invert(.88) hue-rotate(180deg); }
}
body {
  font: 15px/1.5 "Segoe UI", "Noto Sans", "DejaVu Sans", "PingFang SC", "Microsoft YaHei",
    "Noto Sans CJK SC", sans-serif;
  color: var(--ink); background: var(--paper);
  margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 76rem;
}
h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
section, .card {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 1rem 1.25rem; margin: 1rem 0;
}
section > h2 { margin-top: 0; }
table { border-collapse: collapse; width: 100%; }
/* a state of three characters stays on its line */
:lang(zh) td { min-width: 3.5em; }
th { text-align: left; font-weight: 600; color: var(--quiet); white-space: nowrap; }
th, td {
  padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--thin);
  vertical-align: top; overflow-wrap: break-word;
}
td.number, th.number {
  text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;
}
p, li { overflow-wrap: anywhere; }
svg.fits { max-width: 100%; height: auto; }
li { margin: .4rem 0; }
code {
  font: .9em ui-monospace, "DejaVu Sans Mono", "PingFang SC", "Microsoft YaHei",
    "Noto Sans Mono CJK SC", monospace;
  overflow-wrap: anywhere;
}
.facts { display: flex; flex-wrap: wrap; gap: 1rem; }
.facts div { flex: 1 1 11rem; }
.facts b { display: block; font-size: 1.35rem; }
a { color: var(--link); }
.quiet { color: var(--quiet); overflow-wrap: anywhere; }
.level { border-left: 8px solid #667085; padding-left: .75rem; }
.level.low { border-color: #2e7d4f; }
.level.medium { border-color: #9a6700; }
.level.high { border-color: #c2410c; }
.level.critical { border-color: #8f1d1d; }
.picture { padding: 0; }
.scroll { overflow-x: auto; }
/* smaller it could not be read: it is pushed aside */
.scroll svg { display: block; }
.scroll > svg > rect { fill: none; }
.legend {
  display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0;
  padding: .25rem 1.25rem .75rem; color: var(--quiet); font-size: .85rem;
}
.legend li { margin: 0; }
th.label { width: 11rem; padding-right: 1rem; }
@page { size: A4; margin: 16mm 14mm; }
/* each row of a table becomes a card: its cells stand below each other, with their headings */
@media screen and (max-width: 40rem) {
  body { padding: 1rem .75rem 2rem; }
  section { padding: .75rem; }
  .facts div { flex: 1 1 7rem; }
  table, tbody, tr, th, td { display: block; width: auto; }
  thead { display: none; }
  tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  th, td { padding: .1rem 0; border: 0; overflow-wrap: anywhere; }
  th.label { width: auto; }
  td[data-label] { display: flex; gap: .75rem; text-align: left; }
  td[data-label]::before {
    content: attr(data-label); flex: 0 0 7.5rem; color: var(--quiet); font-weight: 600;
  }
  td.number { text-align: left; white-space: normal; }
  td.empty { display: none; }
  ul { padding-left: 1.1rem; }
  .legend { padding: .25rem .75rem .75rem; }
}
@media print {
  :root {
    color-scheme: light;
    --ink: #000; --quiet: #475467; --paper: #fff; --card: #fff; --line: #dfe3e8; --thin: #eceff2;
    --link: #000;
  }
  body { padding: 0; max-width: none; font-size: 10pt; }
  section, .card { border: 0; border-radius: 0; padding: 0; margin: 0 0 6mm; }
  h2, p:has(+ ul) { break-after: avoid; }
  tr, li { break-inside: avoid; }
  table:not(:has(tbody tr:nth-child(5))) { break-inside: avoid; }
  thead { display: table-header-group; }
  .picture svg { filter: none; }
  .scroll svg { max-width: 100%; height: auto; }
}
"""


# tags of HTML for the languages of answers
LANGUAGES: Final = {"zh": "zh-CN"}
# characters of the longest word that is never broken where a page is printed
_WORD: Final = 16


def page(
    title: str, body: Markup, language: str = "en", *, style: str = "", script: str = ""
) -> str:
    """Render a whole page around a body that is escaped already.

    The content security policy forbids everything (`default-src 'none'`) but the one style sheet
    and the one script below, and no script may write markup.

    Args:
        title: of the page.
        body: what it holds.
        language: of its words.
        style: a further part of the style sheet; it and the script are files of this package.
        script: runs when the page is there; empty: no script may run.
    """
    from changeflow.render.markup import Markup

    sheet = STYLE + style
    policy = f"default-src 'none'; style-src {_pin(sheet)}; base-uri 'none'; form-action 'none'"
    if script:
        policy += f"; script-src {_pin(script)}; require-trusted-types-for 'script'"
        policy += "; trusted-types 'none'"
        # a file of this package
        body += Markup("\n<script>{}</script>").format(Markup(script))  # noqa: S704
    # a constant of this module, and a file of this package
    styles = Markup(sheet)  # noqa: S704
    frame = Markup(
        '<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{title}</title>\n<style>{style}</style>\n</head>\n"
        "<body>\n{body}\n</body>\n</html>\n"
    )
    tag = LANGUAGES.get(language, language)
    return str(
        frame.format(language=tag, policy=policy, title=html(title), style=styles, body=body)
    )


def _pin(text: str) -> str:
    """Return the source of a policy that allows this text and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def facts_table(rows: Sequence[tuple[str, str]]) -> Markup:
    """Render a table of two columns whose first one holds labels."""
    from changeflow.render.markup import Markup

    inside = ["<table>\n<tbody>\n"]
    for label, value in rows:
        opened = '<td class="long">' if _has_long_word(value) else "<td>"
        row = f'<tr><th class="label" scope="row">{html(label)}</th>{opened}{_words(value)}</td>'
        inside.append(f"{row}</tr>\n")
    # labels and values are escaped one by one; a table has many
    return Markup("".join((*inside, "</tbody>\n</table>")))  # noqa: S704


def table(
    headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], numbers: tuple[int, ...] = ()
) -> Markup:
    """Render a table of text; columns in `numbers` are set flush right."""
    from changeflow.render.markup import Markup

    kinds = ["number" if column in numbers else "text" for column in range(len(headings))]
    labels = [f' data-label="{html(one)}"' if one else "" for one in headings]
    inside = ["<table>\n<thead><tr>"]
    for kind, heading in zip(kinds, headings, strict=True):
        inside.append(f'<th class="{kind}">{html_prose(heading)}</th>')
    inside.append("</tr>\n</thead>\n<tbody>\n")
    for row in rows:
        inside.append("<tr>")
        for kind, label, cell in zip(kinds, labels, row, strict=True):
            inside.append(_cell(kind, label, cell))
        inside.append("</tr>\n")
    # headings and cells are escaped one by one; a table has many
    return Markup("".join((*inside, "</tbody>\n</table>")))  # noqa: S704


def _cell(kind: str, label: str, cell: str) -> str:
    """Render a cell; its heading stands beside it where the table is shown as cards."""
    kinds = kind if cell else f"{kind} empty"
    if _has_long_word(cell):
        kinds += " long"
    return f'<td class="{kinds}"{label}><span>{_words(cell)}</span></td>'


def _has_long_word(text: str) -> bool:
    """Tell whether a word of the text, such as a digest, is so long that it may be broken."""
    return len(text) > _WORD and any(len(word) > _WORD for word in text.split())


def _words(text: str) -> Markup:
    """Render text; words that lead to a file are links to it."""
    from changeflow.render.markup import Markup

    if not isinstance(text, Links):
        return html_prose(text)
    made = [Markup('<a href="{}">{}</a>').format(html(to), html(word)) for word, to in text.parts]
    return Markup(", ").join(made)
