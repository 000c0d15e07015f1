"""The chain as a pure function of files, against random manipulation."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.ledger import envelope, statement
from changeflow.ledger.chain import RepositoryId, Signed, Verdict, is_sound, verify
from changeflow.ledger.chain_rules import CREDIT_RULES
from changeflow.ledger.envelope import DsseEnvelope, Signature
from changeflow.ledger.statement import Draft
from changeflow.model.canonical import digest_bytes
from tests.examples import examples
from tests.repositories import approval, change_id, release

Files = list[tuple[str, bytes]]


def build(
    drafts: Sequence[Draft], signatures: Sequence[tuple[Signature, ...]] = (), repositories: Sequence[str | None] = ()
) -> Files:
    files: Files = []
    for index, item in enumerate(drafts):
        previous = digest_bytes(files[-1][1]) if files else None
        payload = statement.encode(item, index + 1, previous, "test", repositories[index] if repositories else None)
        wrapped = DsseEnvelope(payload, signatures[index] if signatures else ())
        files.append((statement.file_name(item.change, index + 1, item.body.kind), envelope.encode(wrapped)))
    return files


def chain(count: int = 6) -> Files:
    return build([approval(change=f"c{number % 3}", comment=str(number)) if number % 2 else release(change=f"c{number % 3}") for number in range(count)])


def named(asked: Sequence[Signed]) -> list[Verdict]:
    """A key is its owner's name here; `bad` never holds, `stranger` is in nobody's roster."""
    verdicts = []
    for item in asked:
        name = item.signature.keyid
        problem = {"bad": "ledger-signature", "stranger": "ledger-unknown-key"}.get(name, "")
        verdicts.append(Verdict(None if problem else name, name, problem, {"keyid": name}))
    return verdicts


def problems(files: Files, **options: object) -> list[str]:
    return [finding.rule for finding in verify(files, named, **options)[1]]  # type: ignore[arg-type]


def test_an_untouched_chain_holds() -> None:
    entries, findings = verify(chain(), named)
    assert findings == ()
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5, 6]


def test_no_files_are_a_chain_too() -> None:
    assert verify([], named) == ((), ())


CHAIN = chain()


@settings(max_examples=examples(300))
@given(st.data())
def test_any_changed_byte_but_in_the_last_file_breaks_the_chain_and_there_it_changes_the_digest(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(CHAIN) - 1))
    path, content = CHAIN[index]
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[at]))
    files = list(CHAIN)
    files[index] = (path, content[:at] + bytes([byte]) + content[at + 1 :])
    entries, findings = verify(files, named)
    if index < len(files) - 1:
        assert not is_sound(findings)
    else:  # the anchor compares this digest
        assert not is_sound(findings) or entries[-1].digest != digest_bytes(content)


@given(st.permutations(range(len(CHAIN))))
def test_any_other_order_breaks_the_chain(order: list[int]) -> None:
    findings = verify([CHAIN[index] for index in order], named)[1]
    assert is_sound(findings) == (order == sorted(order))


@given(st.sets(st.integers(0, len(CHAIN) - 1), min_size=1))
def test_any_missing_file_but_at_the_end_breaks_the_chain(gone: set[int]) -> None:
    kept = [item for index, item in enumerate(CHAIN) if index not in gone]
    cut_at_the_end = min(gone) == len(kept)
    assert is_sound(verify(kept, named)[1]) == cut_at_the_end


@given(st.integers(0, len(CHAIN) - 1), st.integers(0, len(CHAIN)), st.booleans())
def test_a_repeated_file_breaks_the_chain_wherever_it_goes(source: int, place: int, renamed: bool) -> None:
    path, data = CHAIN[source]
    copy = (f"{change_id('zz')}/{place + 1:06d}-approval.json" if renamed else path, data)
    assert not is_sound(verify([*CHAIN[:place], copy, *CHAIN[place:]], named)[1])


@given(st.binary(max_size=200), st.integers(0, len(CHAIN)))
def test_garbage_in_any_place_is_a_finding_and_never_a_crash(garbage: bytes, place: int) -> None:
    files = [*CHAIN[:place], (f"{change_id('zz')}/{place + 1:06d}-approval.json", garbage), *CHAIN[place:]]
    assert "ledger-unreadable" in problems(files)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "CHG-20261121-x/1-approval.json",
        "CHG-20261121-x/000007-approval.json.bak",
        "../000007-approval.json",
        "CHG-20261121-x/sub/000007-approval.json",
        "CHG-20261121-X/000007-approval.json",
        "CHG-20261121-x/٠٠٠٠٠٧-approval.json",
        "",
    ],
)
def test_a_file_of_another_name_is_an_extra_file(path: str) -> None:
    assert problems([*CHAIN, (path, CHAIN[-1][1])]) == ["ledger-extra-file"]


def test_a_file_that_cannot_be_read_does_not_hide_what_comes_after() -> None:
    files = [*CHAIN[:2], (CHAIN[2][0], b"garbage"), *CHAIN[3:]]
    entries, findings = verify(files, named)
    assert [entry.seq for entry in entries] == [1, 2, 4, 5, 6]
    assert [finding.rule for finding in findings] == ["ledger-unreadable", "ledger-predecessor"]


def test_a_name_that_disagrees_with_the_content_is_misplaced() -> None:
    path, data = CHAIN[-1]
    assert problems([*CHAIN[:-1], (path.replace("approval", "review"), data)]) == ["ledger-misplaced"]


class TestSignatures:
    def signed(self, *keyids: str, by: str = "carol") -> Files:
        return build([approval(by)], [tuple(Signature(keyid, b"x") for keyid in keyids)])

    def test_the_signer_is_who_holds_the_key(self) -> None:
        entries, findings = verify(self.signed("carol"), named)
        assert (entries[0].signer, findings) == ("carol", ())

    @pytest.mark.parametrize(
        ("keyids", "rule"),
        [
            (("bad",), "ledger-signature"),
            (("carol", "bad"), "ledger-signature"),
            (("carol", "carol"), "ledger-signature"),
            (("dave",), "ledger-forged"),
            (("carol", "dave"), "ledger-forged"),
            (("carol",) * 9, "ledger-unreadable"),
        ],
    )
    def test_a_signature_that_proves_nothing_breaks_the_chain(self, keyids: tuple[str, ...], rule: str) -> None:
        findings = verify(self.signed(*keyids), named)[1]
        assert rule in {finding.rule for finding in findings}
        assert not is_sound(findings)

    def test_an_unknown_key_leaves_the_entry_without_a_signer(self) -> None:
        entries, findings = verify(self.signed("stranger"), named)
        assert entries[0].signer is None
        assert {finding.rule for finding in findings} == {"ledger-unknown-key"} <= CREDIT_RULES
        assert is_sound(findings)

    def test_unsigned_is_a_finding_only_where_signatures_are_required(self) -> None:
        assert problems(self.signed()) == []
        assert problems(self.signed(), require_signatures=True) == ["ledger-unsigned"]
        assert problems(self.signed("stranger"), require_signatures=True) == ["ledger-unknown-key"]

    def test_only_one_change_s_signatures_are_asked_about(self) -> None:
        files = build([approval("carol", "one"), approval("carol", "two")], [(Signature("bad", b"x"),), (Signature("carol", b"x"),)])
        entries, findings = verify(files, named, only=change_id("two"))
        assert [entry.signer for entry in entries] == [None, "carol"]
        assert findings == ()

    def test_signatures_are_over_type_and_payload(self) -> None:
        asked: list[Signed] = []

        def note(items: Sequence[Signed]) -> list[Verdict]:
            asked.extend(items)
            return named(items)

        files = self.signed("carol")
        verify(files, note)
        assert asked[0].content == envelope.decode(files[0][1]).signed_bytes

    def test_somebody_else_may_sign_what_is_no_opinion(self) -> None:
        files = build([release(by="bob")], [(Signature("bot", b"x"),)])
        entries, findings = verify(files, named)
        assert (entries[0].signer, findings) == ("bot", ())


class TestRepository:
    """`a` is this repository; the letters are what the entries name, `-` names nothing."""

    def elsewhere(self, named_by_entries: str, here: RepositoryId) -> str:
        repositories = [None if letter == "-" else letter for letter in named_by_entries]
        files = build([approval(comment=str(index)) for index in range(len(repositories))], repositories=repositories)
        entries, findings = verify(files, named, repository=here)
        assert {finding.rule for finding in findings} <= {"ledger-repository"}
        assert [finding.path for finding in findings] == [entry.path for entry in entries if entry.elsewhere]
        assert is_sound(findings), "somebody who pushes a copy's ledger must not shut every gate"
        return "".join("x" if entry.elsewhere else "." for entry in entries)

    @pytest.mark.parametrize(
        ("entries", "found"),
        [("aaa", "..."), ("aba", ".x."), ("a-a", ".x."), ("b--", "xxx"), ("---", "xxx"), ("-a-", "x.x")],
    )
    def test_what_names_another_repository_or_none_is_not_of_this_one(self, entries: str, found: str) -> None:
        assert self.elsewhere(entries, RepositoryId("a", lambda: False)) == found

    @pytest.mark.parametrize(("entries", "found"), [("---", "..."), ("--a-a", "...x."), ("-b-", ".xx")])
    def test_entries_from_before_the_repository_had_an_id_are_its_own(self, entries: str, found: str) -> None:
        assert self.elsewhere(entries, RepositoryId("a", lambda: True)) == found

    @pytest.mark.parametrize(("entries", "found"), [("---", "..."), ("-a", ".x"), ("aa-", "xx.")])
    def test_without_an_id_an_entry_that_names_one_is_somebody_elses(self, entries: str, found: str) -> None:
        assert self.elsewhere(entries, RepositoryId()) == found

    def test_a_reading_that_goes_on_remembers_that_an_entry_named_the_repository(self) -> None:
        files = build([approval(comment=str(index)) for index in range(3)], repositories=["a", None, "a"])
        here = RepositoryId("a", lambda: True)
        (first,), _ = verify(files[:1], named, repository=here)
        more, findings = verify(files[1:], named, repository=here, after=first)
        assert [entry.elsewhere for entry in more] == [True, False]
        assert len(findings) == 1
