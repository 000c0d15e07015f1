"""Which settings of git a repository brings along itself, and which of them name programs.

A repository's own configuration comes with the folder: from a tar file, a shared disk, a build
machine. The user's configuration (global, system, `-c`, `GIT_CONFIG_*`) is theirs. git runs what
either names; changeflow runs only what the user's names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

Pair = tuple[str, str]

_OWN: Final = ("local", "worktree")

# Settings with which git starts a program, in git's spelling of `config --list`: section and last
# part in lower case.
_PROGRAM: Final = re.compile(
    r"alias\..*|pager\..*|core\.(alternaterefscommand|askpass|editor|fsmonitor|gitproxy|hookspath|pager|sshcommand)"
    r"|credential\.(.*\.)?helper|diff\.external|diff\..*\.(command|textconv)|filter\..*\.(clean|process|smudge)"
    r"|gpg\.(.*\.)?program|gpg\.ssh\.defaultkeycommand|interactive\.difffilter|merge\..*\.driver"
    r"|remote\..*\.(receivepack|uploadpack|vcs)|sequence\.editor|submodule\..*\.update|trailer\..*\.(cmd|command)"
    r"|uploadpack\.packobjectshook",
    re.DOTALL,
)
# where an empty value would be tried as a program
_DEFAULT: Final = {"core.sshcommand": "ssh"}
# Settings without which a remote cannot be found, and that start nothing and send nothing of the
# user's elsewhere.
_ADDRESS: Final = re.compile(
    r"remote\..*\.(url|pushurl)|url\..*\.(insteadof|pushinsteadof)|http\.(.*\.)?(extraheader|lowspeedlimit|lowspeedtime|postbuffer)"
    r"|credential\.(.*\.)?(username|usehttppath)|ssh\.variant",
    re.DOTALL,
)
# Settings that people make for one repository to reach its remote, and that are left out all the
# same.
_REACHES: Final = re.compile(
    r"core\.(askpass|gitproxy|sshcommand)|credential\.(.*\.)?helper|http\.(.*\.)?(cookiefile|proxy|proxyauthmethod|ssl.*)"
    r"|remote\..*\.(proxy|receivepack|uploadpack|vcs)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration as git lists it, in its order: (scope, name, value)."""

    listed: tuple[tuple[str, str, str], ...] = ()

    @staticmethod
    def parse(listing: bytes) -> Settings:
        """Read what `git config --list --show-scope -z` printed."""
        parts = listing.decode("utf-8", "surrogateescape").split("\0")
        pairs = zip(parts[::2], parts[1::2], strict=False)
        return Settings(tuple((scope, *_name_and_value(text)) for scope, text in pairs))

    def disarmed(self) -> tuple[Pair, ...]:
        """Settings that put the user's own program, or none, in place of every one that the repository names."""
        named = dict.fromkeys(name for name, _ in self._own() if _PROGRAM.fullmatch(name))
        pairs = [pair for name in named for pair in self._instead(name)]
        drivers = {
            name.rpartition(".")[0]
            for name, value in pairs
            if name.startswith("filter.") and not value
        }
        return (*pairs, *((f"{driver}.required", "false") for driver in sorted(drivers)))

    def _instead(self, name: str) -> tuple[Pair, ...]:
        users = self.users(name)
        # a list, which an empty value ends
        if name.endswith(".helper"):
            return (name, ""), *((name, value) for value in users)
        return ((name, users[-1] if users else _DEFAULT.get(name, "")),)

    def names_filter(self, driver: str) -> bool:
        """Return whether the repository itself names the program of a filter for what is stored, and the user names none."""
        names = {f"filter.{driver}.clean", f"filter.{driver}.process"}
        return any(name in names and value for name, value in self._own()) and not any(
            map(self.users, names)
        )

    def switch(self, name: str, *, default: bool) -> bool:
        """Return a setting that is on or off, as git reads it: the last one holds."""
        values = [value for _, key, value in self.listed if key == name]
        if not values:
            return default
        return values[-1].lower() in ("true", "yes", "on") or (
            values[-1].isdigit() and int(values[-1]) != 0
        )

    def addresses(self) -> tuple[Pair, ...]:
        """What the repository says about where its remotes are."""
        return tuple(pair for pair in self._own() if _ADDRESS.fullmatch(pair[0]))

    def left_out(self) -> tuple[str, ...]:
        """Names of the repository's settings that would have a say in how a remote is reached, and have none."""
        return tuple(dict.fromkeys(name for name, _ in self._own() if _REACHES.fullmatch(name)))

    def value(self, name: str) -> str | None:
        """The value that holds, whoever set it; the name is in git's spelling of `config --list`."""
        return next((value for _, key, value in reversed(self.listed) if key == name), None)

    def users(self, name: str) -> list[str]:
        """The user's values of a setting."""
        return [value for scope, key, value in self.listed if key == name and scope not in _OWN]

    def own(self, name: str) -> list[str]:
        """The repository's values of a setting."""
        return [value for key, value in self._own() if key == name]

    def _own(self) -> Iterable[Pair]:
        return ((name, value) for scope, name, value in self.listed if scope in _OWN)


def _name_and_value(text: str) -> Pair:
    """A setting without a value is a switch that is on."""
    name, equals, value = text.partition("\n")
    return name, value if equals else "true"


def with_settings(environment: Mapping[str, str], pairs: Iterable[Pair]) -> dict[str, str]:
    """An environment in which these settings hold, after those that it sets already.

    No value has to be quoted there.
    """
    result = dict(environment)
    count = result.get("GIT_CONFIG_COUNT", "")
    number = int(count) if count.isascii() and count.isdigit() else 0
    for name, value in pairs:
        result[f"GIT_CONFIG_KEY_{number}"] = name
        result[f"GIT_CONFIG_VALUE_{number}"] = value
        number += 1
    return result | ({"GIT_CONFIG_COUNT": str(number)} if number else {})
