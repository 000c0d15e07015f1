"""Start-up time is a feature: a command imports only what it needs."""

from __future__ import annotations

import os
import pkgutil
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from changeflow import model
from changeflow.model.document_parts import Record

PROJECT = Path(__file__).resolve().parents[1]
HEAVY = (
    "github3",
    "requests",
    "networkx",
    "jsonschema",
    "ruamel",
    "icalendar",
    "cryptography",
    "dateutil",
    "cel_expr_python",
    "pydantic",
    "numpy",
    "yaml",
)

# Command line, and the heavy packages it may import. The change is one of the example's.
CHANGE = "CHG-20261120-shipping-2-4"
BUDGET = {
    "--version": (),
    "--help": (),
    "check": ("cel_expr_python", "dateutil"),  # for the conditions and the calendar that it checks
    "impact shipping": (),
    "impact shipping --format json": (),
    "cmdb show shipping": ("pydantic",),
    "schema list": (),
    f"assess {CHANGE}": ("pydantic", "cel_expr_python", "dateutil"),
    f"gate approve {CHANGE}": ("pydantic", "cel_expr_python", "dateutil"),
    f"release plan {CHANGE}": ("pydantic", "cel_expr_python", "dateutil"),
    "policy list": ("pydantic", "cel_expr_python", "dateutil"),
    "ledger verify": ("pydantic",),
    "new a-change --requester alice --now 2026-11-20T00:00:00Z": (
        "pydantic",
        "cel_expr_python",
        "dateutil",
    ),
}
PROGRAM = (
    "import sys, atexit\n"
    "sys.argv[0] = 'changeflow'\n"
    "atexit.register(lambda: print('\\n' + ' '.join(sys.modules), file=sys.stderr))\n"
    "from changeflow.__main__ import main\n"
    "sys.exit(main())\n"
)


def _without_sources(folder: Path) -> None:
    """Leave the CMDB as most repositories have it, without sources and without `maps`."""
    for name in ("sources", "exports"):
        shutil.rmtree(folder / "cmdb" / name)
    file = folder / "cmdb" / "platform.yaml"
    text = file.read_text(encoding="utf-8")
    begin = text.index("  maps:")
    file.write_text(text[:begin] + text[text.index("---", begin) :], encoding="utf-8")


