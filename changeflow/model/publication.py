"""What the bot says on a pull request, and what became of it.

Texts are Markdown that is already safe to show.
"""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import Record

GATE: Literal["changeflow/gate"] = "changeflow/gate"
OWN_LABELS = "changeflow:"


class Annotation(Record):
    """A remark on lines of a file.

    Lines count from 1; a remark on the whole file is on its first line.
    """

    path: str
    line: int
    end_line: int | None = None
    level: Literal["notice", "warning", "failure"]
    title: str = ""
    message: str


class Publication(Record):
    """The verdict on a commit, and what is said around it.

    Only `open` lets GitHub merge. `head` is the commit's full object id. `comment` None leaves the
    conversation alone; `labels` are all of ours that should be there; `reviewers` are logins worth
    asking.
    """

    head: Annotated[str, Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$(?!\n)")]
    outcome: Literal["open", "shut", "pending", "error"]
    title: str
    summary: str
    text: str = ""
    details_url: str | None = None
    annotations: tuple[Annotation, ...] = ()
    comment: str | None = None
    labels: tuple[Annotated[str, Field(pattern=r"^changeflow:[^,\n]{1,39}$(?!\n)")], ...] | None = (
        None
    )
    reviewers: tuple[str, ...] = ()


class Published(Record):
    """Result of publishing.

    `verdict` says in which form the verdict was published, `written` what was written, and `notes`
    what failed or looks odd.
    """

    verdict: Literal["check", "status"]
    written: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
