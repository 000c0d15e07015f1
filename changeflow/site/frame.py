"""The frame of every page of a site: head, policy, navigation, switch of languages.

No page asks another machine for anything. The content security policy allows style sheets and
scripts of the site itself, none within a page, and no script may write markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.languages import LanguageName
from changeflow.render.escape import html
from changeflow.render.page import LANGUAGES
from changeflow.render.presentation import Presentation
from changeflow.site import addresses

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

STYLE: Final = "assets/site.css"
SCRIPT: Final = "assets/find.js"
IMPACT_STYLE: Final = "assets/impact.{language}.css"
IMPACT_SCRIPT: Final = "assets/impact.js"
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_AREAS: Final = (
    ("start", addresses.START),
    ("register", addresses.REGISTER),
    ("schedule", addresses.SCHEDULE),
    ("items", addresses.ITEMS),
    ("kpis", addresses.KPIS),
    ("search", addresses.SEARCH),
)


@dataclass(frozen=True)
class Frame:
    """Makes pages in one language.

    Attributes:
        to: the reader.
        languages: all that the site has; the first one lies at its top.
        title: what the site is called.
    """

    to: Presentation
    languages: tuple[LanguageName, ...]
    title: str

    @property
    def folder(self) -> str:
        """Return the folder of the language, with a slash at its end; empty for the first one."""
        return self.folder_of(self.to.language)

    def folder_of(self, language: LanguageName) -> str:
        """Return the folder of a language, with a slash at its end; empty for the first one."""
        return "" if language == self.languages[0] else f"{language}/"

    def says(self, key: str, case: str | None = None, **data: object) -> str:
        """Return a sentence of the site."""
        return self.to.says(key, case=case, **data)

    def link(self, at: str, path: str, text: str) -> Markup:
        """Return a link from one page to another of the same language."""
        from changeflow.render.markup import Markup

        return Markup('<a href="{}">{}</a>').format(relative(at, path), html(text))

    def asset(self, at: str, path: str) -> str:
        """Return where a file that all languages share lies, seen from a page."""
        return relative(self.folder + at, path)

    def page(
        self,
        at: str,
        title: str,
        body: Markup,
        area: str,
        *,
        styles: Sequence[str] = (),
        scripts: Sequence[str] = (),
    ) -> str:
        """Return a page.

        Args:
            at: its path in the folder of its language.
            title: of the page.
            body: what it holds, below the navigation.
            area: the entry of the navigation that it belongs to.
            styles: further style sheets.
            scripts: run when the page is there, in this order.
        """
        from changeflow.render.markup import Markup

        sheets, runs = Markup(""), Markup("")
        for path in (STYLE, *styles):
            sheets += Markup('<link rel="stylesheet" href="{}">\n').format(self.asset(at, path))
        for path in scripts:
            runs += Markup('<script src="{}" defer></script>\n').format(self.asset(at, path))
        return str(
            _page(
                language=LANGUAGES.get(self.to.language, self.to.language),
                policy=Markup(_POLICY),  # noqa: S704 - a constant of this module
                title=html(title if area == "start" else f"{title} · {self.title}"),
                sheets=sheets,
                runs=runs,
                skip=self.says("site.skip"),
                home=relative(at, addresses.START),
                site=html(self.title),
                nav_label=self.says("site.navigation"),
                nav=self._navigation(at, area),
                switch=self._switch(at),
                body=body,
                foot=html(self.says("site.foot")),
            )
        )

    def _navigation(self, at: str, area: str) -> Markup:
        from changeflow.render.markup import Markup

        found = Markup("")
        for name, path in _AREAS:
            here = Markup(' aria-current="page"') if name == area else ""
            text = self.says("site.area", case=name)
            found += Markup('<li><a href="{}"{}>{}</a>').format(relative(at, path), here, text)
        return found

    def _switch(self, at: str) -> Markup:
        """Return links to the same page in the other languages."""
        from changeflow.render.markup import Markup

        found = Markup("")
        for language in self.languages:
            if language != self.to.language:
                there = relative(self.folder + at, self.folder_of(language) + at)
                tag = LANGUAGES.get(language, language)
                found += Markup(
                    '<a class="language" href="{}" lang="{}" hreflang="{}">{}</a>'
                ).format(there, tag, tag, _OWN_NAMES[language])
        return found


_OWN_NAMES: Final[dict[LanguageName, str]] = {"en": "English", "zh": "中文"}


def relative(at: str, path: str) -> str:
    """Return where a path lies, seen from another one."""
    there, here = path.split("/"), at.split("/")[:-1]
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "../" * (len(here) - shared) + "/".join(there[shared:])


def _page(**parts: object) -> Markup:
    from changeflow.render.markup import Markup

    return Markup(
        '<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{title}</title>\n{sheets}{runs}</head>\n<body>\n"
        '<a class="skip" href="#content">{skip}</a>\n'
        '<header class="site"><a class="home" href="{home}">{site}</a>\n'
        '<nav aria-label="{nav_label}"><ul>{nav}</ul></nav>{switch}</header>\n'
        '<main id="content" tabindex="-1">\n{body}\n</main>\n'
        "<footer>{foot}</footer>\n</body>\n</html>\n"
    ).format(**parts)
