"""Settings of git that a repository brings along itself, and those of them that name programs.

A repository's own configuration comes with the folder: from a tar file, a shared disk, a build
machine. The user's configuration (global, system, `-c`, `GIT_CONFIG_*`) is theirs. git runs
programs of both; changeflow runs only those of the user.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

Pair = tuple[str, str]

_OWN: Final = ("local", "worktree")

# Settings with which git starts a program, in git's spelling of `config --list`: section and last
# part in lower case.
_PROGRAM: Final = re.compile(
    r"alias\..*|pager\..*"
    r"|core\.(alternaterefscommand|askpass|editor|fsmonitor|gitproxy|hookspath|pager|sshcommand)"
    r"|credential\.(.*\.)?helper|diff\.external|diff\..*\.(command|textconv)"
    r"|filter\..*\.(clean|process|smudge)|gpg\.(.*\.)?program|gpg\.ssh\.defaultkeycommand"
    r"|interactive\.difffilter|merge\..*\.driver|remote\..*\.(receivepack|uploadpack|vcs)"
    r"|sequence\.editor|submodule\..*\.update|trailer\..*\.(cmd|command)"
    r"|uploadpack\.packobjectshook",
    re.DOTALL,
)
# where an empty value would be tried as a program
_DEFAULT: Final = {"core.sshcommand": "ssh"}
# Settings without which a remote cannot be found, and that start nothing and send nothing of the
# user's elsewhere.
_ADDRESS: Final = re.compile(
    r"remote\..*\.(url|pushurl)|url\..*\.(insteadof|pushinsteadof)"
    r"|http\.(.*\.)?(extraheader|lowspeedlimit|lowspeedtime|postbuffer)"
    r"|credential\.(.*\.)?(username|usehttppath)|ssh\.variant",
    re.DOTALL,
)
# Settings that people make for one repository to reach its remote, and that are left out all the
# same.
_REACHES: Final = re.compile(
    r"core\.(askpass|gitproxy|sshcommand)|credential\.(.*\.)?helper"
    r"|http\.(.*\.)?(cookiefile|proxy|proxyauthmethod|ssl.*)"
    r"|remote\..*\.(proxy|receivepack|uploadpack|vcs)",
    re.DOTALL,
)


class Settings(NamedTuple):
    """The configuration as git lists it, in its order: (scope, name, value)."""

    listed: tuple[tuple[str, str, str], ...] = ()

    @staticmethod
    def parse(listing: bytes) -> Settings:
        """Read what `git config --list --show-scope -z` printed."""
        parts = listing.decode("utf-8", "surrogateescape").split("\0")
        listed: list[tuple[str, str, str]] = []
        for scope, text in zip(parts[::2], parts[1::2], strict=False):
            name, equals, value = text.partition("\n")
            # without a value it is a switch that is on
            listed.append((scope, name, value if equals else "true"))
        return Settings(tuple(listed))

    def disarmed(self) -> tuple[Pair, ...]:
        """Return settings that replace the repository's programs by the user's, or by none."""
        pairs: list[Pair] = []
        drivers: set[str] = set()
        for name in self._own_names(_PROGRAM):
            for pair in self._instead(name):
                pairs.append(pair)
                if name.startswith("filter.") and not pair[1]:
                    drivers.add(name.rpartition(".")[0])
        for driver in sorted(drivers):
            pairs.append((f"{driver}.required", "false"))
        return tuple(pairs)

    def _instead(self, name: str) -> tuple[Pair, ...]:
        users = self.users(name)
        # a list, which an empty value ends
        if name.endswith(".helper"):
            return (name, ""), *((name, value) for value in users)
        if users:
            return ((name, users[-1]),)
        return ((name, _DEFAULT.get(name, "")),)

    def names_filter(self, driver: str) -> bool:
        """Tell whether the repository names the program of a filter and the user names none."""
        names = {f"filter.{driver}.clean", f"filter.{driver}.process"}
        if any(map(self.users, names)):
            return False
        return any(name in names and value for name, value in self._own())

    def switch(self, name: str, *, default: bool) -> bool:
        """Return a setting that is on or off, as git reads it: the last one holds."""
        value = self.value(name)
        if value is None:
            return default
        if value.isdigit():
            return int(value) != 0
        return value.lower() in ("true", "yes", "on")

    def addresses(self) -> tuple[Pair, ...]:
        """Return the repository's settings about the addresses of its remotes."""
        return tuple(pair for pair in self._own() if _ADDRESS.fullmatch(pair[0]))

    def left_out(self) -> tuple[str, ...]:
        """Return the names of the repository's settings that are not used to reach a remote."""
        return tuple(self._own_names(_REACHES))

    def value(self, name: str) -> str | None:
        """Return the value that holds, of any origin.

        The name is in git's spelling of `config --list`.
        """
        for _, key, value in reversed(self.listed):
            if key == name:
                return value
        return None

    def users(self, name: str) -> list[str]:
        """Return the user's values of a setting."""
        return [value for scope, key, value in self.listed if key == name and scope not in _OWN]

    def own(self, name: str) -> list[str]:
        """Return the repository's values of a setting."""
        return [value for key, value in self._own() if key == name]

    def _own(self) -> Iterable[Pair]:
        return ((name, value) for scope, name, value in self.listed if scope in _OWN)

    def _own_names(self, pattern: re.Pattern[str]) -> list[str]:
        """Return the names of the repository's settings that match, each once, in order."""
        return list(dict.fromkeys(name for name, _ in self._own() if pattern.fullmatch(name)))


def with_settings(environment: Mapping[str, str], pairs: Iterable[Pair]) -> dict[str, str]:
    """Return an environment in which these settings hold, after those that it sets already.

    No value has to be quoted there.
    """
    result = dict(environment)
    count = result.get("GIT_CONFIG_COUNT", "")
    number = int(count) if count.isascii() and count.isdigit() else 0
    for name, value in pairs:
        result[f"GIT_CONFIG_KEY_{number}"] = name
        result[f"GIT_CONFIG_VALUE_{number}"] = value
        number += 1
    if number:
        result["GIT_CONFIG_COUNT"] = str(number)
    return result
