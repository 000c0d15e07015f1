"""What stands in a ledger file, to the byte, and what is refused."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.ledger import envelope, statement
from changeflow.ledger.envelope import DsseEnvelope, Signature, pae
from changeflow.ledger.known_signatures import KNOWN_SIGNATURES
from changeflow.ledger.ssh_signature import _read_whole, armour, read, unarmour
from changeflow.model import strictjson
from changeflow.model.canonical import NotUtf8Error, canonical_json, is_canonical
from changeflow.model.evidence import AssessmentBody
from changeflow.model.sshkeys import SshFormatError, public_key
from changeflow.model.strictjson import MalformedError, parse, parse_canonical
from changeflow.model.subjects import Subject
from tests.repositories import CONTENT, NOON, approval, change_id, draft, release


class TestStrictJson:
    @pytest.mark.parametrize("text", ["{}", "[]", "null", '{"a":[1,-2,"x",true,null]}', '"\\u0041"', "[" * 60 + "]" * 60])
    def test_plain_json_is_what_json_says_it_is(self, text: str) -> None:
        assert strictjson.parse(text.encode()) == json.loads(text)

    @pytest.mark.parametrize(
        "data",
        [
            b"", b" ", b"{", b"nonsense", b"{} {}", b'{"a":1,"a":2}', b'[{"x":{"b":1,"b":1}}]', b"NaN", b"[Infinity]", b"-Infinity",
            b"1e999", b"1.5", b"[1e3]", b"\xff", b"\xef\xbb\xbf{}", b"[" * 65 + b"]" * 65, b"[" * 200_000, b'{"a":' * 5_000,
            b"9" * 5_000, b'{"__proto__":', b"'a'", b'{"a":1,}',
        ],
    )  # fmt: skip
    def test_what_has_no_or_several_meanings_is_malformed(self, data: bytes) -> None:
        with pytest.raises(MalformedError):
            strictjson.parse(data)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(st.sampled_from('aK\u212a\u00e9e\u0301\x07"\\/')),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(st.sampled_from("bK\u212a\u00e9")), inner),
            max_leaves=8,
        ),
        st.booleans(),
        st.booleans(),
        st.sampled_from([(",", ":"), (", ", ": ")]),
    )
    def test_one_spelling_is_told_from_all_others(
        self, value: object, in_order: bool, in_ascii: bool, between: tuple[str, str]
    ) -> None:
        data = json.dumps(value, sort_keys=in_order, ensure_ascii=in_ascii, separators=between).encode()
        try:
            whole = canonical_json(value) == data
        except NotUtf8Error:
            whole = False
        assert is_canonical(strictjson.parse(data), data) is whole

    def test_brackets_inside_of_text_are_text(self) -> None:
        text = "[{" * 500 + '\\"'
        assert strictjson.parse(json.dumps([text]).encode()) == [text]

    def test_more_than_the_limit_is_not_even_looked_at(self) -> None:
        with pytest.raises(MalformedError, match="too many"):
            strictjson.parse(b" " * (strictjson.SIZE_LIMIT + 1))

    @given(st.binary(max_size=60))
    def test_no_bytes_crash_the_reader(self, data: bytes) -> None:
        try:
            strictjson.parse(data)
        except MalformedError:
            return


class TestEnvelope:
    def test_the_encoding_before_signing_is_the_one_of_the_dsse_specification(self) -> None:
        assert pae("http://example.com/HelloWorld", b"hello world") == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        assert pae("é", b"") == "DSSEv1 2 é 0 ".encode()

    @given(st.binary(), st.lists(st.tuples(st.text(st.characters(codec="ascii")), st.binary())))
    def test_what_is_written_is_read_back(self, payload: bytes, signatures: list[tuple[str, bytes]]) -> None:
        wrapped = DsseEnvelope(payload, tuple(Signature(keyid, sig) for keyid, sig in signatures))
        assert envelope.decode(envelope.encode(wrapped)) == wrapped

    @pytest.mark.parametrize(
        "change",
        [
            lambda data: data.rstrip(b"\n"),
            lambda data: data + b"\n",
            lambda data: b" " + data,
            lambda data: data.replace(b'":', b'": '),
            lambda data: data.replace(b"{", b'{"extra":1,'),
            lambda data: data.replace(b'"payload":"', b'"payload":"\\u0041'),
            lambda data: data.replace(b'"payloadType"', b'"payloadtype"'),
            lambda data: data.replace(b'"signatures":[]', b'"signatures":{}'),
            lambda data: data.replace(b'"signatures":[]', b'"signatures":[{"keyid":1,"sig":"AA=="}]'),
            lambda data: data.replace(b'"signatures":[]', b'"signatures":[{"keyid":"x","sig":"?"}]'),
            lambda data: data.replace(b'"signatures":[]', b'"signatures":null'),
            lambda _: b"[]\n",
            lambda _: b"null\n",
            lambda _: b'"text"\n',
        ],
    )
    def test_any_other_spelling_is_malformed(self, change: object) -> None:
        data = envelope.encode(DsseEnvelope(b"payload"))
        with pytest.raises(MalformedError):
            envelope.decode(change(data))  # type: ignore[operator]

    def test_base64_with_loose_bits_is_another_spelling(self) -> None:
        data = envelope.encode(DsseEnvelope(b"a"))
        assert b'"YQ=="' in data
        with pytest.raises(MalformedError):
            envelope.decode(data.replace(b"YQ==", b"YR=="))


class TestStatement:
    def payload(self, **changes: object) -> bytes:
        plain = json.loads(statement.encode(approval(), 1, None, "test"))
        for place, value in changes.items():
            target = plain
            *way, last = place.split("__")
            for step in way:
                target = target[step]
            if value is ...:
                del target[last]
            else:
                target[last] = value
        return canonical_json(plain)

    def test_a_statement_says_what_the_draft_said_and_where_it_stands(self) -> None:
        payload = statement.encode(approval("carol", comment="ja"), 7, "sha256:" + "0" * 64, "changeflow 1.2")
        said = statement.decode(payload)
        assert said.body == approval("carol", comment="ja").body
        assert (said.header.seq, said.header.previous, said.header.change) == (7, "sha256:" + "0" * 64, change_id())
        assert said.header.tool == "changeflow 1.2"
        assert said.subject == approval().subject

    def test_what_is_signed_names_the_repository_where_it_has_an_id(self) -> None:
        named = statement.encode(approval(), 1, None, "test", "payments")
        assert statement.decode(named).header.repository == "payments"
        assert statement.decode(statement.encode(approval(), 1, None, "test")).header.repository is None

    @pytest.mark.parametrize("name", ["", " ", "a b", "a\n", "-a", 7, None])
    def test_a_repository_is_named_by_an_id_or_not_at_all(self, name: object) -> None:
        with pytest.raises(MalformedError):
            statement.decode(self.payload(predicate__ledger__repository=name))

    def test_the_bytes_of_version_1_stay_what_they_are(self) -> None:
        golden = (
            '{"_type":"https://in-toto.io/Statement/v1","predicate":{"by":"carol","comment":"é","decision":"approve","digest":"sha256:'
            + "ab" * 32
            + '","ledger":{"at":"2026-11-21T12:00:00Z","change":"CHG-20261121-db","previous":null,"recorded_at":"2026-11-21T12:00:00Z",'
            '"seq":1,"simulated":false,"tool":"changeflow 0"},"role":"cab"},"predicateType":"https://changeflow.dev/approval/v1",'
            '"subject":[{"digest":{"gitCommit":"' + "ef" * 20 + '","sha256":"' + "cd" * 32 + '"},'
            '"name":"changes/CHG-20261121-db/rfc.yaml"}]}'
        )
        assert statement.encode(approval(comment="e\u0301"), 1, None, "changeflow 0").decode() == golden
        assert statement.decode(golden.encode()).body == approval(comment="é").body

    def test_numbers_with_fractions_become_text(self) -> None:
        said = statement.decode(statement.encode(draft(AssessmentBody(assessment={"digest": CONTENT, "x": 0.1})), 1, None, "t"))
        assert said.body.assessment["x"] == "0.1"  # type: ignore[union-attr]

    def test_without_a_document_the_subject_is_the_effective_change(self) -> None:
        bare = release().model_copy(update={"subject": ()})
        assert statement.decode(statement.encode(bare, 1, None, "t")).subject == (
            Subject(name=change_id(), sha256=CONTENT.removeprefix("sha256:")),
        )

    def test_the_file_is_named_after_change_number_and_kind(self) -> None:
        assert statement.file_name("CHG-20261121-a", 42, "approval") == "CHG-20261121-a/000042-approval.json"

    @pytest.mark.parametrize(
        "changes",
        [
            {"_type": "https://in-toto.io/Statement/v0.1"},
            {"_type": ...},
            {"predicateType": ...},
            {"predicate": ...},
            {"predicate": []},
            {"predicate": "text"},
            {"subject": ...},
            {"subject": []},
            {"subject": [{}]},
            {"subject": [1]},
            {"subject": [{"name": "x", "digest": {}}]},
            {"subject": [{"name": "x", "digest": {"md5": "x"}}]},
            {"subject": [{"name": "x", "digest": {"sha256": "x"}, "extra": 1}]},
            {"subject": [{"name": "x", "digest": {"sha256": "x"}}]},
            {"subject": [{"name": "x", "digest": {"sha256": 5}}]},
            {"subject": [{"name": "x", "digest": {"sha256": "ab" * 32, "gitCommit": "HEAD"}}]},
            {"surplus": 1},
            {"predicate__ledger": ...},
            {"predicate__ledger": 5},
            {"predicate__ledger__seq": 0},
            {"predicate__ledger__seq": "1"},
            {"predicate__ledger__seq": True},
            {"predicate__ledger__previous": "abc"},
            {"predicate__ledger__change": "../../etc"},
            {"predicate__ledger__change": change_id() + "\n"},
            {"predicate__ledger__at": "2026-11-21"},
            {"predicate__ledger__at": "2026-11-21T13:00:00Z"},
            {"predicate__ledger__simulated": "no"},
            {"predicate__ledger__extra": 1},
            {"predicate__decision": "maybe"},
            {"predicate__by": None},
            {"predicate__digest": ...},
            {"predicate__surplus": 1},
        ],
        ids=str,
    )
    def test_anything_but_a_statement_of_ours_is_malformed(self, changes: dict[str, object]) -> None:
        with pytest.raises(MalformedError):
            statement.decode(self.payload(**changes))

    @pytest.mark.parametrize(
        "predicate_type",
        [
            "https://changeflow.dev/approval/v2",
            "https://changeflow.dev/party/v1",
            "https://example.com/approval/v1",
            "https://changeflow.dev/approval/v1\n",
            "https://changeflow.dev/approval/v١",
            "",
            None,
            7,
        ],
    )
    def test_an_unknown_kind_or_version_is_refused_by_name(self, predicate_type: object) -> None:
        with pytest.raises(statement.UnknownVersionError):
            statement.decode(self.payload(predicateType=predicate_type))

    def test_a_fixed_clock_that_is_not_admitted_is_malformed(self) -> None:
        simulated = draft(approval().body, real=NOON + timedelta(hours=1))
        payload = statement.encode(simulated, 1, None, "t")
        assert statement.decode(payload).header.simulated
        with pytest.raises(MalformedError, match="not marked simulated"):
            statement.decode(payload.replace(b'"simulated":true', b'"simulated":false'))

    def test_another_spelling_of_the_same_statement_is_malformed(self) -> None:
        payload = self.payload()
        for other in (payload + b" ", payload.replace(b":", b": ", 1), json.dumps(json.loads(payload), indent=1).encode()):
            with pytest.raises(MalformedError):
                statement.decode(other)


class TestSshSignatureFormat:
    @given(st.binary(min_size=1, max_size=300))
    def test_armour_comes_off_as_it_was_put_on(self, blob: bytes) -> None:
        assert unarmour(armour(blob)) == blob

    @given(st.binary(max_size=80))
    def test_no_bytes_crash_the_readers(self, data: bytes) -> None:
        for attempt in (lambda: read(data), lambda: read(b"SSHSIG\0\0\0\1" + data), lambda: unarmour(data.decode("latin-1"))):
            try:
                attempt()
            except SshFormatError:
                continue

    @given(st.text(max_size=80))
    def test_no_text_crashes_the_key_reader(self, text: str) -> None:
        try:
            public_key(text)
        except SshFormatError:
            return

    def test_a_key_that_spans_two_lines_is_none(self) -> None:
        blob = base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(32)).decode()
        assert public_key(f"ssh-ed25519 {blob} carol")[0] == "ssh-ed25519"
        with pytest.raises(SshFormatError):
            public_key(f"ssh-ed25519 {blob}\n* ssh-ed25519 {blob}")


def test_every_kind_of_entry_is_known_to_the_wire_and_says_what_it_is_about() -> None:
    from changeflow.ledger import chain
    from changeflow.model.evidence import BODIES, KINDS, NO_CHANGE

    words = "approval assessment baseline decision evidence hold notification rehearsal release review verification"
    assert sorted(KINDS) == words.split()
    assert [kind for kind in KINDS if chain._PATH.fullmatch(statement.file_name("CHG-20261121-a", 1, kind)) is None] == []
    assert chain._PATH.fullmatch(statement.file_name(NO_CHANGE, 1, "baseline")) is not None
    assert [body.__name__ for body in BODIES if not {"content", "told"} <= set(dir(body))] == []


@pytest.mark.parametrize("about", ["_", "CHG-20261121-a"])
def test_an_entry_is_about_a_change_or_about_none_as_its_kind_says(about: str) -> None:
    from changeflow.model.evidence import ApprovalBody, BaselineBody

    bodies = {
        "_": BaselineBody(name="q4", commit="ab" * 20, digest=f"sha256:{'ab' * 32}", items=1, relations=0),
        "CHG-20261121-a": ApprovalBody(decision="approve", by="carol", digest=f"sha256:{'ab' * 32}"),
    }
    for place, body in bodies.items():
        payload = statement.encode(statement.Draft(change=about, body=body, at=NOON, recorded_at=NOON), 1, None, "changeflow 0")
        if place == about:
            assert statement.decode(payload).body == body
        else:
            with pytest.raises(MalformedError, match="is about"):
                statement.decode(payload)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"payload":"', b'"payload": "'),
        (b'"}]}\n', b'"}]}'),
        (b'"}]}\n', b'"}]}\n\n'),
        (b'"signatures":[{', b'"signatures":[{"a":1,'),
        (b'{"payload"', b'{"payload":"","payload"'),
        (b"SHA256:", b"SHA256\\u003a"),
        (b"QQ==", b"QR=="),
        (b"QQ==", b"QQ="),
        (b"QQ==", b"QQ"),
        (b"QQ==", b"Q-=="),
    ],
)
def test_an_envelope_in_the_usual_form_is_read_no_less_strictly(old: bytes, new: bytes) -> None:
    usual = envelope.encode(envelope.DsseEnvelope(b'{"a":1}', (envelope.Signature("SHA256:ab/c+", b"A"),)))
    assert envelope.encode(envelope.decode(usual)) == usual
    assert usual.count(old) == 1, usual
    with pytest.raises(MalformedError):
        envelope.decode(usual.replace(old, new))


@given(st.binary(max_size=80), st.text(max_size=12), st.binary(max_size=80), st.integers(0, 500), st.integers(0, 255))
def test_every_envelope_that_is_taken_is_spelt_in_the_one_way(payload: bytes, keyid: str, sig: bytes, at: int, byte: int) -> None:
    data = bytearray(envelope.encode(envelope.DsseEnvelope(payload, (envelope.Signature(keyid, sig),))))
    assert envelope.decode(bytes(data)).payload == payload
    data[at % len(data)] = byte
    try:
        found = envelope.decode(bytes(data))
    except MalformedError:
        return
    assert envelope.encode(found) == bytes(data)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8), st.integers(0, 200), st.integers(32, 126))
def test_the_fast_reader_takes_what_the_strict_one_takes_and_finds_the_same(value: object, at: int, byte: int) -> None:
    for data in (canonical_json(value), bytes(edited(canonical_json(value), at, byte))):
        fast = parse_canonical(data, is_canonical)
        if fast is not None:
            assert fast == parse(data)
            assert is_canonical(fast, data)


def edited(data: bytes, at: int, byte: int) -> bytearray:
    found = bytearray(data)
    found[at % len(found)] = byte
    return found


@pytest.mark.parametrize("text", ['{"a":1,"a":1}', '{"a":1.5}', '{"a":NaN}', '{"a":1e999}', '{"b":1,"a":1}', '{"a": 1}', "[" * 200 + "]" * 200, '{"a":-0}'])
def test_the_fast_reader_leaves_to_the_strict_one_what_has_another_meaning(text: str) -> None:
    assert parse_canonical(text.encode(), is_canonical) is None


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-256"])
@given(st.integers(0, 3000), st.integers(0, 255), st.integers(-70, 70))
def test_signatures_that_begin_alike_are_taken_apart_like_the_first(kind: str, at: int, byte: int, longer: int) -> None:
    blob = bytearray(unarmour(KNOWN_SIGNATURES[kind]))
    assert read(bytes(blob)) == _read_whole(bytes(blob))
    blob[at % len(blob)] = byte
    edited = bytes(blob) + bytes(max(longer, 0)) if longer >= 0 else bytes(blob[:longer])
    try:
        expected = _read_whole(edited)
    except SshFormatError as error:
        with pytest.raises(SshFormatError, match=str(error)):
            read(edited)
    else:
        assert read(edited) == expected
