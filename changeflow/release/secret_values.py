"""Secrets in the environment of a step's program, in every form in which it may print them.

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
    r"TOKEN|SECRET|PASSWOR[DT]|PASSWD|PASSPHRASE|CREDENTIAL"
    r"|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SIGNING_?KEY|ENCRYPTION_?KEY"
)
_WORDS: Final = frozenset({
    "AUTH", "BEARER", "COOKIE", "CRED", "DSN", "HMAC", "JWT", "KEY", "MNEMONIC", "OTP", "PASS",
    "PASSCODE", "PAT", "PEPPER", "PIN", "PSK", "PSWD", "PW", "PWD", "SAS", "SIGNATURE", "TOTP",
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
# Endings of variables that are about a secret and hold none: its place, its name, its life time.
_ABOUT: Final = frozenset({
    "ASKPASS", "COUNT", "DIR", "ENABLED", "EXPIRY", "FILE", "FILENAME", "HOST", "LENGTH", "NAME",
    "PATH", "PORT", "REQUIRED", "SOCK", "TIMEOUT", "TTL", "TYPE", "USER", "USERNAME", "VERSION",
})  # fmt: skip
_NOT_SECRET: Final = frozenset(
    {"PWD", "OLDPWD", "SSH_AUTH_SOCK", "CHANGEFLOW_STEP_KEY", "CHANGEFLOW_KEY"}
)
_PLAIN_VALUES: Final = frozenset(
    {"disabled", "enabled", "default", "required", "optional", "unknown", "changeme"}
)
_IN_ADDRESS: Final = re.compile(r"://[^\s/?#:@]*:([^\s/?#]+)@")


def secrets(environment: Mapping[str, str], named: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the texts that must not be shown, longest first.

    Args:
        environment: the variables of a program.
        named: further names of variables whose values are secrets, with `*` for any part.
    """
    patterns = tuple(named)
    found: set[str] = set()
    for name, value in environment.items():
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            found.update(_named_secrets(value))
        elif names_a_secret(name):
            found.update(_likely_secrets(value))
        found.update(_passwords_in_addresses(value))
    forms: set[str] = set()
    for secret in found:
        forms.update(printed_forms(secret))
    return tuple(sorted(forms, key=lambda text: (-len(text), text)))


def _named_secrets(value: str) -> Iterator[str]:
    for part in _value_and_lines(value):
        if len(part) >= SHORTEST_NAMED:
            yield part


def _likely_secrets(value: str) -> Iterator[str]:
    for part in _value_and_lines(value):
        if len(part) >= SHORTEST and part.lower() not in _PLAIN_VALUES:
            yield part


def _passwords_in_addresses(value: str) -> Iterator[str]:
    for password in _IN_ADDRESS.findall(value):
        if len(password) >= SHORTEST:
            yield password
            yield unquote(password)


def names_a_secret(name: str) -> bool:
    """Return whether a variable's name says that its value is a secret.

    Examples are `DB_PASS`, `SSHPASS` and `apiToken`, but not `PGPASSFILE`.
    """
    if name in _NOT_SECRET:
        return False
    words = re.split(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])", name)
    words = [word.upper() for word in words if word]
    if not words or words[-1] in _ABOUT or words[-1].endswith(("FILE", "PATH", "ASKPASS")):
        return False
    return _SAYS_SO.search("_".join(words)) is not None or any(map(_is_secret_word, words))


def _is_secret_word(word: str) -> bool:
    """Return whether one word of a name names a secret.

    `KEYS`, `KEY2` and `PASSES` mean the same as `KEY` and `PASS`.
    """
    plain = word.rstrip("0123456789")
    if _WORDS & {word, plain, plain.removesuffix("S"), plain.removesuffix("ES")}:
        return True
    if _KEY_OF.fullmatch(plain):
        return True
    return _ENDS.fullmatch(plain) is not None and plain not in _OTHER_WORDS


def _value_and_lines(value: str) -> Iterator[str]:
    """Yield the value, and each of its lines."""
    yield value.strip()
    if "\n" in value:
        yield from map(str.strip, value.splitlines())


def printed_forms(value: str) -> Iterator[str]:
    """Yield a value as it is, and as programs write it."""
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
    """Yield Base64 forms of a value.

    They are the value alone, also broken into lines, and the value inside of another text
    (`user:value`).
    """
    whole = base64.b64encode(data).decode("ascii")
    yield whole
    for columns in _COLUMNS:
        if len(whole) > columns:
            for at in range(0, len(whole), columns):
                if len(whole) - at >= SHORTEST:
                    yield whole[at : at + columns]
    for shift in range(3):
        # The characters at the ends depend on the text around the value, those between do not.
        text = base64.b64encode(b"\0" * shift + data).decode("ascii").rstrip("=")
        inner = text[(shift * 8 + 5) // 6 : (shift + len(data)) * 8 // 6]
        if len(inner) >= SHORTEST:
            yield inner
