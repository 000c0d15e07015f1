"""The verdict as a check run.

Annotations in batches, the conclusion in the last of them, and nothing but `success` for open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from changeflow.hosts.github import failures, truncate
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.paging import every
from changeflow.hosts.github.repository import Repository
from changeflow.model.canonical import digest
from changeflow.model.publication import GATE, Annotation, Publication
from changeflow.model.pull_facts import Actor

BATCH: Final = 50
# each batch is a write, and GitHub asks for a second between writes
ANNOTATIONS: Final = 200
MESSAGE: Final = 4_000
CUT: Final = "*Shortened to fit GitHub's limits: `changeflow gate approve` shows everything.*"

# Never neutral or skipped: GitHub would merge.
_ENDS: Final[dict[str, dict[str, str]]] = {
    "open": {"status": "completed", "conclusion": "success"},
    "shut": {"status": "completed", "conclusion": "failure"},
    "error": {"status": "completed", "conclusion": "failure"},
    "pending": {"status": "in_progress"},
}


def put(
    client: Client, repository: Repository, publication: Publication, viewer: Actor | None
) -> bool:
    """Make our newest check run on the head agree with `publication`.

    Args:
        client: the client of GitHub.
        repository: the repository.
        publication: the verdict to show.
        viewer: our own account; when that could not be read, a new check run is made without looking for
            an older one. So it is where the older ones cannot be read and the gate could not be
            decided: that must be said in any case.

    Returns:
        Whether anything had to be written.

    Raises:
        failures.NotAllowed: when the token is no App's, or lacks `checks: write`.
        failures.GitHubFailed: when the verdict could not be placed; what stands there then is never
            a success of this run.
    """
    wanted = _Wanted(publication)
    last = 0
    run = _newest(client, repository, publication, viewer)
    if run is not None:
        last = _number(run)
        if wanted.stands(run):
            return False
        if wanted.fits(run):
            body = {**wanted.body(wanted.lacking(run)), **wanted.end}
            _Run(client, repository, last, _annotated(run)).patch(body)
            return True
    _create(client, repository, publication, viewer, wanted, last)
    return True


class _Wanted:
    """The wanted check run, in the shape of the API and within its limits."""

    def __init__(self, publication: Publication) -> None:
        self.annotations = [_annotation(item) for item in publication.annotations[:ANNOTATIONS]]
        self.end = _ENDS[publication.outcome]
        summary, hidden = publication.summary, len(publication.annotations) - len(self.annotations)
        if hidden:
            summary += (
                f"\n\n{hidden} further findings are not annotated; "
                "`changeflow check` lists them all."
            )
        self._output = {
            "title": truncate.line(publication.title, truncate.CHECK_TITLE) or GATE,
            "summary": truncate.markdown(summary, truncate.CHECK_TEXT, CUT),
            "text": truncate.markdown(publication.text, truncate.CHECK_TEXT, CUT),
        }
        self._details: dict[str, Any] = {}
        if publication.details_url:
            self._details["details_url"] = publication.details_url
        # By what they carry, annotations are known again; an update would append to others.
        self.external_id = f"changeflow:{digest(self.annotations).removeprefix('sha256:')[:40]}"

    def body(self, batch: list[dict[str, Any]]) -> dict[str, Any]:
        """Return a request's body without its end.

        With a status and no conclusion, so that nothing is open before the last batch.
        """
        output: dict[str, Any] = dict(self._output)
        if batch:
            output["annotations"] = batch
        return {
            "name": GATE, "external_id": self.external_id, "status": "in_progress",
            "output": output, **self._details,
        }  # fmt: skip

    def annotated(self, run: JsonNode) -> bool:
        """Tell whether a run carries exactly our annotations."""
        if run.maybe_text("external_id") != self.external_id:
            return False
        return _annotated(run) == len(self.annotations)

    def lacking(self, run: JsonNode) -> list[dict[str, Any]]:
        """Return the annotations that a run does not carry yet."""
        if self.annotated(run):
            return []
        return self.annotations

    def fits(self, run: JsonNode) -> bool:
        """Tell whether a run can be brought to say this in one request.

        A completed run is not opened again: GitHub does not promise that its conclusion goes away.
        """
        if run.maybe_text("conclusion") is not None and "conclusion" not in self.end:
            return False
        return self.annotated(run) or (_annotated(run) == 0 and len(self.annotations) <= BATCH)

    def stands(self, run: JsonNode) -> bool:
        """Tell whether a run says all of this already. White space may have changed on the way.

        The address of the details is not compared: it names the run, and a later run that decides
        the same has nothing to say.
        """
        output = run.at("output")
        if not _agrees(run, self.end):
            return False
        for key, value in self._output.items():
            if (output.maybe_text(key) or "").split() != value.split():
                return False
        return self.annotated(run)


def _annotation(item: Annotation) -> dict[str, Any]:
    start = max(1, item.line)
    found: dict[str, Any] = {
        "path": item.path,
        "start_line": start,
        "end_line": max(start, item.end_line or start),
        "annotation_level": item.level,
        "message": truncate.markdown(item.message, MESSAGE, "…") or "see the summary",
    }
    if item.title:
        found["title"] = truncate.line(item.title, truncate.CHECK_TITLE)
    return found


def _annotated(run: JsonNode) -> int:
    return run.at("output").number("annotations_count")


def _newest(
    client: Client, repository: Repository, publication: Publication, viewer: Actor | None
) -> JsonNode | None:
    """Return our newest check run on the head; None also where it is not known who we are."""
    if viewer is None:
        return None
    try:
        return max(_ours(client, repository, publication, viewer), key=_number, default=None)
    except failures.GitHubFailed:
        if publication.outcome != "error":
            raise
        return None


def _ours(
    client: Client, repository: Repository, publication: Publication, viewer: Actor | None
) -> list[JsonNode]:
    """Return the check runs with our name that our own App made; those of others do not count."""
    path = f"{repository.path}/commits/{publication.head}/check-runs"
    names = {"check_name": GATE, "filter": "latest"}
    found = every(client, "gate check", path, key="check_runs", query=names, verdict=True)
    named = [run for run in found if run.text("name") == GATE]
    if viewer is None:
        return named
    slug = viewer.login.removesuffix("[bot]")
    return [run for run in named if _slug(run) == slug]


def _slug(run: JsonNode) -> str | None:
    app = run.maybe("app")
    if app is None:
        return None
    return app.maybe_text("slug")


def _number(run: JsonNode) -> int:
    return run.number("id")


def _agrees(run: JsonNode, body: dict[str, Any]) -> bool:
    if run.text("status") != body["status"]:
        return False
    return run.maybe_text("conclusion") == body.get("conclusion")


def _confirmed(body: dict[str, Any]) -> Callable[[JsonNode], int]:
    """Return what reads the number of a run just written, if GitHub's answer agrees with it."""

    def read(run: JsonNode) -> int:
        if not _agrees(run, body):
            raise failures.Unbelievable.of("hub.other_verdict")
        return _number(run)

    return read


