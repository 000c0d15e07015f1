"""Who reads the answer of a command: `spec.language` and `spec.timezone`, `--lang`, CHANGEFLOW_LANG, and never the locale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from changeflow.cli.main import run
from tests.charsets import spell
from tests.shop import CONFIG, Shop, request

CHANGE = "CHG-20261121-db"
AT = "2026-11-21T10:00:00Z"
GATE = ("gate", "approve", CHANGE, "--now", AT)
LOCAL = "2026-11-21 周六 18:00 +08:00"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    made = Shop(tmp_path_factory.mktemp("language") / "shop")
    made.write("changeflow.yaml", CONFIG | {"spec": {**CONFIG["spec"], "language": "zh", "timezone": "Asia/Shanghai"}})
    made.commit("A team in Shanghai")
    made.git("switch", "-q", "-c", "change")
    made.write(f"changes/{CHANGE}/rfc.yaml", request(CHANGE))
    made.commit("A request")
    return made


@pytest.fixture
def ask(shop: Shop, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    monkeypatch.chdir(shop.root)
    for name in ("CHANGEFLOW_LANG", "LANG", "LC_ALL", "LANGUAGE", "TZ"):
        monkeypatch.delenv(name, raising=False)

    def asked(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run(arguments)
        out, err = capfd.readouterr()
        return code, out, err

    return asked


def test_the_configuration_says_language_and_zone(ask) -> None:
    code, out, _ = ask(*GATE)
    assert code == 1
    assert out.startswith(f"变更 {CHANGE} 的审批门禁：未放行（{LOCAL}）\n")
    assert "待审批" in out


@pytest.mark.parametrize("line", [("--lang", "en", *GATE), (*GATE, "--lang", "en"), (*GATE, "--lang=en")])
def test_the_option_stands_before_or_behind_the_command(ask, line: tuple[str, ...]) -> None:
    assert ask(*line)[1].startswith(f"gate approve of {CHANGE}: SHUT  (Sat 2026-11-21 18:00 +08:00)\n")


def test_the_variable_comes_before_the_configuration_and_the_option_before_both(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGEFLOW_LANG", "en")
    assert ask(*GATE)[1].startswith("gate approve")
    assert ask(*GATE, "--lang", "zh")[1].startswith("变更")
    monkeypatch.setenv("CHANGEFLOW_LANG", "")
    assert ask(*GATE)[1].startswith("变更"), "an empty variable is none"


@pytest.mark.parametrize("value", ["de", "zh_CN.UTF-8", "ZH", "中文"])
def test_an_unknown_language_is_a_usage_error_that_names_the_known_ones(ask, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    spell(value)
    for said in (ask(*GATE, "--lang", value), ask("--lang", value, "check")):
        assert said[0] == 2
        assert "可选值：en、zh" in said[2]
    monkeypatch.setenv("CHANGEFLOW_LANG", value)
    code, out, err = ask(*GATE)
    assert (code, out) == (2, "")
    assert "可选值：en、zh" in err
    assert "CHANGEFLOW_LANG" in err, "no option was typed"


def test_an_unknown_language_in_the_configuration_is_found_by_check(ask, shop: Shop) -> None:
    good = (shop.root / "changeflow.yaml").read_text(encoding="utf-8")
    try:
        shop.write("changeflow.yaml", CONFIG | {"spec": {"language": "de"}})
        code, out, _ = ask("check")
    finally:
        shop.write("changeflow.yaml", good)
    assert code == 1
    assert "`language` is `de`; it must be one of en, zh" in out


@pytest.mark.parametrize("locale", ["C", "de_DE.UTF-8", "en_US.ISO-8859-1"])
def test_the_locale_and_the_zone_of_the_process_say_nothing(ask, monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    for name in ("LANG", "LC_ALL", "LANGUAGE"):
        monkeypatch.setenv(name, locale)
    monkeypatch.setenv("TZ", "America/St_Johns")
    assert ask(*GATE)[1].startswith(f"变更 {CHANGE} 的审批门禁：未放行（{LOCAL}）\n")


@pytest.mark.parametrize(
    "line",
    [
        GATE,
        ("assess", CHANGE, "--now", AT),
        ("when", CHANGE, "--now", AT),
        ("schedule", "--now", AT),
        ("schedule", "--now", AT, "--format", "csv"),
    ],
    ids=" ".join,
)
def test_a_program_gets_the_same_bytes_whoever_reads(ask, line: tuple[str, ...]) -> None:
    told = line if "--format" in line else (*line, "--format", "json")
    assert ask(*told, "--lang", "zh") == ask(*told, "--lang", "en")


def test_what_is_recorded_is_the_same_in_every_language(ask, shop: Shop, tmp_path: Path) -> None:
    told = []
    for language in ("en", "zh"):
        copy = tmp_path / language
        shop.git("clone", "-q", "--no-hardlinks", str(shop.root), str(copy))
        shop.git("-C", str(copy), "fetch", "-q", "origin", "main:main")
        assert ask("--repo", str(copy), "--lang", language, *GATE, "--record")[0] == 1
        _, out, _ = ask("--repo", str(copy), "ledger", "show", "2", "--format", "json")
        told.append(json.loads(out)["predicate"]["decision"])
    assert told[0]["reasons"]
    assert {key: told[0][key] for key in told[0] if key != "inputs"} == {key: told[1][key] for key in told[1] if key != "inputs"}


@pytest.mark.parametrize("line", [("schedule", "--now", AT), ("when", CHANGE, "--now", AT), ("assess", CHANGE, "--now", AT)], ids=" ".join)
def test_times_that_people_read_are_local(ask, line: tuple[str, ...]) -> None:
    _, out, _ = ask(*line)
    assert "+08:00" in out or line[0] == "assess"
    assert "00Z" not in out
