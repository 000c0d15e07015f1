"""Bytes do not depend on the machine: whatever the locale, names, arguments, files and pipes are UTF-8."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.charsets import spell
from tests.release.site import ID, Site, git, run_step

ALWAYS = ("--from", "2020-01-01T00:00:00Z", "--to", "2100-01-01T00:00:00Z")
COMMANDS = (("schedule", *ALWAYS, "--format", "json"), ("assess", ID, "--format", "json", "--now", "2026-11-26T00:00:00Z"))
TITLE = "升级 支付系统 𠮷 Größe"
# A locale that Python turns into UTF-8 by itself, one where it is told not to, an encoding of output alone, and charsets that
# differ in every way: of one byte, of several, with and without a place for the title's characters.
PLACES = {
    "the locale C": {"LC_ALL": "C"},
    "ASCII that Python takes at its word": {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "output in ASCII": {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "ascii"},
    "Latin-1": {"LC_ALL": "ISO-8859-1"},
    "EUC-JP": {"LC_ALL": "EUC-JP"},
}
CHARSETS = ("ISO-8859-1", "EUC-JP")


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of locales that differ from POSIX in their charset alone: making others takes long, and this is what counts."""
    if shutil.which("localedef") is None or not Path("/usr/share/i18n/locales/POSIX").is_file():
        pytest.skip("this system has no sources of locales (on Debian: the package locales)")
    folder = tmp_path_factory.mktemp("locales")
    for charset in CHARSETS:  # `-c`: POSIX warns, and that makes an exit code
        subprocess.run(["localedef", "-c", "-i", "POSIX", "-f", charset, str(folder / charset)], capture_output=True, check=False)
        assert (folder / charset / "LC_CTYPE").is_file()
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    spell(TITLE)
    site = Site.at(tmp_path_factory.mktemp("encodings") / "site")
    site.write("scripts/show", '#!/bin/sh\nprintf %s "$1" > "$MARKS"\n')
    site.write(
        "cmdb/支付系统.yaml",
        "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: ledger-db, name: 核心数据库}\n"
        "spec: {type: service, environment: production, criticality: tier2, owner: bob, depends_on: [{ci: payments-db}]}\n",
    )
    site.change(
        commit=False, steps=[{"name": "步骤", "run": ["./scripts/show", "Größe 支"]}], verification=[run_step("smoke", "show")]
    )
    path = site.root / f"changes/{ID}/rfc.yaml"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["metadata"]["title"] = TITLE
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    site.write(f"changes/{ID}/Straße 说明.txt", "x\n")
    site.commit("Größe")
    return site


def said(site: Site, *arguments: str | bytes, **environment: str) -> tuple[int, bytes, bytes]:
    argv = [os.fsencode(word) for word in (*site.argv(), *arguments)]
    done = subprocess.run(argv, cwd=site.root, env=site.environment | environment, capture_output=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def at_home(site: Site) -> list[tuple[int, bytes, bytes]]:
    return [said(site, *command, LC_ALL="C.UTF-8") for command in COMMANDS]


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_the_same_commit_gives_the_same_bytes(
    site: Site, locales: Path, place: dict[str, str], at_home: list[tuple[int, bytes, bytes]]
) -> None:
    assert TITLE.encode() in at_home[0][1]
    assert [said(site, *command, LOCPATH=str(locales), **place) for command in COMMANDS] == at_home


def test_a_program_gets_the_bytes_that_were_approved_and_the_environment_as_it_was(tmp_path: Path, locales: Path) -> None:
    site = Site.at(tmp_path / "site")
    site.write("scripts/show", '#!/bin/sh\n{ printf "%s|" "$@"; env | grep "^LC_\\|^PYTHON"; } > "$MARKS"\n')
    site.change(steps=[{"name": "步骤", "run": ["./scripts/show", "Größe 支"]}], verification=[run_step("ok", "marked")])
    place = PLACES["Latin-1"] | {"LOCPATH": str(locales)}
    done = said(site, "release", "run", ID, **place)
    assert b"bug" not in done[2]
    told = site.marks_file.read_bytes()
    assert told.startswith("Größe 支|".encode())
    assert b"PYTHONUTF8" not in told
    assert b"LC_ALL=ISO-8859-1" in told


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("EUC-JP", TITLE.encode("euc_jp", "backslashreplace")),
        ("Latin-1", TITLE.encode("latin-1", "backslashreplace")),
        ("the locale C", TITLE.encode()),
    ],
)
def test_a_terminal_gets_its_own_encoding_with_escapes_for_what_that_lacks(
    site: Site, locales: Path, place: str, shown: bytes
) -> None:
    ours, theirs = pty.openpty()
    environment = site.environment | PLACES[place] | {"LOCPATH": str(locales)}
    argv = site.argv("schedule", *ALWAYS)
    with subprocess.Popen(argv, cwd=site.root, env=environment, stdout=theirs, stderr=subprocess.PIPE) as process:
        os.close(theirs)
        told = b""
        try:
            while data := os.read(ours, 65_536):
                told += data
        except OSError:  # nobody holds the other end any more
            pass
        os.close(ours)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0
    assert shown in told


