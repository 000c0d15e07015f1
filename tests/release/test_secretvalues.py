"""Which variables hold secrets, and every form in which a program may print one."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.model.redaction import HIDDEN
from changeflow.release.secret_values import names_a_secret, secrets
from changeflow.release.step_output import Output

VALUE = "tok/0123+56 7'89\"é"


def shown(text: str, **variables: str) -> str:
    output = Output(secrets(variables))
    output.feed(text.encode(), last=True)
    return output.tail()


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASS", "SSHPASS", "ADMIN_PW", "REDIS_PWD", "MYSQL_PWD", "PGPASSWORD", "DB_PASSWORD", "GITHUB_TOKEN", "apiToken", "clientSecret",
        "AWS_SECRET_ACCESS_KEY", "VAULT_SECRET_ID", "ANSIBLE_BECOME_PASS", "LDAP_BIND_PASSWD", "GPG_PASSPHRASE", "SENTRY_DSN", "GL_PAT",
        "HTTP_AUTH", "DJANGO_SECRET", "STRIPE_KEY", "NPM_CONFIG__AUTH", "CREDS", "AZURE_CREDENTIALS", "WIFI_PSK", "db-pass", "MFA_OTP", "SMTPPASS",
        "UNSEAL_KEYS", "DB_PASSES", "USER_PWDS", "ADMIN_PINS", "DB_PASS2", "KEY2", "SSHKEY", "MASTERKEY", "STORAGE_SAS", "BEARER", "HMAC",
    ],
)  # fmt: skip
def test_names_that_say_so(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "PWD", "OLDPWD", "PATH", "HOME", "PASSED", "TESTS_PASSED", "COMPASS", "COMPASS_URL", "BYPASS", "BYPASS_CACHE", "MONKEY", "KEYBOARD",
        "PGPASSFILE", "SSH_AUTH_SOCK", "SSH_ASKPASS", "GIT_ASKPASS", "DB_PASSWORD_FILE", "TOKEN_PATH", "API_KEY_NAME", "AUTHOR", "PATTERN",
        "CHANGEFLOW_STEP_KEY", "CHANGEFLOW_KEY", "TOKEN_TTL", "PASS_COUNT", "PASSENGER", "SPIN", "",
    ],
)  # fmt: skip
def test_names_that_do_not(name: str) -> None:
    assert not names_a_secret(name)


@pytest.mark.parametrize(
    "form",
    [
        VALUE,
        json.dumps(VALUE)[1:-1],
        json.dumps(VALUE, ensure_ascii=False)[1:-1],
        quote(VALUE),
        quote(VALUE, safe=""),
        base64.b64encode(VALUE.encode()).decode(),
        base64.urlsafe_b64encode(VALUE.encode()).decode(),
        VALUE.replace("'", "'\\''"),
    ],
)
def test_a_value_disappears_in_every_form(form: str) -> None:
    assert shown(f"it is [{form}] here", DB_PASS=VALUE) == f"it is [{HIDDEN}] here"


@given(st.binary(max_size=9), st.binary(max_size=9), st.binary(min_size=9, max_size=40).map(base64.b85encode).map(bytes.decode))
def test_base64_of_something_around_the_value_shows_none_of_it(before: bytes, after: bytes, value: str) -> None:
    coded = base64.b64encode(before + value.encode() + after).decode()
    left = shown(f"<{coded}>", DB_PASS=value)
    assert HIDDEN in left
    start, end = left.index(HIDDEN) - 1, len(left) - left.index(HIDDEN) - len(HIDDEN) - 1
    assert start <= len(before) * 4 // 3 + 2
    assert end <= len(after) * 4 // 3 + 5


def test_long_values_disappear_from_base64_that_is_broken_into_lines() -> None:
    value = "0123456789abcdef" * 12
    coded = base64.encodebytes(value.encode()).decode()
    assert shown(coded, API_TOKEN=value) == "\n".join([HIDDEN] * coded.count("\n"))


def test_each_line_of_a_value_of_several_is_one() -> None:
    found = shown("first: line one!\nthen: line two!", DB_PW="line one!\nline two!\nx")
    assert found == f"first: {HIDDEN}\nthen: {HIDDEN}"


def test_a_password_in_an_address_is_one_wherever_it_is_printed() -> None:
    assert shown("auth with r3d1s-pw, or p%40ss-word and p@ss-word", REDIS_URL="redis://:r3d1s-pw@cache:6379/0", DB="pg://u:p%40ss-word@db/x") == (
        f"auth with {HIDDEN}, or {HIDDEN} and {HIDDEN}"
    )


@pytest.mark.parametrize(("name", "value"), [("DB_PASS", "short"), ("AUTH", "enabled"), ("HTTP_AUTH", "required"), ("REDIS_URL", "redis://cache:6379/0")])
def test_what_is_short_or_a_plain_word_blots_out_no_text(name: str, value: str) -> None:
    assert shown(f"it is {value}, as ever", **{name: value}) == f"it is {value}, as ever"


def test_further_variables_are_named() -> None:
    environment = {"LICENCE": "abcd", "SHOP_A": "one-1", "SHOP_B": "two-2", "OTHER": "three-3"}
    found = secrets(environment, ["LICENCE", "SHOP_*"])
    assert {"abcd", "one-1", "two-2"} <= set(found)
    assert "three-3" not in found


def test_the_longest_comes_first_so_that_no_end_is_left() -> None:
    found = secrets({"A_TOKEN": "secret-12", "B_TOKEN": "secret-12-and-more"})
    assert [len(text) for text in found] == sorted((len(text) for text in found), reverse=True)
    assert shown("secret-12-and-more", A_PW="secret-12", B_PW="secret-12-and-more") == HIDDEN
