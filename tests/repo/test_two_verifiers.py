"""Signatures are judged in this process, or by ssh-keygen: both say the same of every good, damaged or foreign signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_ssh_private_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changeflow import errors
from changeflow.ledger import ssh_verification
from changeflow.ledger.chain import Signed, Verdict
from changeflow.ledger.envelope import Signature
from changeflow.ledger.keyring import KeyRing
from changeflow.ledger.known_signatures import KNOWN_SIGNATURES, SIGNED_CONTENT
from changeflow.ledger.ssh_signature import SshSignature, armour, read, unarmour
from changeflow.ledger.ssh_verification import is_made_by_its_key
from changeflow.model.sshkeys import CURVES, SshFormatError, kind_of, prefixed, public_key
from changeflow.repo import signature_verifier
from changeflow.repo.signature_verifier import SshVerifier, sign
from tests.examples import examples
from tests.repo.sshmaking import (
    CONTENT,
    Asker,
    Device,
    Parts,
    SshKey,
    ec_key,
    flipped,
    keyid_of,
    line_of,
    made_key,
    number,
    ring_of,
    rsa_parts,
    to_be_signed,
    wrapped,
)
from tests.repositories import Keys
from tests.standins import StandIn

KINDS: Mapping[str, tuple[str, ...]] = {
    "ed25519": ("-t", "ed25519"),
    "ecdsa-256": ("-t", "ecdsa", "-b", "256"),
    "ecdsa-384": ("-t", "ecdsa", "-b", "384"),
    "ecdsa-521": ("-t", "ecdsa", "-b", "521"),
    "rsa-2048": ("-t", "rsa", "-b", "2048"),
    "rsa-3072": ("-t", "rsa", "-b", "3072"),
}
FLIPS = 25  # places of a blob, for the kinds of which not every byte is flipped
ORDER = 2**252 + 27742317777372353535851937790883648493  # of the group that ed25519 signs with


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[SshKey, SshKey]]:
    """Two keys of every kind that ssh-keygen makes without a device."""
    folder = tmp_path_factory.mktemp("pairs")
    return {kind: (made_key(folder, f"{kind}-a", *how), made_key(folder, f"{kind}-b", *how)) for kind, how in KINDS.items()}


@pytest.fixture
def asker(tmp_path: Path) -> Asker:
    return Asker(tmp_path / "asked")


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Callable[[KeyRing, Sequence[Signed]], list[Verdict]]:
    """The verdicts of ssh-keygen where this process judges nothing."""

    def verdicts(ring: KeyRing, asked: Sequence[Signed]) -> list[Verdict]:
        with monkeypatch.context() as patch:
            patch.setattr(signature_verifier, "_held", set())
            patch.setattr(signature_verifier, "is_made_by_its_key", lambda *_: None)
            return SshVerifier(ring)(asked)

    return verdicts


def here(ring: KeyRing, asked: Sequence[Signed]) -> list[Verdict]:
    return SshVerifier(ring)(asked)


def signed(blob: bytes, key: bytes, content: bytes = CONTENT) -> Signed:
    return Signed(content, Signature(keyid_of(key), blob))


def is_left_to_ssh_keygen(blob: bytes, content: bytes = CONTENT) -> bool:
    try:
        return is_made_by_its_key(read(blob), content) is None
    except SshFormatError:
        return False


def variants(kind: str, key: SshKey, other: SshKey) -> dict[str, tuple[bytes, bytes]]:
    """Signatures with the content they are shown for: one that holds and many that do not."""
    good = key.signs()
    proof = read(other.signs()).proof
    places = range(len(good)) if kind == "ed25519" else range(0, len(good), len(good) // FLIPS)
    found = {f"flipped at {at}": (blob, CONTENT) for at, blob in zip(places, flipped(good, places), strict=True)}
    grafted = Parts(key.blob, wrapped(read(good).algorithm, proof)).blob
    return found | {
        "good": (good, CONTENT),
        "good, by the other digest": (key.signs(CONTENT, "changeflow", "-O", "hashalg=sha256"), CONTENT),
        "over no content": (key.signs(b""), b""),
        "over other content": (good, CONTENT + b"\n"),
        "over less content": (good, CONTENT[:-1]),
        "for git": (key.signs(CONTENT, "git"), CONTENT),
        "for something longer": (key.signs(CONTENT, "changeflow2"), CONTENT),
        "by another key": (other.signs(), CONTENT),
        "with another key's proof": (grafted, CONTENT),
        "the digest renamed": (good.replace(b"\0\0\0\6sha512", b"\0\0\0\6sha256"), CONTENT),
        "a digest that is none": (good.replace(b"\0\0\0\6sha512", b"\0\0\0\6sha384"), CONTENT),
        "cut by one": (good[:-1], CONTENT),
        "cut in half": (good[: len(good) // 2], CONTENT),
        "one byte behind": (good + b"\0", CONTENT),
        "a string behind": (good + prefixed(b"x"), CONTENT),
        "twice": (good + good, CONTENT),
        "empty": (b"", CONTENT),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_both_verifiers_agree_and_so_does_ssh_keygen_when_it_is_asked_past_us(
    pairs: dict[str, tuple[SshKey, SshKey]], kind: str, asker: Asker, alone: Callable[..., list[Verdict]]
) -> None:
    key, other = pairs[kind]
    found = variants(kind, key, other)
    asked = [signed(blob, key.blob, content) for blob, content in found.values()]
    ours = here(key.ring, asked)
    assert ours == alone(key.ring, asked)
    with ThreadPoolExecutor(4) as pool:
        theirs = list(pool.map(lambda pair: asker.says(key.line, *pair), found.values()))
    accepted = {name for name, verdict in zip(found, ours, strict=True) if verdict.person == "erin"}
    assert accepted == {"good", "good, by the other digest", "over no content"}
    assert {name for name, good in zip(found, theirs, strict=True) if good} == accepted
    left = [name for name, (blob, content) in found.items() if is_left_to_ssh_keygen(blob, content)]
    assert all(name.startswith("flipped at") for name in left)
    assert len(left) < 16


@pytest.mark.parametrize("name", ["rsa-sha2-256", "rsa-sha2-512"])
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
@pytest.mark.parametrize("kind", ["rsa-2048", "rsa-3072"])
def test_rsa_keys_sign_with_both_hashes(
    pairs: dict[str, tuple[SshKey, SshKey]], kind: str, name: str, digest: str, asker: Asker
) -> None:
    """ssh-keygen signs with `rsa-sha2-512` alone; agents and other programs may choose."""
    key = pairs[kind][0]
    private = load_ssh_private_key(key.file.read_bytes(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    parts = rsa_parts(private, name, digest)
    assert is_made_by_its_key(read(parts.blob), CONTENT) is True
    assert is_made_by_its_key(read(parts.blob), CONTENT + b"x") is False
    assert asker.says(key.line, parts.blob)
    swapped = "rsa-sha2-512" if name == "rsa-sha2-256" else "rsa-sha2-256"
    renamed = replace(parts, signature=wrapped(swapped, read(parts.blob).proof))
    assert is_made_by_its_key(read(renamed.blob), CONTENT) is False
    assert not asker.says(key.line, renamed.blob)


def test_an_rsa_signature_that_begins_with_zero_may_be_written_without_it(asker: Asker) -> None:
    private = rsa.generate_private_key(65_537, 2_048)
    contents = (b"content %d" % number for number in range(10_000))
    content, parts = next((one, made) for one in contents if read((made := rsa_parts(private, content=one)).blob).proof[0] == 0)
    short = replace(parts, signature=wrapped("rsa-sha2-512", read(parts.blob).proof.lstrip(b"\0")))
    assert is_made_by_its_key(read(short.blob), content) is True
    assert asker.says(line_of(short.key, "ssh-rsa"), short.blob, content)


# -- signatures that no honest program writes -----------------------------------------------------------------------------


def strange_ed25519() -> Iterator[tuple[str, Parts]]:
    private = ed25519.Ed25519PrivateKey.generate()
    key = prefixed(b"ssh-ed25519") + prefixed(private.public_key().public_bytes_raw())
    proof = private.sign(to_be_signed())
    yield "good", Parts(key, wrapped("ssh-ed25519", proof))
    scalar = int.from_bytes(proof[32:], "little")
    for times in (1, 2, 7, 14):
        larger = proof[:32] + (scalar + times * ORDER).to_bytes(32, "little")
        yield f"the scalar larger by {times} orders", Parts(key, wrapped("ssh-ed25519", larger))
    yield "something reserved", Parts(key, wrapped("ssh-ed25519", proof), reserved=b"x")
    yield "version 0", Parts(key, wrapped("ssh-ed25519", proof), version=0)
    yield "version 2", Parts(key, wrapped("ssh-ed25519", proof), version=2)
    yield "other magic", Parts(key, wrapped("ssh-ed25519", proof), magic=b"SSHSIg")
    yield "a namespace that ends with NUL", Parts(key, wrapped("ssh-ed25519", proof), namespace=b"changeflow\0")
    yield "a namespace in capitals", Parts(key, wrapped("ssh-ed25519", proof), namespace=b"CHANGEFLOW")
    yield "a digest that ends with NUL", Parts(key, wrapped("ssh-ed25519", proof), digest=b"sha512\0")
    yield "the algorithm of another kind", Parts(key, wrapped("ecdsa-sha2-nistp256", proof))
    yield "something behind the proof", Parts(key, wrapped("ssh-ed25519", proof, b"\0"))


def small_order() -> Iterator[tuple[str, Parts]]:
    """Keys that everybody can sign for, some of them spelt in two ways: R is the neutral point, and the scalar is 0."""
    prime = 2**255 - 19
    for name, y in (("0", 0), ("1", 1), ("p-1", prime - 1), ("p", prime), ("p+1", prime + 1)):
        for sign_bit in (0, 1):
            point = (y | sign_bit << 255).to_bytes(32, "little")
            key = prefixed(b"ssh-ed25519") + prefixed(point)
            proof = (1).to_bytes(32, "little") + bytes(32)
            yield f"y = {name}, sign {sign_bit}", Parts(key, wrapped("ssh-ed25519", proof))


def strange_ecdsa() -> Iterator[tuple[str, Parts]]:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    private = ec.generate_private_key(ec.SECP256R1())
    key, name = ec_key(private, "nistp256"), "ecdsa-sha2-nistp256"
    r, s = decode_dss_signature(private.sign(to_be_signed(), ec.ECDSA(hashes.SHA256())))
    yield "good", Parts(key, wrapped(name, number(r) + number(s)))
    yield "the other s", Parts(key, wrapped(name, number(r) + number(order - s)))
    yield "s larger by the order", Parts(key, wrapped(name, number(r) + number(s + order)))
    yield "r is the order", Parts(key, wrapped(name, number(order) + number(s)))
    yield "r is nothing", Parts(key, wrapped(name, prefixed(b"") + number(s)))
    yield "a zero before r", Parts(key, wrapped(name, prefixed(b"\0\0" + r.to_bytes(32, "big")) + number(s)))
    yield "a negative r", Parts(key, wrapped(name, prefixed(b"\xff" * 32) + number(s)))
    yield "three numbers", Parts(key, wrapped(name, number(r) + number(s) + number(s)))
    off = b"".join(map(prefixed, (name.encode("ascii"), b"nistp256", b"\4" + b"\1" * 64)))
    yield "no point of the curve", Parts(off, wrapped(name, number(r) + number(s)))
    yield "the point at infinity", Parts(key[:-69] + prefixed(b"\0"), wrapped(name, number(r) + number(s)))


def strange_rsa() -> Iterator[tuple[str, Parts]]:
    private = rsa.generate_private_key(65_537, 2_048)
    good = rsa_parts(private)
    proof, modulus = read(good.blob).proof, private.public_key().public_numbers().n
    larger = int.from_bytes(proof, "big") + modulus
    yield "good", good
    yield "a zero in front", replace(good, signature=wrapped("rsa-sha2-512", b"\0" + proof))
    yield "larger by the modulus", replace(good, signature=wrapped("rsa-sha2-512", larger.to_bytes(257, "big").lstrip(b"\0")))
    yield "sha1", rsa_parts(private, "ssh-rsa")
    yield "nothing", replace(good, signature=wrapped("rsa-sha2-512", b""))
    small = rsa_parts(rsa.generate_private_key(65_537, 1_024))  # noqa: S505 - the shortest that OpenSSH takes
    yield "1024 bits", small
    yield "1024 bits, over something else", replace(small, digest=b"sha256")
    yield "exponent 3", rsa_parts(rsa.generate_private_key(3, 2_048))
    short = 512
    key = prefixed(b"ssh-rsa") + number(65_537) + number((1 << short) - 569)
    yield "512 bits", Parts(key, wrapped("rsa-sha2-512", b"\1" * (short // 8)))


STRANGE: Mapping[str, tuple[Callable[[], Iterator[tuple[str, Parts]]], frozenset[str]]] = {
    "ed25519": (strange_ed25519, frozenset({"something reserved", "version 0", "a namespace that ends with NUL", "a digest that ends with NUL"})),
    "small order": (small_order, frozenset()),
    "ecdsa": (strange_ecdsa, frozenset({"a zero before r"})),
    "rsa": (strange_rsa, frozenset()),
}  # fmt: skip


@pytest.mark.parametrize("what", STRANGE)
def test_strange_signatures_are_judged_alike_and_never_taken_where_openssh_takes_none(
    what: str, asker: Asker, alone: Callable[..., list[Verdict]]
) -> None:
    """Beside each kind stand the spellings that OpenSSH takes for another one; here there is one spelling."""
    made, lenient = STRANGE[what]
    for name, parts in made():
        line = line_of(parts.key, kind_of(parts.key))
        ring = ring_of(line)
        asked = [signed(parts.blob, parts.key)]
        ours = here(ring, asked)
        assert ours == alone(ring, asked), name
        fits = ours[0].problem in ("", "ledger-unknown-key")
        assert asker.says(line, parts.blob) == (fits or name in lenient), name
        assert not (fits and name in lenient), name


def test_a_scalar_that_openssh_takes_and_openssl_does_not_is_openssh_s_to_judge(asker: Asker) -> None:
    strange = dict(strange_ed25519())["the scalar larger by 1 orders"]
    assert is_made_by_its_key(read(strange.blob), CONTENT) is None
    ring = ring_of(line_of(strange.key, "ssh-ed25519"))
    verdict = here(ring, [signed(strange.blob, strange.key)])[0]
    assert (verdict.person == "erin") == asker.says(line_of(strange.key, "ssh-ed25519"), strange.blob)


@pytest.mark.parametrize("name", CURVES)
def test_a_point_is_one_of_its_curve_exactly_where_the_library_says_so(name: bytes) -> None:
    curve = {b"nistp256": ec.SECP256R1(), b"nistp384": ec.SECP384R1(), b"nistp521": ec.SECP521R1()}[name]
    point = ec_key(ec.generate_private_key(curve), name.decode("ascii"))[-1 - 2 * CURVES[name].size :]
    assert CURVES[name].has(point)
    for at in range(1, len(point), 7):
        other = point[:at] + bytes([point[at] ^ 1]) + point[at + 1 :]
        assert not CURVES[name].has(other)
        with pytest.raises(ValueError, match="Invalid EC key"):
            ec.EllipticCurvePublicKey.from_encoded_point(curve, other)
    infinite = b"\4" + bytes(2 * CURVES[name].size)
    assert not CURVES[name].has(infinite)
    with pytest.raises(SshFormatError, match="no point of the curve"):
        public_key(line_of(b"".join(map(prefixed, (b"ecdsa-sha2-" + name, name, infinite))), f"ecdsa-sha2-{name.decode('ascii')}"))


# -- any damage ------------------------------------------------------------------------------------------------------------


def edits() -> st.SearchStrategy[tuple[int, int, bytes]]:
    """A place, how many bytes go there, and what comes instead."""
    return st.tuples(st.integers(0, 999), st.integers(0, 3), st.binary(max_size=3))


@given(kind=st.sampled_from(sorted(KINDS)), changes=st.lists(edits(), min_size=1, max_size=2), within=st.booleans())
@settings(max_examples=examples(120), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_judged_alike(
    pairs: dict[str, tuple[SshKey, SshKey]],
    alone: Callable[..., list[Verdict]],
    kind: str,
    changes: list[tuple[int, int, bytes]],
    *,
    within: bool,
) -> None:
    """At most one ssh-keygen for each example, two where this process leaves it the judgement."""
    key = pairs[kind][0]
    good = kept(key)
    said = read(good)
    damaged = said.proof if within else good
    for place, gone, come in changes:
        at = place % (len(damaged) + 1)
        damaged = damaged[:at] + come + damaged[at + gone :]
    blob = Parts(key.blob, wrapped(said.algorithm, damaged)).blob if within else damaged
    asked = [signed(blob, key.blob)]
    ours = here(key.ring, asked)
    assert ours == alone(key.ring, asked)
    if ours[0].person is not None:
        # RSA signatures are numbers: a zero in front may be missing.
        assert read(blob).proof.lstrip(b"\0") == said.proof.lstrip(b"\0")


SIGNED: dict[Path, bytes] = {}


def kept(key: SshKey) -> bytes:
    """What a key signed when it was asked first."""
    if key.file not in SIGNED:
        SIGNED[key.file] = key.signs()
    return SIGNED[key.file]


# -- the armour ------------------------------------------------------------------------------------------------------------


ARMOURED: Mapping[str, Callable[[str], str]] = {
    "as written": lambda text: text,
    "with text behind": lambda text: text + "and more\n",
    "with text right behind the end": lambda text: text.rstrip("\n") + "more",
    "without the last line break": lambda text: text.rstrip("\n"),
    "with a space in a line": lambda text: text.replace("SIGNATURE-----\nU1NI", "SIGNATURE-----\nU1 NI\n", 1),
    "with an empty line": lambda text: text.replace("\n", "\n\n", 1),
    "on one line": lambda text: text[:29] + "\n" + "".join(text.splitlines()[1:-1]) + "\n" + text[-28:],
    "with a tab before the content": lambda text: text.replace("\n", "\n\t", 1),
    "with a line break before": lambda text: "\n" + text,
    "with a space before": lambda text: " " + text,
    "with text before": lambda text: "signature:\n" + text,
    "without a line break before the end": lambda text: text.replace("\n-----END", "-----END"),
    "without an end": lambda text: text[: text.index("-----END")],
    "without a beginning": lambda text: text[text.index("\n") + 1 :],
    "of a PGP signature": lambda text: text.replace("SSH SIGNATURE", "PGP SIGNATURE"),
    "with a character that is none": lambda text: text.replace("U1NI", "U1N!", 1),
    "with something behind the padding": lambda text: text.replace("\n-----END", "====\n-----END"),
    "empty": lambda _: "",
    "without content": lambda text: text[:30] + text[-30:],
}


@pytest.mark.parametrize("how", ARMOURED)
@pytest.mark.parametrize("kind", ["ed25519", "rsa-2048"])
def test_armour_is_read_as_openssh_reads_it(
    pairs: dict[str, tuple[SshKey, SshKey]], kind: str, how: str, asker: Asker
) -> None:
    key = pairs[kind][0]
    text = ARMOURED[how](armour(kept(key)))
    try:
        blob = unarmour(text)
    except SshFormatError:
        blob = b""
    assert (blob == kept(key)) == asker.says_of_text(key.line, text), text


def test_armour_with_crlf_is_read_as_newer_releases_of_openssh_read_it(pairs: dict[str, tuple[SshKey, SshKey]]) -> None:
    good = kept(pairs["ed25519"][0])
    assert unarmour(armour(good).replace("\n", "\r\n")) == good


# -- what is left to ssh-keygen ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_keys_on_a_device_are_left_to_ssh_keygen(kind: str, asker: Asker, stand_in: StandIn) -> None:
    """No device is at hand: the test plays its part, and ssh-keygen finds that it does so rightly."""
    made = getattr(Device(), kind)
    good, untouched = made(), made(touched=0)
    line = line_of(good.key, kind_of(good.key))
    for parts, content in ((good, CONTENT), (good, b"other"), (untouched, CONTENT)):
        assert is_made_by_its_key(read(parts.blob), content) is None
        verdict = here(ring_of(line), [signed(parts.blob, parts.key, content)])[0]
        assert (verdict.person == "erin") == asker.says(line, parts.blob, content)
    assert here(ring_of(line), [signed(good.blob, good.key)])[0].person == "erin"
    assert here(ring_of(line), [signed(good.blob, good.key, b"other")])[0].problem == "ledger-signature"
    stand_in("ssh-keygen", "exit 1")
    with pytest.raises(errors.CannotJudge):
        here(ring_of(line), [signed(good.blob, good.key)])


def test_certificates_are_left_to_ssh_keygen_and_prove_nothing(keys: Keys, stand_in: StandIn) -> None:
    made = sign(CONTENT, str(keys.certificate("carol")))
    said = read(made.sig)
    assert kind_of(said.public_key) == "ssh-ed25519-cert-v01@openssh.com"
    assert is_made_by_its_key(said, CONTENT) is None
    ring = keys.ring("carol")
    assert here(ring, [Signed(CONTENT, made)])[0].problem == "ledger-unknown-key"
    assert here(ring, [Signed(b"other", made)])[0].problem == "ledger-signature"
    stand_in("ssh-keygen", "kill -9 $$")
    with pytest.raises(errors.CannotJudge) as caught:
        here(ring, [Signed(CONTENT, made)])
    assert caught.value.exit_code == 5


def test_what_is_judged_here_starts_no_process_and_the_rest_keeps_its_order(
    pairs: dict[str, tuple[SshKey, SshKey]], stand_in: StandIn, tmp_path: Path
) -> None:
    device = Device().ed25519()
    ring = KeyRing({**ring_of(line_of(device.key, kind_of(device.key))).keys, **pairs["ecdsa-384"][0].ring.keys})
    plain = signed(pairs["ecdsa-384"][0].signs(), pairs["ecdsa-384"][0].blob)
    forged = replace(plain, content=b"other")
    strange = signed(pairs["rsa-2048"][0].signs(), pairs["rsa-2048"][0].blob)
    on_device, off_device = signed(device.blob, device.key), signed(device.blob, device.key, b"other")
    stand_in("ssh-keygen", f'echo . >> "{tmp_path}/runs"; exec "$REAL" "$@"')
    verdicts = here(ring, [plain, off_device, strange, on_device, forged])
    assert [verdict.problem for verdict in verdicts] == ["", "ledger-signature", "ledger-unknown-key", "", "ledger-signature"]
    assert (tmp_path / "runs").read_text(encoding="ascii").split() == [".", "."]


# -- a library that does not work ----------------------------------------------------------------------------------------------


def refuses(_said: SshSignature, _data: bytes) -> bool:
    raise InvalidSignature


def lacks_it(_said: SshSignature, _data: bytes) -> bool:
    raise UnsupportedAlgorithm("not in this build")


def fails(_said: SshSignature, _data: bytes) -> bool:
    raise RuntimeError("FIPS")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Callable[..., bool]], None]]:
    """Puts something else in the place of what the library computes for one algorithm."""

    def put(algorithm: str, instead: Callable[..., bool]) -> None:
        monkeypatch.setattr(signature_verifier, "_held", set())
        monkeypatch.setattr(ssh_verification, "_VERIFIERS", {**ssh_verification._VERIFIERS, algorithm: instead})
        ssh_verification._judges_known_signatures.cache_clear()

    yield put
    ssh_verification._judges_known_signatures.cache_clear()


@pytest.mark.parametrize("how", [refuses, lacks_it, fails, lambda *_: True])
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-521", "rsa-3072"])
def test_a_library_that_fails_on_a_signature_known_to_hold_is_asked_nothing(
    pairs: dict[str, tuple[SshKey, SshKey]], kind: str, how: Callable[..., bool], broken: Callable[..., None], stand_in: StandIn
) -> None:
    key = pairs[kind][0]
    algorithm = read(kept(key)).algorithm
    broken(algorithm, how)
    asked = [signed(kept(key), key.blob), signed(kept(key), key.blob, b"other")]
    assert [verdict.problem for verdict in here(key.ring, asked)] == ["", "ledger-signature"]
    stand_in("ssh-keygen", "kill -9 $$")
    for one in asked:
        with pytest.raises(errors.CannotJudge, match="cannot be checked here") as caught:
            here(key.ring, [one])
        assert caught.value.exit_code == 5


@pytest.mark.usefixtures("without_library")
@pytest.mark.parametrize("kind", KINDS)
def test_without_the_library_ssh_keygen_judges(pairs: dict[str, tuple[SshKey, SshKey]], kind: str) -> None:
    key = pairs[kind][0]
    assert is_made_by_its_key(read(kept(key)), CONTENT) is None
    assert here(key.ring, [signed(kept(key), key.blob)])[0].person == "erin"


@pytest.mark.parametrize("algorithm", KNOWN_SIGNATURES)
def test_the_known_signatures_hold_for_ssh_keygen_as_well(algorithm: str, asker: Asker) -> None:
    said = read(unarmour(KNOWN_SIGNATURES[algorithm]))
    assert said.algorithm == algorithm
    assert asker.says_of_text(line_of(said.public_key, kind_of(said.public_key)), KNOWN_SIGNATURES[algorithm], SIGNED_CONTENT)


def test_there_is_a_known_signature_for_every_algorithm() -> None:
    assert set(KNOWN_SIGNATURES) == set(ssh_verification._VERIFIERS)


@pytest.mark.parametrize("algorithm", KNOWN_SIGNATURES)
def test_a_key_of_another_kind_than_its_signature_is_not_judged_here_whatever_its_numbers(algorithm: str) -> None:
    said = read(unarmour(KNOWN_SIGNATURES[algorithm]))
    assert is_made_by_its_key(said, SIGNED_CONTENT)
    kind = kind_of(said.public_key).encode("ascii")
    strange = prefixed(kind[:-1] + b"!") + said.public_key.removeprefix(prefixed(kind))
    assert is_made_by_its_key(replace(said, public_key=strange), SIGNED_CONTENT) is None
