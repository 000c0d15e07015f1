"""What a step printed: bounded, decoded, visible, and without secrets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.model.redaction import HIDDEN
from changeflow.release.step_output import LINE, TAIL, Output


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
    assert len(output._open) <= 100_000
    assert len(output._end) <= 400_000
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


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_" + "a1B2" * 9,
        "github_pat_" + "11ABC" * 6,
        "AKIA" + "ABCD1234" * 2,
        "xoxb-" + "1234567890-abc",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "glpat-" + "x" * 20,
        "AIza" + "Sy-" * 12,
        "sk-" + "a1" * 20,
        "npm_" + "a1" * 18,
        "SG." + "a1" * 11 + "." + "b2" * 21,
        "hvs." + "CAESI" * 6,
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
        ("redis://:r3d1s-pw@cache:6379/0", f"redis://{HIDDEN}@cache:6379/0"),
        ("amqp://bob:p@ss:w0rd@queue/x", f"amqp://{HIDDEN}@queue/x"),
        ("https://0123456789abcdef0123@host/x.git", f"https://{HIDDEN}@host/x.git"),
        ("Authorization: token 0a1b2c3d4e", f"Authorization: token {HIDDEN}"),
        ("authorization: Basic dXNlcjpwYXNz", f"authorization: Basic {HIDDEN}"),
        ('{"password": "hunter2", "user": "x"}', f'{{"password": "{HIDDEN}", "user": "x"}}'),
        (r'{\"api_key\":\"0a1b2c3d\"}', r'{\"api_key\":\"' + HIDDEN + r'\"}'),
        ("mysql --password hunter2 -h db", f"mysql --password {HIDDEN} -h db"),
        ("+ curl -u bob:hunter2 https://x", f"+ curl -u bob:{HIDDEN} https://x"),
        ("GET https://s.example/b?se=1&sig=aB%2Fc0123456&x=1", f"GET https://s.example/b?se=1&sig={HIDDEN}&x=1"),
        ("https://b.example/o?X-Amz-Signature=0a1b2c3d4e5f", f"https://b.example/o?X-Amz-Signature={HIDDEN}"),
        ("+ sshpass -p hunter2 ssh web", f"+ sshpass -p {HIDDEN} ssh web"),
        ("Server=db;Uid=sa;Pwd=hunter2;Encrypt=yes", f"Server=db;Uid=sa;Pwd={HIDDEN};Encrypt=yes"),
        ("Set-Cookie: sid=0a1b2c3d; Path=/", f"Set-Cookie: {HIDDEN}"),
        ("DB_PASS=hunter2 ./run", f"DB_PASS={HIDDEN} ./run"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", f"AWS_SECRET_ACCESS_KEY={HIDDEN}"),
        ("post to https://hooks.slack.com/services/T00/B00/XXXXXXXX", f"post to https://hooks.slack.com/services/{HIDDEN}"),
    ],
)
def test_secrets_in_the_usual_places_disappear(text, shown):
    assert kept(text.encode()) == shown


def test_a_private_key_disappears_over_all_its_lines():
    key = b"before\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAAB3\n-----END OPENSSH PRIVATE KEY-----\nafter"
    assert kept(key) == f"before\n{HIDDEN}\nafter"


@pytest.mark.parametrize(
    "text",
    [
        "Deploying payments-db 17.2 in 3.4 s: 100 % done (see https://example.com/runs/42)\n\tall green ✓",
        "12 tests PASSED, compass: north, the token has expired, secret: none",
        "git clone ssh://git@example.com/x.git, mail to bob@example.com, http://localhost:8080/a@b",
        "PWD=/srv/site, a signature=bad one, sshpass -f file, config=large, ?sign=plus-and-minus",
        "key: value, monkey=banana, basic auth, bearer of news",
        "密碼已更新，部署完成",
    ],
)
def test_ordinary_text_stays_as_it_is(text):
    assert kept(text.encode()) == text


# -- much output -----------------------------------------------------------------------------------------------------------

SECRET = "s3cr3t-value-0123456789"  # noqa: S105 - it is made up


@given(st.integers(0, 90_000), st.integers(0, 90_000), st.sampled_from(["x", " ", "ab ", "é", "\n"]), st.lists(st.integers(1, 60_000), max_size=8))
def test_a_secret_is_never_cut_in_two(before, after, filling, cuts):
    text = (filling * before)[:before] + SECRET + (filling * after)[:after]
    output = Output([SECRET])
    data = text.encode()
    places = [0, *sorted({cut for cut in cuts if cut < len(data)}), len(data)]
    lines = [line for start, end in pairwise(places) for line in output.feed(data[start:end])] + output.feed(b"", last=True)
    shown = "".join(lines)
    assert SECRET[:8] not in shown
    assert SECRET[-8:] not in shown
    assert shown.count(HIDDEN) == 1
    assert shown.replace(HIDDEN, "") == text.replace(SECRET, "").replace("\n", "")
    assert all(len(line) <= LINE for line in lines)
    assert SECRET[:8] not in output.tail()
    assert SECRET[-8:] not in output.tail()


@pytest.mark.parametrize("length", [100, 5_000, 40_000, 200_000])
@pytest.mark.parametrize("chunk", [997, 65_536])
def test_a_value_behind_its_name_disappears_however_long(length, chunk):
    data = b"x" * 33_000 + b" password=" + b"q" * length + b" done"
    output = Output()
    lines = [line for at in range(0, len(data), chunk) for line in output.feed(data[at : at + chunk])] + output.feed(b"", last=True)
    assert "q" not in "".join(lines)
    assert "".join(lines).endswith(f"password={HIDDEN} done")


@pytest.mark.parametrize("chunk", [1, 7, 4_096])
@pytest.mark.parametrize("body", [10, 3_000])
def test_a_private_key_disappears_wherever_it_is_cut(chunk, body):
    key = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEAq\n" * body + "-----END RSA PRIVATE KEY-----"
    data = f"before\n{key}\nafter\n".encode()
    output = Output()
    lines = [line for at in range(0, len(data), chunk) for line in output.feed(data[at : at + chunk])] + output.feed(b"", last=True)
    assert lines == ["before", HIDDEN, "after"]
    assert "MII" not in output.tail()


def test_a_private_key_on_one_line_of_json_leaves_the_rest_of_the_line():
    line = r'{"key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", "ok": true}'
    assert kept(line.encode()) == r'{"key": "' + HIDDEN + r'\n", "ok": true}'


def test_what_was_passed_over_is_known_to_the_tail_and_not_shown():
    output = Output([SECRET])
    assert output.feed(b"first\nsec") == ["first"]
    for number in range(20_000):
        output.skip(b"line %d %s\n" % (number, SECRET.encode()))
    assert output.feed(b"half of a line\nlast\n") == ["last"]
    assert output.tail().endswith(f"line 19999 {HIDDEN}\nhalf of a line\nlast")
    assert output.tail().startswith("...")
    assert SECRET not in output.tail()


def test_a_private_key_that_began_in_what_was_passed_over_stays_hidden():
    output = Output()
    output.skip(b"-----BEGIN RSA PRIVATE KEY-----\n" + b"MIIEpAIBAAKCAQEAq\n" * 60_000)
    assert output.feed(b"MIIEnd\n") == []
    assert "MII" not in output.tail()
    assert output.feed(b"MIIEnd\n-----END RSA PRIVATE KEY-----\nafter\n") == ["after"]
    assert output.tail() == f"...{HIDDEN}\nafter"


def test_memory_stays_bounded_with_one_line_of_three_hundred_megabytes():
    output = Output([SECRET])
    block = b"x" * 1_000_000
    for _ in range(300):
        output.skip(block)
    assert len(output._end) < 2_000_000
    assert len(output.tail().encode()) <= TAIL
