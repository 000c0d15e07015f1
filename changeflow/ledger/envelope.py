"""DSSE envelopes (https://github.com/secure-systems-lab/dsse): a payload, its type and signatures over both.

The signatures cover the *pre-authentication encoding* (PAE) of type and payload, so that neither
can be changed, and no parser stands between the bytes that were signed and the bytes that are
verified.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final

from changeflow.model.canonical import canonical_json
from changeflow.model.strictjson import SIZE_LIMIT, MalformedError, parse

# bytes of a ledger file: base64 makes a payload longer by a third
ENTRY_LIMIT: Final = SIZE_LIMIT + SIZE_LIMIT // 2
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and the name of the key it claims to be made with.

    `sig` is the bare SSH signature blob.
    """

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class DsseEnvelope:
    """A payload with its signatures."""

    payload: bytes
    signatures: tuple[Signature, ...] = ()
    payload_type: str = PAYLOAD_TYPE

    @property
    def signed_bytes(self) -> bytes:
        """What the signatures cover."""
        return pae(self.payload_type, self.payload)


def pae(payload_type: str, payload: bytes) -> bytes:
    """Pre-authentication encoding: `DSSEv1 <length of type> <type> <length of payload> <payload>`."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def encode(envelope: DsseEnvelope) -> bytes:
    """The bytes of a ledger file: the envelope as canonical JSON, and a line break."""
    signatures = [{"keyid": item.keyid, "sig": _base64(item.sig)} for item in envelope.signatures]
    plain = {
        "payload": _base64(envelope.payload),
        "payloadType": envelope.payload_type,
        "signatures": signatures,
    }
    return canonical_json(plain) + b"\n"


def decode(data: bytes) -> DsseEnvelope:
    """The envelope in the bytes of a ledger file.

    Raises:
        MalformedError: when the bytes are not exactly what `encode` would have written.
    """
    plain = parse(data, limit=ENTRY_LIMIT)
    try:
        signatures = tuple(
            Signature(_text(item["keyid"]), _bytes(item["sig"])) for item in plain["signatures"]
        )
        envelope = DsseEnvelope(_bytes(plain["payload"]), signatures, _text(plain["payloadType"]))
    except (KeyError, TypeError) as error:
        raise MalformedError(
            "not a DSSE envelope: payload, payloadType and signatures are needed"
        ) from error
    if encode(envelope) != data:
        raise MalformedError("not spelt canonically")
    return envelope


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(_text(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("not base64") from error
