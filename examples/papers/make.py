"""Makes every paper of the example, in both languages, into a folder.

The web shop of `examples/webshop` goes through `changeflow demo`. What `overlay/` has is laid over it,
a service promises a level, and an audit of the CMDB is filled in. Then the papers are made as of a
day in December 2026. A paper that is new gets a line in `PAPERS`.

    python examples/papers/make.py build/papers
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from changeflow.cli.main import run
from changeflow.documents.edits import set_values

HERE = Path(__file__).parent
NOW = "2026-12-07T10:00:00Z"
PERIOD = ("--from", "2026-10-01", "--to", "2027-01-01")
LANGUAGES = ("en", "zh")
PAGES = ("html", "markdown", "text")
LISTS = (*PAGES, "csv", "xlsx")
ENDS = {"html": "html", "markdown": "md", "text": "txt", "csv": "csv", "xlsx": "xlsx"}
FAILED = "CHG-20261120-shipping-2-4"
IMPROVEMENT = "test-every-zone"


class Paper(NamedTuple):
    """A paper: the name of its files, the command that makes it, and its formats."""

    name: str
    command: tuple[str, ...]
    formats: tuple[str, ...] = PAGES


PAPERS = (
    Paper("01-register", ("report", "register", *PERIOD), LISTS),
    Paper("02-change-record", ("report", "change", FAILED)),
    Paper("03-cab-agenda", ("report", "cab")),
    Paper("03-cab-minutes", ("report", "cab", "--minutes", *PERIOD)),
    Paper("04-schedule", ("report", "schedule"), LISTS),
    Paper("05-release-plan", ("report", "release", "2026-w50-shipping")),
    Paper("05-release-record", ("report", "release", "2026-w48-shipping")),
    Paper("06-review", ("report", "review", FAILED)),
    Paper("07-emergencies", ("report", "emergencies", *PERIOD), LISTS),
    Paper("08-unauthorised", ("report", "unauthorised", *PERIOD), LISTS),
    Paper("09-trends", ("report", "trends", *PERIOD), LISTS),
    Paper("10-kpi", ("report", "kpi", *PERIOD), LISTS),
    Paper("11-cmdb", ("report", "cmdb", *PERIOD), LISTS),
    Paper("12-sla", ("report", "sla", *PERIOD), LISTS),
    Paper("13-improvements", ("report", "improvements"), LISTS),
    Paper("14-management-review", ("report", "management", *PERIOD)),
    Paper("15-gap-analysis", ("audit", "--gap", *PERIOD)),
    Paper("16-audit", ("audit", "--seed", "2026-12-07", *PERIOD), LISTS),
    Paper("17-policy", ("policy", "export")),
    Paper("17-standard-changes", ("report", "models", *PERIOD), LISTS),
    Paper("17-roles", ("report", "roles"), LISTS),
)


class _Stream(io.TextIOWrapper):
    """What a command writes, also where it writes bytes."""

    def __init__(self) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding="utf-8", newline="", write_through=True)


def said(shop: Path, *arguments: str, codes: Sequence[int] = (0,)) -> bytes:
    """Return what a command prints in the shop.

    Raises:
        SystemExit: when it ends with another code.
    """
    out, err = _Stream(), _Stream()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.chdir(shop):
        code = run(arguments)
    if code not in codes:
        told = err.bytes.getvalue().decode("utf-8")
        raise SystemExit(f"changeflow {' '.join(arguments)} ended with {code}:\n{told}")
    return out.bytes.getvalue()


def shop_in(folder: Path) -> Path:
    """Return the shop after the demonstration, with what the papers tell of."""
    said(folder, "demo", "--keep", str(folder / "demo"))
    shop, keys = folder / "demo/webshop", folder / "demo/keys"
    signed = ("--as", "carol", "--key", str(keys / "carol"))
    config = shop / "changeflow.yaml"
    named = "spec:\n  organisation: 示例网上商店 (Example web shop)\n  timezone: Asia/Shanghai\n"
    _edit(config, "spec:\n", named)
    commit(shop, "Name the organisation")
    shutil.copytree(HERE / "overlay", shop, dirs_exist_ok=True)
    commit(shop, "Releases, an incident and an improvement")
    supplemented(shop, signed)
    said(shop, "cmdb", "baseline", "2026-11", *signed, "--now", "2026-11-30T10:00:00Z")
    improved(shop)
    # Dave committed what Carol saw: she says so herself
    hers = ("--verified-by", "carol", "--key", str(keys / "carol"))
    said(shop, "improve", IMPROVEMENT, *hers, "--now", "2026-12-03T10:30:00Z")
    item = "metadata: {id: checkout, name: Checkout}\nspec:\n"
    _edit(
        shop / "cmdb/shop.yaml", item, f"{item}  service_level: {{target: 99.95, period: month}}\n"
    )
    commit(shop, "A service level")
    said(shop, "cmdb", "baseline", "2026-12", *signed, "--now", "2026-12-04T10:00:00Z")
    audited(shop)
    return shop


def supplemented(shop: Path, signed: Sequence[str]) -> None:
    """Name an incident in the review of the failed change, which was reported afterwards."""
    path = shop / f"changes/{FAILED}/review.yaml"
    values = {("spec", "incidents"): ["INC-2190"], ("spec", "reviewed"): "2026-11-28"}
    path.write_text(set_values(path.read_text(encoding="utf-8"), values), encoding="utf-8")
    commit(shop, f"Supplement to the review of {FAILED}")
    said(shop, "review", FAILED, *signed, "--now", "2026-11-28T10:00:00Z")


def improved(shop: Path) -> None:
    """Follow what the review of the failed change asks for until another person has verified it."""
    follow_up = ("--review", f"{FAILED}#1")
    said(shop, "improve", IMPROVEMENT, *follow_up, "--now", "2026-11-30T11:00:00Z")
    commit(shop, "Improvement: test every zone", "2026-11-30T11:00:00Z")
    plan = shop / "docs/test-orders.md"
    plan.parent.mkdir(exist_ok=True)
    plan.write_text("# 测试订单\n\n每个邮政区域一个测试订单, 1 至 9 区。\n", encoding="utf-8")
    commit(shop, "A test order for every zone", "2026-12-02T10:00:00Z")
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=shop, check=True, capture_output=True, text=True
    )
    done_by = ("--done-by", head.stdout.strip())
    said(shop, "improve", IMPROVEMENT, *done_by, "--now", "2026-12-02T11:00:00Z")
    seen = ("--verified-by", "carol", "--evidence", "九个区域的测试订单都有运费")
    said(shop, "improve", IMPROVEMENT, *seen, "--now", "2026-12-03T10:00:00Z")
    commit(shop, "Every zone is tested", "2026-12-03T10:00:00Z")


def audited(shop: Path) -> None:
    """Draw a sample of the CMDB, and fill it in as an auditor would."""
    day = "2026-12-05"
    sample = ("--sample", "20", "--seed", "2026-12-05", "--auditor", "dave")
    said(shop, "cmdb", "audit", *sample, "--now", f"{day}T10:00:00Z")
    path = shop / f"cmdb/audits/{day}.yaml"
    text = path.read_text(encoding="utf-8").replace("found: unchecked", "found: agrees")
    wrong = "recorded: tier1, found: differs, value: tier2, note: 与业务连续性清单不符}"
    text = text.replace("recorded: tier1}", wrong, 1)
    text = text.replace("surplus: []", "surplus: [{name: cache-9, type: cache}]")
    path.write_text(
        f"{text}  conclusion: 记录总体可靠, 重要等级需与业务清单核对\n", encoding="utf-8"
    )
    commit(shop, "Audit of the CMDB")


def commit(shop: Path, message: str, at: str | None = None) -> None:
    """Commit everything in the shop, as of a time where one is given."""
    who = (
        "-c",
        "user.name=Dave Dubois",
        "-c",
        "user.email=dave@webshop.example",
        "-c",
        "commit.gpgsign=false",
    )
    subprocess.run(["git", *who, "add", "-A"], cwd=shop, check=True)
    dated = {} if at is None else {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    made = ["git", *who, "commit", "-q", "-m", message]
    subprocess.run(made, cwd=shop, check=True, env=os.environ | dated)


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    if before not in text:
        raise SystemExit(f"{path} has no {before!r}")
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def made(shop: Path, out: Path) -> Iterator[Path]:
    """Make every paper, and yield its files."""
    for paper in PAPERS:
        for language in LANGUAGES:
            for format_ in paper.formats:
                # the policy is that of a commit, whatever the time
                time = () if paper.command[0] == "policy" else ("--now", NOW)
                command = ("--lang", language, *paper.command, *time, "--format", format_)
                # `audit` ends with 1 where there are gaps
                codes = (0, 1) if paper.command[0] == "audit" else (0,)
                file = out / f"{paper.name}.{language}.{ENDS[format_]}"
                file.write_bytes(said(shop, *command, codes=codes))
                yield file
    for language in LANGUAGES:
        yield audit_folder(shop, out / f"16-audit.{language}", language)


def audit_folder(shop: Path, folder: Path, language: str) -> Path:
    """Make the folder of an audit, with one for each sampled change."""
    shutil.rmtree(folder, ignore_errors=True)
    asked = ("audit", "--seed", "2026-12-07", *PERIOD, "--out", str(folder), "--now", NOW)
    said(shop, "--lang", language, *asked, codes=(0, 1))
    return folder


def main() -> None:
    """Make them into the folder that is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", nargs="?", type=Path, default=Path("build/papers"))
    out: Path = parser.parse_args().out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    for name in list(os.environ):
        if name.startswith(("CHANGEFLOW_", "GIT_")):
            del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="changeflow-papers-") as temporary:
        shop = shop_in(Path(temporary).resolve())
        for file in made(shop, out):
            sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
