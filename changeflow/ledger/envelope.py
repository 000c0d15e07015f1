"""DSSE envelopes (https://github.com/secure-systems-lab/dsse): payload, type, signatures.

The signatures cover the *pre-authentication encoding* (PAE) of type and payload. Neither can be
changed, and the bytes are verified as they were signed, before any parser reads them.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.canonical import canonical_json
from changeflow.model.strictjson import SIZE_LIMIT, MalformedError, parse

# bytes of a ledger file: base64 makes a payload longer by a third
ENTRY_LIMIT: Final = SIZE_LIMIT + SIZE_LIMIT // 2
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"


# one class of letters, over which the engine runs fastest
_BASE64: Final = rb"([A-Za-z0-9+/]*+={0,2}+)"
_WRITTEN: Final = re.compile(
    rb'\{"payload":"%b","payloadType":"([a-z0-9.+/-]+)","signatures":'
    rb'\[(?:\{"keyid":"([A-Za-z0-9+/:=.-]+)","sig":"%b"\})?\]\}\n' % (_BASE64, _BASE64)
)


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
        """Return the bytes that the signatures cover."""
        return pae(self.payload_type, self.payload)


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding of a payload and its type.

    It is `DSSEv1 <length of type> <type> <length of payload> <payload>`.
    """
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def encode(envelope: DsseEnvelope) -> bytes:
    """Return the bytes of a ledger file: the envelope as canonical JSON, and a line break.

    It is put together here, because base64 needs no look at each of its characters.
    """
    kind = canonical_json(envelope.payload_type)
    signatures = b",".join(map(_written_signature, envelope.signatures))
    return b'{"payload":"%b","payloadType":%b,"signatures":[%b]}\n' % (
        base64.b64encode(envelope.payload),
        kind,
        signatures,
    )


def _written_signature(signature: Signature) -> bytes:
    return b'{"keyid":%b,"sig":"%b"}' % (
        canonical_json(signature.keyid),
        base64.b64encode(signature.sig),
    )


def _read_signature(plain: dict[str, Any]) -> Signature:
    return Signature(_required_text(plain["keyid"]), _from_base64(plain["sig"]))


def decode(data: bytes) -> DsseEnvelope:
    """Return the envelope in the bytes of a ledger file.

    Raises:
        MalformedError: when the bytes are not exactly what `encode` would have written.
    """
    plain_form = _WRITTEN.fullmatch(data) if len(data) <= ENTRY_LIMIT else None
    found = _in_plain_form(plain_form) if plain_form is not None else None
    if found is not None:
        return found
    plain = parse(data, limit=ENTRY_LIMIT)
    try:
        signatures = tuple(map(_read_signature, plain["signatures"]))
        envelope = DsseEnvelope(
            _from_base64(plain["payload"]), signatures, _required_text(plain["payloadType"])
        )
    except (KeyError, TypeError) as error:
        raise MalformedError(
            "not a DSSE envelope: payload, payloadType and signatures are needed"
        ) from error
    if encode(envelope) != data:
        raise MalformedError("not spelt canonically")
    return envelope


def _in_plain_form(form: re.Match[bytes]) -> DsseEnvelope | None:
    """Return the envelope of a file as nearly all are: with one signature or none, in plain letters.

    None where base64 is not spelt as `encode` spells it, which is all that the form leaves open.
    """
    payload, kind, keyid, sig = form.groups()
    content = _respelt(payload)
    if content is None:
        return None
    if keyid is None:
        return DsseEnvelope(content, (), kind.decode("ascii"))
    proof = _respelt(sig)
    if proof is None:
        return None
    signature = Signature(keyid.decode("ascii"), proof)
    return DsseEnvelope(content, (signature,), kind.decode("ascii"))


def _respelt(text: bytes) -> bytes | None:
    """Return what base64 says; None where it is not spelt as `encode` spells that."""
    try:
        content = binascii.a2b_base64(text)
    except binascii.Error:
        return None
    return content if binascii.b2a_base64(content, newline=False) == text else None


def _required_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _from_base64(value: Any) -> bytes:
    try:
        return base64.b64decode(_required_text(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("not base64") from error
