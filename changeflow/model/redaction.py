"""Secrets in places where they do not belong: found by their shape, and blotted out.

Known shapes are tokens of well-known makers, credentials in addresses and headers, values after
`password=` and the like, and private keys in PEM. Time is linear in the length of the text: a shape
begins with a word, and a text without any of these words is searched once for each and no further.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.late_pattern import LatePattern

HIDDEN: Final = "[redacted]"

KEY_BEGINS: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
KEY_ENDS: Final = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_WORD: Final = "PRIVATE KEY"

# of a secret behind its name
_VALUE: Final = r"[^\s\"'&,;<>\\]"


@dataclass(frozen=True, slots=True)
class Span:
    """The place of a secret in a text, from `start` to `end`.

    `begins` is where its shape begins.
    """

    begins: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Shape:
    """The shape of a secret.

    `word` is a part of it in lower case; the secret is the last group of `expression`.
    """

    word: str
    expression: LatePattern


def _tokens(*starts: str, rest: str) -> tuple[_Shape, ...]:
    """Return the shapes of tokens that are known by how they begin."""
    found = []
    for start in starts:
        found.append(_Shape(start.lower(), LatePattern(rf"{re.escape(start)}{rest}")))
    return tuple(found)


def _assigned(*names: str, between: str, value: str) -> tuple[_Shape, ...]:
    """Return the shapes of values behind a name, in any spelling.

    Examples are `PASSWORD=x`, `"password": "x"` and `--password x`.
    """
    found = []
    for name in names:
        pattern = LatePattern(rf"{re.escape(name)}{between}({value})", re.IGNORECASE)
        found.append(_Shape(name, pattern))
    return tuple(found)


_ASSIGNED: Final = r"[\"'\\]{0,2} ?[=:] ?[\"'\\]{0,2}"
# After a colon a word may be prose (`token: expired`); what has a digit or is long is none.
_SET: Final = (
    r"(?:[\"'\\]{0,2} ?= ?[\"'\\]{0,2}|[\"'\\]{1,2} ?: ?[\"'\\]{1,2}|: "
    r"?(?=\S*[0-9]|\S{16})[\"'\\]{0,2})"
)
# What is looked for first -> shapes that are only looked for where it is found.
_SHAPES: Final[dict[str, tuple[_Shape, ...]]] = {
    "_": (
        *_tokens("ghp_", "gho_", "ghu_", "ghs_", "ghr_", rest="[A-Za-z0-9]{20,255}"),
        *_tokens("github_pat_", rest="[A-Za-z0-9_]{20,255}"),
        *_tokens("sk_live_", "rk_live_", rest="[A-Za-z0-9]{16,255}"),
        *_tokens("npm_", "dop_v1_", "hf_", "shpat_", rest="[A-Za-z0-9_-]{30,255}"),
        *_assigned("_pass", "_pw", "_pwd", between=_SET, value=_VALUE + "{4,}"),
    ),
    "t-": _tokens("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", rest="[A-Za-z0-9_.-]{16,255}"),
    "xox": _tokens(
        "xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-", rest="[A-Za-z0-9-]{10,255}"
    ),
    "xapp-": _tokens("xapp-", rest="[A-Za-z0-9-]{10,255}"),
    "akia": _tokens("AKIA", rest=r"[A-Z0-9]{16}\b"),
    "asia": _tokens("ASIA", rest=r"[A-Z0-9]{16}\b"),
    "aiza": _tokens("AIza", rest="[A-Za-z0-9_-]{30,255}"),
    "ya29.": _tokens("ya29.", rest="[A-Za-z0-9_.-]{20,2000}"),
    "gocspx-": _tokens("GOCSPX-", rest="[A-Za-z0-9_-]{20,255}"),
    "sk-": (_Shape("sk-", LatePattern(r"\bsk-[A-Za-z0-9_-]{20,255}")),),
    "pypi-": _tokens("pypi-", rest="[A-Za-z0-9_-]{30,255}"),
    "hvs.": _tokens("hvs.", rest="[A-Za-z0-9_-]{20,255}"),
    "sg.": _tokens("SG.", rest="[A-Za-z0-9_-]{16,64}[.][A-Za-z0-9_-]{16,64}"),
    "hooks.slack.com/": (
        _Shape(
            "hooks.slack.com/",
            LatePattern(r"hooks\.slack\.com/[a-z]{1,20}/([A-Za-z0-9/_-]{10,255})"),
        ),
    ),
    "eyj": (
        _Shape(
            "eyj",
            LatePattern(r"eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,8000}(?:\.[A-Za-z0-9_-]*)?"),
        ),
    ),
    "://": (
        _Shape(
            "://", LatePattern(r"://([^\s/?#:@]{0,255}:[^\s/?#]{1,2000}|[^\s/?#:@.]{20,255})(?=@)")
        ),
    ),
    "bearer ": (
        _Shape("bearer ", LatePattern(r"\bbearer ([A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE)),
    ),
    "basic ": (_Shape("basic ", LatePattern(r"\bbasic ([A-Za-z0-9+/=]{8,})", re.IGNORECASE)),),
    "authorization": (
        _Shape(
            "authorization",
            LatePattern(
                rf"authorization[\"']?[:=] ?[\"']?(?:[A-Za-z-]{{3,20}} )?({_VALUE}{{6,}})",
                re.IGNORECASE,
            ),
        ),
    ),
    "cookie:": (_Shape("cookie:", LatePattern(r"cookie: ?([^\r\n]{6,})", re.IGNORECASE)),),
    "pass": (
        *_assigned(
            "password", "passwd", "passphrase", "sshpass", between=_ASSIGNED, value=_VALUE + "{3,}"
        ),
        *_assigned("--password", "--passphrase", between=" ", value="(?!-)" + _VALUE + "{3,}"),
    ),
    "secret": (
        *_assigned("secret", between=_SET, value=_VALUE + "{4,}"),
        *_assigned("--secret", between=" ", value="(?!-)" + _VALUE + "{3,}"),
        *_tokens("AGE-SECRET-KEY-1", rest="[A-Z0-9]{40,80}"),
    ),
    "token": (
        *_assigned("token", between=_SET, value=_VALUE + "{4,}"),
        *_assigned("--token", between=" ", value="(?!-)" + _VALUE + "{3,}"),
    ),
    "key": (
        *_assigned(
            "api_key",
            "apikey",
            "api-key",
            "access_key",
            "accesskey",
            "private_key",
            "accountkey",
            between=_SET,
            value=_VALUE + "{4,}",
        ),
        *_assigned("--api-key", between=" ", value="(?!-)" + _VALUE + "{3,}"),
    ),
    "sharedaccesssignature": _assigned(
        "sharedaccesssignature", between=_SET, value=_VALUE + "{4,}"
    ),
    "sig": (
        # Signed addresses: who has one has what it leads to.
        _Shape("sig=", LatePattern(r"[?&]sig=([A-Za-z0-9%+/_=-]{8,})", re.IGNORECASE)),
        _Shape(
            "signature=",
            LatePattern(r"[?&][a-z-]{0,20}signature=([A-Za-z0-9%+/_=.-]{8,})", re.IGNORECASE),
        ),
    ),
    "sshpass": (_Shape("sshpass", LatePattern(r"\bsshpass (?:-v )?-p ?[\"']?([^\s\"']{3,})")),),
    "pwd": (_Shape("pwd", LatePattern(rf";\s?pwd\s?=\s?({_VALUE}{{3,}})", re.IGNORECASE)),),
    "curl": (
        _Shape(
            "curl",
            LatePattern(
                rf"\bcurl\b[^\r\n]{{0,200}}? (?:-u|--user) "
                rf"?[\"']?[^\s:\"']{{1,100}}:({_VALUE}{{3,}})"
            ),
        ),
    ),
}


def shapes(text: str) -> Iterator[Span]:
    """Yield the places of secrets known by their shape, apart from keys (see `private_keys`)."""
    low = text.lower()
    for word, group in _SHAPES.items():
        if word not in low:
            continue
        for shape in group:
            if shape.word in low:
                yield from _spans_of(shape, text)


def _spans_of(shape: _Shape, text: str) -> Iterator[Span]:
    secret = shape.expression.groups
    for found in shape.expression.finditer(text):
        yield Span(found.start(), found.start(secret), found.end(secret))


def private_keys(text: str, *, inside: bool = False) -> tuple[list[Span], bool]:
    """Return the private keys in a text, and whether the last one continues after the text.

    Args:
        text: a part of what was printed.
        inside: whether it begins in the middle of a private key.
    """
    if not inside and _KEY_WORD not in text:
        return [], False
    found: list[Span] = []
    at = behind = 0
    while True:
        if not inside:
            begins = KEY_BEGINS.search(text, behind)
            if begins is None:
                return found, False
            at, behind = begins.start(), begins.end()
        end = key_end(text, behind)
        if end is None:
            found.append(Span(at, at, len(text)))
            return found, True
        # The line break behind a key of several lines is not a part of it.
        has_break = end > behind and text[end - 1] == "\n"
        found.append(Span(at, at, end - has_break))
        at, behind, inside = end, end, False


def key_end(text: str, start: int = 0) -> int | None:
    """Return where a private key ends that begins before `start`, or None if not in this text.

    If it ends on a later line, the rest of that line belongs to it.
    """
    ends = KEY_ENDS.search(text, start)
    if ends is None:
        return None
    if start and "\n" not in text[start : ends.start()]:
        return ends.end()
    line = text.find("\n", ends.end())
    if line < 0:
        return len(text)
    return line + 1


def blotted(text: str, spans: list[Span]) -> str:
    """Return the text with every span replaced; spans that touch or overlap are one."""
    if not spans:
        return text
    parts: list[str] = []
    at = 0
    for start, end in _merged_spans(spans):
        parts += [text[at:start], HIDDEN]
        at = end
    return "".join((*parts, text[at:]))


def _merged_spans(spans: list[Span]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if merged and span.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], span.end))
        elif span.end > span.start:
            merged.append((span.start, span.end))
    return merged


def redact(text: str) -> str:
    """Return the text without anything that looks like a token, password or private key."""
    return blotted(text, [*private_keys(text)[0], *shapes(text)])
