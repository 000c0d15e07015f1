"""What a step printed: bounded, decoded, visible, and without secrets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.release.output import HIDDEN, TAIL, Output, secrets


def kept(data: bytes, hidden: tuple[str, ...] = ()) -> str:
    output = Output(hidden)
    output.feed(data)
    output.feed(b"", last=True)
    return output.tail()


def test_lines_come_out_as_they_are_completed():
    output = Output()
    assert output.feed(b"one\ntw") == ["one"]
    assert output.feed(b"o\r\nthree") == ["two"]
    assert output.feed(b"", last=True) == ["three"]


def test_a_character_cut_in_two_by_the_pipe_is_put_together():
    output = Output()
    data = "発\n".encode()
    assert output.feed(data[:2]) == []
    assert output.feed(data[2:]) == ["発"]


def test_bytes_that_are_no_text_do_not_stop_anything():
    assert kept(b"\xff\xfe ok") == "�� ok"


@pytest.mark.parametrize("hidden", [0x1B, 0x07, 0x0D, 0x9B, 0x202E, 0x200B, 0x2028, 0xFEFF])
def test_control_characters_are_spelt_out(hidden):
    assert kept(f"a{chr(hidden)}b".encode()) == f"a\\u{hidden:04x}b"


def test_only_the_end_is_kept_and_a_gap_is_marked():
    text = kept(b"".join(b"line %d\n" % number for number in range(10_000)))
    assert len(text.encode()) <= TAIL
    assert text.startswith("...")
    assert text.endswith("line 9999")


def test_a_line_without_end_does_not_grow_for_ever():
    output = Output()
    for _ in range(100):
        output.feed(b"x" * 10_000)
    assert len(output._open) <= 2 * TAIL
    assert len(output.tail().encode()) <= TAIL


@given(st.lists(st.binary(max_size=200), max_size=60))
def test_the_tail_is_always_small_and_always_text(chunks):
    output = Output()
    for chunk in chunks:
        output.feed(chunk)
    output.feed(b"", last=True)
    assert len(output.tail().encode()) <= TAIL


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=6))
def test_where_the_pipe_cuts_makes_no_difference(data, cuts):
    whole, parts = Output(), Output()
    lines = [*whole.feed(data), *whole.feed(b"", last=True)]
    places = [0, *sorted(cut for cut in cuts if cut <= len(data)), len(data)]
    pieces = [line for start, end in pairwise(places) for line in parts.feed(data[start:end])]
    assert [*pieces, *parts.feed(b"", last=True)] == lines


def test_values_of_variables_with_secret_names_disappear():
    environment = {
        "DEPLOY_TOKEN": "s3cr3t-value", "DB_PASSWORD": "hunter22", "AWS_SECRET_ACCESS_KEY": "abcdefghij", "HOME": "/home/x1234",
        "CHANGEFLOW_STEP_KEY": "implementation/0", "PWD": "/somewhere", "SHORT_KEY": "abc", "PEM_PRIVATE_KEY": "line one\nline two",
    }  # fmt: skip
    found = secrets(environment)
    assert set(found) == {"s3cr3t-value", "hunter22", "abcdefghij", "line one\nline two", "line one", "line two"}
    text = kept(b"login s3cr3t-value with hunter22 at /home/x1234 for implementation/0", found)
    assert text == f"login {HIDDEN} with {HIDDEN} at /home/x1234 for implementation/0"


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_" + "a1B2" * 9,
        "github_pat_" + "11ABC" * 6,
        "AKIA" + "ABCD1234" * 2,
        "xoxb-" + "1234567890-abc",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "glpat-" + "x" * 20,
    ],
)
def test_well_known_tokens_disappear(secret):
    assert kept(f"token is {secret}, ok".encode()) == f"token is {HIDDEN}, ok"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgres://bob:hunter2@db/x", f"postgres://{HIDDEN}@db/x"),
        ("Authorization: Bearer abcdef123456", f"Authorization: Bearer {HIDDEN}"),
        ("password=hunter2&x=1", f"password={HIDDEN}&x=1"),
    ],
)
def test_secrets_in_the_usual_places_disappear(text, shown):
    assert kept(text.encode()) == shown


def test_a_private_key_disappears_over_all_its_lines():
    key = b"before\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAAB3\n-----END OPENSSH PRIVATE KEY-----\nafter"
    assert kept(key) == f"before\n{HIDDEN}\nafter"


def test_ordinary_text_stays_as_it_is():
    text = "Deploying payments-db 17.2 in 3.4 s: 100 % done (see https://example.com/runs/42)\n\tall green ✓"
    assert kept(text.encode()) == text