@pytest.mark.parametrize(
    "arguments",
    [
        ("reject", ID, "--as", "carol", "-m", b"zur\xfcck"),
        ("approve", ID, "--as", b"j\xfcrgen"),
        ("new", "x", "--title", b"\xbb\xd8\xcd\xcb"),
        ("release", "confirm", ID, "--note", b"\xff", "--done", "--as", "carol"),
        ("schedule", "--from", b"\xff"),
        ("ledger", "show", b"\xff"),
        (b"check\xff",),
        ("check", b"--f\xffrmat"),
        ("check", "--format", b"j\xff"),
    ],
    ids=str,
)
def test_text_that_is_no_utf8_is_refused_with_a_sentence(site: Site, arguments: tuple[str | bytes, ...]) -> None:
    before = git(site.root, "for-each-ref")
    code, out, err = said(site, *arguments)
    assert (code, out) == (2, b"")
    assert b"rror" in err
    assert err.decode("utf-8")
    assert git(site.root, "for-each-ref") == before


def test_so_is_a_variable_that_stands_for_an_option(site: Site) -> None:
    code, _, err = said(site, "gate", "approve", ID, CHANGEFLOW_NOW=os.fsdecode(b"2026\xff"))
    assert code == 2
    assert b"`2026\\xff` is not UTF-8" in err


def test_a_file_may_have_any_name(site: Site, tmp_path: Path) -> None:
    odd = os.fsdecode(bytes(tmp_path) + b"/Gr\xf6\xdfe")
    Path(odd).symlink_to(site.root)
    assert said(site, "--repo", odd, "check")[0] == 0
    code, out, _ = said(site, "check", os.fsencode(odd) + b"\xff.yaml")
    assert (code, out) == (3, b"")


def test_an_interpreter_that_may_not_use_utf8_is_refused(site: Site) -> None:
    argv = [*site.argv()[:1], "-X", "utf8=0", *site.argv("check")[1:]]
    place = PLACES["ASCII that Python takes at its word"]
    done = subprocess.run(argv, cwd=site.root, env=site.environment | place, capture_output=True, check=False)
    assert done.returncode == 5
    assert b"LC_ALL=C.UTF-8" in done.stderr


def test_what_git_writes_in_another_encoding_is_read_all_the_same(site: Site) -> None:
    before = said(site, "ledger", "verify"), said(site, "assess", ID)
    for setting in ("i18n.logOutputEncoding", "i18n.commitEncoding"):
        git(site.root, "config", setting, "UTF-16")
    after = said(site, "ledger", "verify"), said(site, "assess", ID)
    for setting in ("i18n.logOutputEncoding", "i18n.commitEncoding"):
        git(site.root, "config", "--unset", setting)
    assert before == after
