"""What the runner reads: foreign text gives it no orders, and everything fits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow import errors
from changeflow.hosts.github import actions_output, truncate


def runner_reads(text: str) -> dict[str, str]:
    """Outputs as the runner of GitHub Actions reads them."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n")[:-1])
    for line in lines:
        name, _, delimiter = line.partition("<<")
        value = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        else:
            raise AssertionError("the delimiter never came")
        found[name] = "\n".join(value)
    return found


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(st.characters(exclude_categories=["Cs"]))))
def test_whatever_an_output_holds_the_runner_reads_exactly_that(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("runner") / "output"
    actions_output.write_outputs(path, values)
    with path.open(encoding="utf-8", newline="") as file:
        assert runner_reads(file.read()) == values


def test_outputs_are_appended_with_delimiters_nobody_could_guess(tmp_path: Path) -> None:
    path = tmp_path / "output"
    for _ in range(2):
        actions_output.write_outputs(path, {"open": "false", "title": "x\nEOF\nopen<<EOF\ntrue\nEOF"})
    delimiters = re.findall(r"<<(changeflow_[0-9a-f]{32})\n", path.read_text(encoding="utf-8"))
    assert len(set(delimiters)) == 4


def test_a_value_that_holds_its_delimiter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.HostFailed):
        actions_output.write_outputs(tmp_path / "output", {"a": "x\nchangeflow_7\nopen=true"}, lambda: "7")
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("name", ["", "a b", "a<<EOF", "a\nb", "ä", "1a", "a=b"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(errors.UsageError):
        actions_output.write_outputs(tmp_path / "output", {name: "x"})


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(errors.HostFailed, match="cannot write"):
        actions_output.write_summary(tmp_path / "nowhere" / "summary", "x")


def test_a_job_summary_stays_below_a_mebibyte(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    actions_output.write_summary(path, "| 变更 |\n" * 200_000)
    assert path.stat().st_size < 1024 * 1024
    assert path.read_text(encoding="utf-8").endswith(f"{actions_output.CUT}\n")


def orders(log: str) -> list[str]:
    """Commands that the runner would obey in a log: `::name` at a line's beginning after white space, `##[` anywhere."""
    found, stopped = [], None
    for line in re.split(r"\r\n|\n|\r", log):
        text = line.lstrip()
        if stopped is not None:
            stopped = None if text == f"::{stopped}::" else stopped
        elif text.startswith("::stop-commands::"):
            stopped = text.removeprefix("::stop-commands::")
        elif text.startswith("::") or "##[" in line:
            found.append(line)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "::error::x", "  ::add-mask::x", "a ##[set-env name=PATH]x", "x\r::set-output name=open::true", "x\n\t::debug::y",
        "::7::\n::error::escaped", "\u2028::error::x", "x\x0b::error::y", "##[error]x", "::::error::x",
    ],
)  # fmt: skip
def test_foreign_text_in_a_log_gives_no_orders(text: str) -> None:
    guarded = actions_output.safe_log(text, lambda: "0" * 32)
    assert orders(guarded) == []
    inside = guarded.split("\n", 1)[1].rsplit("\n", 1)[0]
    assert orders(inside) == [], "even if the runner did not stop"


@given(st.text(max_size=200))
def test_no_text_at_all_gives_orders_in_a_log(text: str) -> None:
    guarded = actions_output.safe_log(text, lambda: "a" * 32)
    assert orders(guarded) == []
    assert guarded.startswith("::stop-commands::")
    assert guarded.endswith(f"::{'a' * 32}::")


# -- truncate ---------------------------------------------------------------------------------------------------------------


@given(
    st.text(st.sampled_from("ab `~<>/\n变😀detailsummary")),
    st.integers(40, 200),
    st.sampled_from([truncate.octets, truncate.units]),
)
def test_a_cut_text_fits_and_an_uncut_one_is_untouched(text: str, limit: int, measure: Callable[[str], int]) -> None:
    fitted = truncate.markdown(text, limit, "*cut*", measure)
    assert measure(fitted) <= limit
    assert fitted == text if measure(text) <= limit else fitted.endswith("*cut*")


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("```text\n" + "x\n" * 99 + "```", "x\n```\n\n*cut*"),
        ("~~~~\n```\n" + "x\n" * 99, "x\n~~~~\n\n*cut*"),
        ("<details><summary>s</summary>\n\n" + "x\n" * 99, "x\n\n</details>\n\n*cut*"),
        ("```\n</details>\n" + "x\n" * 99, "x\n```\n\n*cut*"),
        ("<details>\n</details>\n" + "x\n" * 99, "x\n\n*cut*"),
    ],
)
def test_what_was_opened_before_a_cut_is_closed(text: str, end: str) -> None:
    assert truncate.markdown(text, 100, "*cut*").endswith(end)


@pytest.mark.parametrize("measure", [truncate.octets, truncate.units])
def test_a_single_long_line_keeps_its_beginning(measure: Callable[[str], int]) -> None:
    fitted = truncate.markdown("变😀x" * 100, 50, "…", measure)
    assert fitted.startswith("变😀x变😀x")
    assert 46 <= measure(fitted) <= 50


def test_more_of_a_text_is_never_lost_than_needed() -> None:
    text = "\n".join(f"line {index:03}" for index in range(100))
    fitted = truncate.markdown(text, 500, "*cut*")
    kept = len(fitted.split("\n")) - 2
    assert truncate.octets("\n".join([*text.split("\n")[: kept + 1], "", "*cut*"])) > 500


@pytest.mark.parametrize(("text", "limit", "line"), [("a\n b", 9, "a b"), ("abcdef", 4, "abc…"), ("ab  cd", 4, "ab…")])
def test_a_line_is_one_line_of_a_length(text: str, limit: int, line: str) -> None:
    assert truncate.line(text, limit) == line


def test_json_in_a_summary_survives_a_cut_only_as_text() -> None:
    assert json.loads(truncate.markdown('{"a": 1}', 100, "x")) == {"a": 1}
