"""What is raised is a code of the catalogue, with all that its sentence names."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType

import pytest

from changeflow import errors
from changeflow.demo import stage
from changeflow.hosts import failures as host_failures
from changeflow.hosts.github import failures, graphql_records
from changeflow.hosts.github.http_answers import Answer, failure
from changeflow.language.catalogue import template
from changeflow.language.reader import Reader
from changeflow.model import times, zones
from changeflow.model.languages import LANGUAGES
from changeflow.model.phrases import WrongTextError, told
from changeflow.repo import failures as git_failures
from tests.conftest import PROJECT
from tests.language.test_catalogue import code_of, everything, fields

MODULES: tuple[ModuleType, ...] = (errors, host_failures, failures, graphql_records, stage)


def classes() -> set[str]:
    """The names of all classes of errors."""
    found = set()
    for module in MODULES:
        for name, value in vars(module).items():
            if inspect.isclass(value) and issubclass(value, errors.ChangeflowError):
                found.add(name)
    return found


@functools.cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    """All calls of the package, each with its file."""
    found = []
    for path in sorted((PROJECT / "changeflow").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found.append((path.relative_to(PROJECT).as_posix(), node))
    return tuple(found)


def name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def codes_said() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call that names a code of the catalogue: `X.of(...)`, `told(...)`, `tell_sentence(...)`."""
    for path, call in calls():
        at = {"of": 0, "told": 0, "tell_sentence": 1}.get(name_of(call.func))
        if at is None or len(call.args) <= at:
            continue
        said = call.args[at]
        # `told` of other rooms takes a word
        if isinstance(said, ast.Constant) and "." in str(said.value):
            yield f"{path}:{call.lineno}", said.value, call


def keys_of(code: str, call: ast.Call) -> list[str]:
    """The keys of the sentences that a call may choose; of a case that is computed, those that are certain."""
    known = [key for key in everything("en") if code_of(key) == code]
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in given:
        # `**data` may bring a case
        return known[:1] or [code]
    case = given.get("case", ast.Constant(None))
    if isinstance(case, ast.Constant):
        return [code if case.value is None else f"{code}:{case.value}"]
    if isinstance(case, ast.IfExp):
        cases = [one.value for one in (case.body, case.orelse) if isinstance(one, ast.Constant)]
        return [code if one is None else f"{code}:{one}" for one in cases]
    return [] if known else [code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_is_said_has_its_sentence_and_all_that_it_names(language: str) -> None:
    wrong = []
    for place, code, call in codes_said():
        given = {keyword.arg for keyword in call.keywords}
        for key in keys_of(code, call):
            found = template(language, key)
            if found is None:
                wrong.append(f"{place}: {key} has no sentence")
                continue
            sentence, hint = found
            needed = set(fields((sentence, "" if "hint" in given else hint)))
            # `**data` may bring anything
            if None not in given and not needed <= given:
                wrong.append(f"{place}: {key} lacks {', '.join(sorted(needed - given))}")
    assert wrong == []
    assert sum(1 for _ in codes_said()) > 100


def test_no_error_is_raised_with_a_text_of_its_own() -> None:
    known = classes()
    plain = []
    for path, call in calls():
        if name_of(call.func) in known and not (call.args and isinstance(call.args[0], ast.Call) and name_of(call.args[0].func) == "told"):
            plain.append(f"{path}:{call.lineno}")
    assert plain == [], "give the error a code (CONTRIBUTING.md, `An error`)"


def test_an_error_is_told_in_english_and_said_to_its_reader() -> None:
    error = errors.UsageError.of("unknown.change", name="CHG-1", hint=told("hint.near", name="CHG-2"))
    assert (error.message, error.hint, str(error)) == ("no such change: `CHG-1`", "did you mean `CHG-2`?", "no such change: `CHG-1`")
    said = error.said(Reader("zh"))
    assert (said.text, said.hint) == ("没有这个变更：`CHG-1`", "是否应为 `CHG-2`？")


def test_a_text_of_another_program_is_the_same_in_every_language() -> None:
    error = errors.HostFailed("git push failed: no", "try again")
    assert [error.said(Reader(language)) for language in LANGUAGES] == [("git push failed: no", "try again")] * len(LANGUAGES)
    assert (error.code, error.told) == ("", "git push failed: no")


def test_what_is_secret_is_hidden_in_every_language_and_where_the_error_is_quoted() -> None:
    error = errors.HostFailed.of("failure.text", text="token s3cret", hint=told("failure.text", text="s3cret"))
    error.clean(lambda text: text.replace("s3cret", "***"))
    for language in LANGUAGES:
        assert error.said(Reader(language)) == ("token ***", "***")
    assert error.told == "token ***"
    assert "s3cret" not in repr(error.args)


def test_a_hint_may_be_given_later() -> None:
    for error in (errors.HostFailed("away", "old"), errors.HostFailed.of("failure.text", text="away")):
        error.advise(told("variable.pattern"))
        assert (error.message, error.hint) == ("away", "variables are named CHANGEFLOW_<COMMAND>_<OPTION>")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (times.parse_duration, "soon"),
        (times.parse_date, "today"),
        (times.parse_date, "2026-02-30"),
        (times.parse_instant, "2026-01-01T00:00:00"),
        (times.parse_instant, "2026-02-30T00:00:00Z"),
        (times.parse_local_time, "2026-01-01"),
        (times.parse_local_time, "2026-02-30T00:00:00"),
        (zones.time_zone, "Mars/Olympus"),
    ],
)
def test_a_wrong_text_says_the_same_as_its_sentence(read, text: str) -> None:
    with pytest.raises(WrongTextError) as wrong:
        read(text)
    assert errors.UsageError(wrong.value.told).message == str(wrong.value)


def test_what_git_says_stands_in_its_words_and_what_to_do_in_those_of_the_reader() -> None:
    error = git_failures.failure("push", "error: some\nfatal: Permission denied\n")
    assert error.message == "git push failed: fatal: Permission denied"
    assert error.hint == "may this user read and write there?"
    assert error.said(Reader("zh")) == ("git push 失败：fatal: Permission denied", "当前用户在那里是否有读写权限？")


def test_each_message_of_git_that_is_known_leads_to_its_advice() -> None:
    for phrase, case in git_failures.ADVICE:
        told_of = git_failures.advice(f"fatal: {phrase} (x)")
        assert len(told_of) == 1
        for language in LANGUAGES:
            assert template(language, f"git.advice:{case}") is not None


@pytest.mark.parametrize(
    ("headers", "body", "english", "chinese"),
    [
        ({}, b"{}", "", ""),
        ({}, b'{"message": "no"}', " (no)", "（no）"),
        (
            {"x-accepted-github-permissions": "checks=write"},
            b'{"message": "no"}',
            " (no); it takes the permission `checks=write`",
            "（no）；需要权限 `checks=write`",
        ),
        ({"x-accepted-github-permissions": "checks=write"}, b"{}", "; it takes the permission `checks=write`", "；需要权限 `checks=write`"),
    ],
)
def test_what_github_refuses_is_said_with_its_own_message(headers: dict[str, str], body: bytes, english: str, chinese: str) -> None:
    error = failure("read checks", Answer(403, headers, body), 1, datetime(2026, 1, 1, tzinfo=UTC))
    assert error is not None
    assert error.message == f"read checks: the token may not do this{english}"
    assert error.said(Reader("zh")).text == f"read checks：该令牌无权执行此操作{chinese}"
