"""The secrets that a step's program is given in its environment, in every form in which it may print them.

The runners of code hosts mask in the same way: a value whose variable's name says what it is, and
the value in base64, in an address, in JSON, XML or a shell's quotes.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import quote, quote_plus, unquote
from xml.sax.saxutils import escape

# shorter values would blank out half of any text
SHORTEST: Final = 6
# of a variable that was named as secret on purpose
SHORTEST_NAMED: Final = 3
# where `base64` and `openssl` break a line
_COLUMNS: Final = (76, 64)

_SAYS_SO: Final = re.compile(
    r"TOKEN|SECRET|PASSWOR[DT]|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SIGNING_?KEY|ENCRYPTION_?KEY"
)
_WORDS: Final = frozenset({
    "AUTH", "BEARER", "COOKIE", "CRED", "DSN", "HMAC", "JWT", "KEY", "MNEMONIC", "OTP", "PASS", "PASSCODE", "PAT", "PEPPER",
    "PIN", "PSK", "PSWD", "PW", "PWD", "SAS", "SIGNATURE", "TOTP",
})  # fmt: skip
_ENDS: Final = re.compile(r"[A-Z0-9]+(PASS|PWD|PW)")
_KEY_OF: Final = re.compile(
    r"(SSH|DEPLOY|MASTER|SIGN|HOST|LICEN[CS]E|ROOT|ADMIN|CRYPT|UNSEAL|SERVER|CLIENT|USER|PRIV)KEYS?"
)
_OTHER_WORDS: Final = frozenset(
    {
        "BYPASS",
        "COMPASS",
        "ENCOMPASS",
        "OVERPASS",
        "SURPASS",
        "TRESPASS",
        "UNDERPASS",
        "ASKPASS",
        "OLDPWD",
    }
)
# Variables that speak of a secret and hold none: where it lies, what it is called, how long it
# lives.
_ABOUT: Final = frozenset({
    "ASKPASS", "COUNT", "DIR", "ENABLED", "EXPIRY", "FILE", "FILENAME", "HOST", "LENGTH", "NAME", "PATH", "PORT", "REQUIRED",
    "SOCK", "TIMEOUT", "TTL", "TYPE", "USER", "USERNAME", "VERSION",
})  # fmt: skip
_NOT_SECRET: Final = frozenset(
    {"PWD", "OLDPWD", "SSH_AUTH_SOCK", "CHANGEFLOW_STEP_KEY", "CHANGEFLOW_KEY"}
)
_PLAIN_VALUES: Final = frozenset(
    {"disabled", "enabled", "default", "required", "optional", "unknown", "changeme"}
)
_IN_ADDRESS: Final = re.compile(r"://[^\s/?#:@]*:([^\s/?#]+)@")


def secrets(environment: Mapping[str, str], named: Iterable[str] = ()) -> tuple[str, ...]:
    """Texts that must not be shown, longest first.

    Args:
        environment: the variables of a program.
        named: further names of variables whose values are secrets, with `*` for any part.
    """
    patterns = tuple(named)
    found: set[str] = set()
    for name, value in environment.items():
        asked = any(fnmatchcase(name, pattern) for pattern in patterns)
        if asked or speaks_of_secret(name):
            shortest = SHORTEST_NAMED if asked else SHORTEST
            kept = (part for part in _parts(value) if asked or part.lower() not in _PLAIN_VALUES)
            found.update(form for part in kept if len(part) >= shortest for form in _forms(part))
        passwords = (
            password for password in _IN_ADDRESS.findall(value) if len(password) >= SHORTEST
        )
        found.update(
            form
            for password in passwords
            for part in {password, unquote(password)}
            for form in _forms(part)
        )
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def speaks_of_secret(name: str) -> bool:
    """Whether a variable's name says that its value is a secret: `DB_PASS`, `SSHPASS`, `apiToken`, but not `PGPASSFILE`."""
    if name in _NOT_SECRET:
        return False
    words = [word for word in re.split(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])", name) if word]
    words = [word.upper() for word in words]
    if not words or words[-1] in _ABOUT or words[-1].endswith(("FILE", "PATH", "ASKPASS")):
        return False
    return _SAYS_SO.search("_".join(words)) is not None or any(
        _is_secret_word(word) for word in words
    )


def _is_secret_word(word: str) -> bool:
    """One word of a name; `KEYS`, `KEY2` and `PASSES` say what `KEY` and `PASS` say."""
    plain = word.rstrip("0123456789")
    if _WORDS & {word, plain, plain.removesuffix("S"), plain.removesuffix("ES")}:
        return True
    if _KEY_OF.fullmatch(plain):
        return True
    return _ENDS.fullmatch(plain) is not None and plain not in _OTHER_WORDS


def _parts(value: str) -> Iterator[str]:
    """The value, and each of its lines."""
    yield value.strip()
    if "\n" in value:
        yield from (line.strip() for line in value.splitlines())


def _forms(value: str) -> Iterator[str]:
    """A value as it is, and as programs write it."""
    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield quote(value, safe="")
    yield quote_plus(value)
    yield quote(value)
    yield escape(value, {'"': "&quot;", "'": "&#39;"})
    yield value.replace("'", "'\\''")
    data = value.encode("utf-8", "surrogateescape")
    for text in _in_base64(data):
        yield text
        yield text.replace("+", "-").replace("/", "_")


def _in_base64(data: bytes) -> Iterator[str]:
    """Base64 of the value alone, also broken into lines, and of the value in the middle of something (`user:value`)."""
    whole = base64.b64encode(data).decode("ascii")
    yield whole
    for columns in _COLUMNS:
        if len(whole) > columns:
            pieces = (whole[at : at + columns] for at in range(0, len(whole), columns))
            yield from (piece for piece in pieces if len(piece) >= SHORTEST)
    for shift in range(3):
        # Whatever stands before and behind the value decides the characters at its ends; those
        # between are its own.
        text = base64.b64encode(b"\0" * shift + data).decode("ascii").rstrip("=")
        inner = text[(shift * 8 + 5) // 6 : (shift + len(data)) * 8 // 6]
        if len(inner) >= SHORTEST:
            yield inner