def _create(
    client: Client,
    repository: Repository,
    publication: Publication,
    viewer: Actor | None,
    wanted: _Wanted,
    last: int,
) -> None:
    """Create a new check run, then send the further batches; only the very last request ends it."""
    starts = range(0, len(wanted.annotations), BATCH)
    batches = [wanted.annotations[start : start + BATCH] for start in starts] or [[]]
    bodies = [wanted.body(batch) for batch in batches]
    bodies[-1] |= wanted.end

    def created() -> int | None:
        newest = last
        for run in _ours(client, repository, publication, viewer):
            if run.maybe_text("external_id") == wanted.external_id:
                newest = max(newest, _number(run))
        if newest == last:
            return None
        return newest

    body = {"head_sha": publication.head, **bodies[0]}
    path = f"{repository.path}/check-runs"
    number = client.write(
        "gate check", "POST", path, body, _confirmed(body), again=created, verdict=True
    )
    run = _Run(client, repository, number, len(batches[0]))
    for further in bodies[1:]:
        run.patch(further)


class _Run:
    """A check run that is being written.

    Annotations are appended, so an unclear answer is settled by counting them.
    """

    def __init__(self, client: Client, repository: Repository, number: int, count: int) -> None:
        self._client = client
        self._path = f"{repository.path}/check-runs/{number}"
        self._count = count

    def patch(self, body: dict[str, Any]) -> None:
        """Update it."""
        batch = body["output"].get("annotations", [])
        expected = self._count + len(batch)

        def happened() -> int | None:
            return self._client.get(
                "gate check", self._path, lambda run: self._ended(run, body, expected), verdict=True
            )

        again: Callable[[], int | None] | Literal[True] = True
        if batch:
            again = happened
        self._client.write(
            "gate check", "PATCH", self._path, body, _confirmed(body), again=again, verdict=True
        )
        self._count = expected

    @staticmethod
    def _ended(run: JsonNode, body: dict[str, Any], expected: int) -> int | None:
        if _annotated(run) != expected or not _agrees(run, body):
            return None
        return _number(run)
