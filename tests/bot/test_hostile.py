"""Whatever a pull request says, the bot's comment, check, summary, outputs and log say it as text: nothing mentions anybody, links,
formats, forges a verdict or gives orders to the runner."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from attacks.stage import Stage
from markdown_it import MarkdownIt

from bot.runner import Done, Job
from changeflow.hosts.github.actions_output import defused

TEXTS = [
    "@acme/everybody look", "closes #1 and GH-2, acme/changes#3", "0123456789abcdef0123456789abcdef01234567",
    "## changeflow: gate open", "PASS by CAB", "</details></details><h2>changeflow: gate open</h2>", "<!-- changeflow/gate -->",
    "![x](https://evil.example/p.png)", "[open](javascript:alert(1))", "https://evil.example/ www.evil.example", "| ✅ ok | all | done |",
    "```\n## changeflow: gate open\n```", "`` ` ``", "::error::x", "##[set-output name=open]true", "::stop-commands::x",
    "x%0A::warning::y", "open<<EOF\ntrue\nEOF", "$(touch pwned) `id` ${{ github.token }}", "\u202eevitacilppa", "zero\u200bwidth",
    "\x1b]8;;https://evil.example\x07here\x1b]8;;\x07", "\x1b[2J\x9b31m", "%%{init: {}}%%", 'x"]; click a "https://evil.example"', "end", "a --> b",
    "'; DROP TABLE", "=HYPERLINK(1)", "<script>alert(1)</script>", "支付系统升级", ":white_check_mark: approved",
]  # fmt: skip
ALLOWED = frozenset(
    {"h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "code", "pre", "strong", "em"}
    | {"blockquote", "sub", "hr", "br"}
)
REFERENCE = re.compile(r"@[a-z0-9]|#[0-9]|(?<![a-z])GH-[0-9]|://|www\.|(?<![0-9a-f])[0-9a-f]{12,}(?![0-9a-f])", re.IGNORECASE)
HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class Seen(HTMLParser):
    """What a reader sees: headings, and prose without code."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.prose = ""
        self.markers = 0
        self.headings: list[str] = []
        self.inside: list[str] = []
        self.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert {name for name, _ in attrs} <= {"open", "style", "class"}, attrs
        assert all(value == "language-mermaid" for name, value in attrs if name == "class"), attrs
        self.inside.append(tag)
        if tag in ("h2", "h3"):
            self.headings.append(f"{tag} ")

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.inside and self.inside[-1] in ("h2", "h3"):
            self.headings[-1] += data
        if "code" not in self.inside:
            self.prose += data

    def handle_comment(self, data: str) -> None:
        assert data == " changeflow/gate ", f"a comment: {data}"
        self.markers += 1


def check_markdown(text: str) -> None:
    assert not HIDDEN.search(text), text
    seen = Seen(text)
    assert [heading for heading in seen.headings if heading.startswith("h2")] in ([], ["h2 changeflow: gate waiting"], ["h2 changeflow: gate shut"])
    assert seen.markers <= 1
    assert not (found := REFERENCE.search(seen.prose)), f"a reference: {seen.prose[max(0, found.start() - 60) : found.end() + 20]}"
    for block in re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL):
        assert not re.search(r"%%\{|^\s*click\b|javascript:|https?:", block, re.MULTILINE), block


def check_log(log: str) -> None:
    """As the runner reads a log: commands at the beginning of a line, the old ones anywhere, until they are stopped."""
    stopped = None
    for line in log.split("\n"):
        assert "##[" not in line
        assert not HIDDEN.search(line.replace("\u2060", "")), repr(line)
        command = line.strip()
        if stopped is not None and command == f"::{stopped}::":
            stopped = None
        elif command.startswith("::"):
            assert stopped is None, f"an order: {line}"
            assert re.fullmatch(r"::stop-commands::[0-9a-f]{32}", command), line
            stopped = command.removeprefix("::stop-commands::")
    assert stopped is None


def check_everything(stage: Stage, done: Done) -> None:
    for comment in stage.pull.comments:
        if comment.author is stage.world.apps["changeflow-bot"].bot:
            check_markdown(comment.body)
    for check in stage.world.checks:
        assert check.title is not None
        assert check.summary is not None
        assert not HIDDEN.search(check.title), check.title
        check_markdown(check.summary)
        check_markdown(check.text or "")
        for annotation in check.annotations:
            assert not HIDDEN.search(f"{annotation['path']}{annotation.get('title', '')}{annotation['message']}"), annotation
    check_markdown(done.summary)
    check_log(done.log)
    assert set(done.outputs) == {"open", "pulls", "states"}
    assert done.outputs["open"] == "false"
    assert all(label.startswith("changeflow:") for label in stage.pull.labels)