@pytest.fixture(scope="module")
def webshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example under git, as one commit on main."""
    folder = tmp_path_factory.mktemp("imports") / "webshop"
    settings = (
        "-c",
        "user.name=Alice",
        "-c",
        "user.email=alice@webshop.example",
        "-c",
        "commit.gpgsign=false",
    )
    subprocess.run(["cp", "-R", str(PROJECT / "examples/webshop"), str(folder)], check=True)
    _without_sources(folder)
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        ("commit", "-q", "-m", "The example"),
    ):
        subprocess.run(["git", *settings, *arguments], cwd=folder, check=True)
    # The first commands put the CMDB into a snapshot and remember what they read, for which they load more.
    for line in ("impact shipping", f"assess {CHANGE}"):
        subprocess.run(
            [sys.executable, "-m", "changeflow", *line.split()],
            cwd=folder,
            check=True,
            capture_output=True,
        )
    return folder


@pytest.mark.parametrize("line", BUDGET)
def test_a_command_imports_what_it_needs_and_nothing_heavy_beside(
    webshop: Path, line: str, tmp_path: Path
) -> None:
    folder = webshop
    if line.startswith("new "):
        # in a copy: the new request has findings, whose sentences `check` would load from then on
        folder = shutil.copytree(webshop, tmp_path / "webshop", symlinks=True)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *line.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1, 3), done.stderr
    loaded = {name.partition(".")[0] for name in done.stderr.splitlines()[-1].split()}
    assert {"sys", "changeflow"} <= loaded
    assert sorted(loaded & set(HEAVY) - set(BUDGET[line])) == []


# At most so many modules of our own: today's value and a little room. Lower a limit when a command has become lighter.
# with the scorecard, and with what tells that nothing of the past is recorded
OURS = {
    "--version": 2,
    "check": 128,  # with the rules of workflows
    "impact shipping": 94,
    f"assess {CHANGE}": 190,  # with what is remembered of the CMDB and the rules
    f"gate approve {CHANGE}": 301,  # with kept rules, the library that checks documents alone, what a hold, an exception, a rehearsal, an acceptance and a given review are, and lazy dataclasses
    "schedule --from 2030-01-01T00:00:00Z": 174,  # with what is remembered of the configuration, the library that checks documents alone, and what is remembered of its rows
}


def modules_of(webshop: Path, line: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *line.split()],
        cwd=webshop,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1, 3), done.stderr
    return [name for name in done.stderr.splitlines()[-1].split() if name.startswith("changeflow")]


@pytest.mark.parametrize("line", OURS)
def test_a_command_imports_few_of_our_modules(webshop: Path, line: str) -> None:
    # the first finds the CMDB, the second the rules: what is remembered is not to depend on other tests
    modules_of(webshop, line)
    modules_of(webshop, line)
    assert 2 <= len(modules_of(webshop, line)) <= OURS[line]


@pytest.mark.parametrize(
    "line", [f"assess {CHANGE}", "impact shipping", "policy list", f"gate approve {CHANGE}"]
)
def test_what_finds_no_ledger_imports_nothing_that_reads_one(webshop: Path, line: str) -> None:
    loaded = set(modules_of(webshop, line))
    assert "changeflow.reading.ledger_now" in loaded
    assert (
        sorted(
            loaded
            & {
                "changeflow.reading.ledger_reader",
                "changeflow.repo.ledger_branch",
                "changeflow.ledger.chain",
            }
        )
        == []
    )


@pytest.mark.parametrize("line", [f"assess {CHANGE}", "schedule --from 2030-01-01T00:00:00Z"])
def test_what_decides_nothing_imports_no_gate(webshop: Path, line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *line.split()],
        cwd=webshop,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "changeflow.gate.classify" in loaded
    assert (
        sorted(
            loaded
            & {
                "changeflow.gate.decision",
                "changeflow.gate.lifecycle",
                "changeflow.checks.apply_rules",
                "changeflow.model.post_implementation",
            }
        )
        == []
    )


@pytest.mark.parametrize("name", [found.name for found in pkgutil.iter_modules(model.__path__)])
def test_no_record_of_the_model_leaves_its_annotations_as_text(name: str) -> None:
    module = import_module(f"changeflow.model.{name}")
    records = [
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Record)
    ]
    texts = [
        record.__name__
        for record in records
        if any(isinstance(written, str) for written in record.__annotations__.values())
    ]
    assert texts == []


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="threads are counted as Linux shows them"
)
def test_numpy_starts_no_threads_and_leaves_the_environment_as_it_was() -> None:
    program = (
        "import os; before = dict(os.environ)\n"
        "from changeflow.numpy_alone import np\n"
        "print(len(os.listdir('/proc/self/task')), dict(os.environ) == before, np.__name__)\n"
    )
    for told in ({}, {"OPENBLAS_NUM_THREADS": "1"}):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == ["1", "True", "numpy"]


def test_numpy_comes_without_its_types_and_they_can_be_had_later() -> None:
    program = (
        "import sys\n"
        "from changeflow.numpy_alone import np\n"
        "print('numpy._typing' in sys.modules)\n"
        "from numpy.typing import NDArray\n"
        "print(NDArray[np.int32].__origin__ is np.ndarray)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]


def test_a_version_of_numpy_that_asks_for_more_types_gets_all_of_them(tmp_path: Path) -> None:
    types = tmp_path / "numpy" / "_typing"
    types.mkdir(parents=True)
    tmp_path.joinpath("numpy", "__init__.py").write_text(
        "from numpy._typing import NDArray\nfrom numpy._typing import Other\nfrom numpy._typing.part import this\n",
        encoding="utf-8",
    )
    types.joinpath("__init__.py").write_text("NDArray, Other = 'arrays', 'other'\n", encoding="utf-8")
    types.joinpath("part.py").write_text("this = 'of a part'\n", encoding="utf-8")
    program = (
        "from changeflow.numpy_alone import np\n"
        "import numpy._typing\n"
        "print(np.Other, np.this, numpy._typing.NDArray, sep='|')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "other|of a part|arrays"


def test_documents_are_checked_without_electronic_mail_which_can_be_had_later() -> None:
    program = (
        "import sys\n"
        "from changeflow.jsonschema_alone import jsonschema_rs\n"
        "print('email.utils' in sys.modules, 'socket' in sys.modules)\n"
        "print(jsonschema_rs.is_valid({'type': 'string'}, 'text'))\n"
        "import email.utils\n"
        "print(email.utils.parsedate_to_datetime('Tue, 27 Oct 2026 10:17:51 +0000').year)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False", "True", "2026"]


def test_a_version_that_asks_for_more_of_electronic_mail_gets_all_of_it(tmp_path: Path) -> None:
    tmp_path.joinpath("jsonschema_rs.py").write_text(
        "from email.utils import parsedate_to_datetime\nfrom email.utils import quote\n", encoding="utf-8"
    )
    program = "from changeflow.jsonschema_alone import jsonschema_rs\nprint(jsonschema_rs.quote('a\"b'))\n"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == 'a\\"b'


def test_no_plug_in_of_pydantic_is_looked_for_or_run(tmp_path: Path) -> None:
    about = tmp_path / "spying-1.0.dist-info"
    about.mkdir()
    about.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: spying\nVersion: 1.0\n", encoding="utf-8")
    about.joinpath("entry_points.txt").write_text("[pydantic]\nspying = spying\n", encoding="utf-8")
    tmp_path.joinpath("spying.py").write_text(
        "print('spying')\ndef new_schema_validator(*_): return None, None, None\n",
        encoding="utf-8",
    )
    said = []
    for module, base in (("pydantic", "BaseModel"), ("changeflow.model.document_parts", "Record")):
        program = (
            f"import sys\nfrom {module} import {base}\n"
            f"class Spec({base}): pass\n"
            "Spec()\nprint('importlib.metadata' in sys.modules)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"},
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(done.stdout.split())
    assert said == [["spying", "True"], ["False"]]
