"""Secrets that somebody put where they do not belong, blotted out before anything is shown, logged or kept."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "[redacted]"

_PATTERNS: Final = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}"  # code hosts
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[A-Za-z0-9_-]{30,}"  # Slack, AWS, Google
    r"|\bsk-[A-Za-z0-9_-]{20,}|\b[sr]k_live_[A-Za-z0-9]{16,}|\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_-]{30,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"  # JSON web tokens
    r"|(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"  # user:password in an address
    r"|(?<=\bBearer )[A-Za-z0-9._~+/=-]{8,}|(?<=\bBasic )[A-Za-z0-9+/=]{8,}"
    r"|(?i:(?<=password=)|(?<=password: )|(?<=passwd=)|(?<=secret=)|(?<=token=)|(?<=api_key=)|(?<=apikey=))[^\s&\"']+"
)
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)


def redact(text: str) -> str:
    """Text without what looks like a token, a password in an address, or a private key."""
    return _PATTERNS.sub(HIDDEN, _PRIVATE_KEY.sub(HIDDEN, text))