def request(text: str) -> dict[str, Any]:
    """A request with a text everywhere a text can stand."""
    step = {"name": text, "run": ["./scripts/flush", text], "verify": [text], "timeout": "PT5M"}
    return {
        "metadata.title": text, "metadata.requester": "alice", "spec.reason": text, "spec.benefit": text, "spec.category": text,
        "spec.effects.customers": text, "spec.implementation.steps": [step, {"name": text, "manual": text}], "spec.verification": [step],
        "spec.rollback.trigger": text, "spec.rollback.steps": [step], "spec.fixes": [text],
    }  # fmt: skip


def test_no_text_of_a_request_is_more_than_text(stage: Stage, job: Job, told: Callable[..., dict[str, Any]]) -> None:
    files = {f"changes/CHG-20261125-text-{number}/rfc.yaml": {"edit": request(text)} for number, text in enumerate(TEXTS)}
    stage.play([{"open": {"files": files, "title": "@acme/everybody ## changeflow: gate open\n::error::x"}}])
    done = job.run("pull_request_target", told("pull_request_target"))
    assert done.code == 1, done.log
    assert f"CHG-20261125-text-{len(TEXTS) - 1}" in done.summary, "the summary has room for all of it"
    check_everything(stage, done)


def test_no_value_of_a_wrong_shape_is_more_than_text(stage: Stage, job: Job, told: Callable[..., dict[str, Any]]) -> None:
    """What is refused is quoted in the refusal."""
    places = ("metadata.requester", "spec.implementer", "spec.type", "spec.items.0.ci", "spec.window.start", "spec.model", "spec.depends_on")
    edits = [{place: [text] if place == "spec.depends_on" else text} for text in TEXTS for place in places]
    files = {f"changes/CHG-20261125-w{number}/rfc.yaml": {"edit": edit} for number, edit in enumerate(edits[:70])}
    stage.play([{"open": {"files": files}}])
    done = job.run("pull_request_target", told("pull_request_target"))
    assert done.code == 1, done.log
    check_everything(stage, done)


def test_no_path_address_login_or_name_of_an_item_is_more_than_text(stage: Stage, job: Job, told: Callable[..., dict[str, Any]]) -> None:
    paths = {"app/" + re.sub(r"[/\n\0]", "-", text)[:60] + f"-{number}": "x\n" for number, text in enumerate(TEXTS)}
    items = [
        {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem", "metadata": {"id": f"item-{number}", "name": text}, "spec": {"depends_on": [{"ci": "cache"}]}}
        for number, text in enumerate(TEXTS)
        if not HIDDEN.search(text)
    ]
    named = {f"cmdb/item-{number}.yaml": {"doc": item} for number, item in enumerate(items)}
    stage.play([{"main": {"by": "dave", "files": named}}])
    stage.world.add_user("evil<b>", 7)
    stage.play(
        [
            {"open": {"rfc": {}, "files": paths, "author": ["@acme", "@acme/x#1|img-src=x|##[a]"]}},
            {"review": {"by": "evil<b>", "body": "## changeflow: gate open"}},
        ]
    )
    done = job.run("pull_request_target", told("pull_request_target"))
    assert done.code == 1, done.log
    check_everything(stage, done)


@pytest.mark.parametrize("text", [text for text in TEXTS if re.search(r"^[@!c0-9h]|</|[\u202e\u200b\x1b]", text)])
def test_the_checks_above_would_notice(text: str) -> None:
    with pytest.raises(AssertionError):
        check_markdown(f"x\n\n- a {text}")


@pytest.mark.parametrize("log", ["::error::x", "  ::set-output name=x::y", "a ##[error]b", "\x1b[2J"])
def test_the_check_of_the_log_would_notice(log: str) -> None:
    with pytest.raises(AssertionError):
        check_log(f"x\n{log}")


@pytest.mark.parametrize("text", TEXTS)
def test_an_error_gives_the_runner_no_orders(text: str) -> None:
    for line in f"error: {defused(text)}".split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
