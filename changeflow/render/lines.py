"""Lines of text: each ended by a line break, indented, or as a Markdown list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def spelt(value: str) -> str:
    """Return a text on one line, with control and invisible characters written out."""
    from changeflow.model.characters import visible

    return visible(value.replace("\t", " ").replace("\r", "\\r").replace("\n", "\\n"))


def ended(lines: Iterable[str]) -> str:
    """Return lines as one text, each with a line break at its end; no lines are no text."""
    return "".join(f"{line}\n" for line in lines)


def indented(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines two columns further to the right."""
    for line in lines:
        yield f"  {line}"


def bulleted(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines as the items of a Markdown list. They are escaped already."""
    for line in lines:
        yield f"- {line}"
