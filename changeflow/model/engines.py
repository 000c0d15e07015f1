"""Engines that carry out a step: a workflow of GitHub Actions, a playbook of Ansible."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from changeflow.model.document_parts import CommitName, Record, RepositoryPath
from changeflow.model.playbook_words import files_beside, plan_words, playbook_words

RepositoryName = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$(?!\n)")
]
WorkflowFile = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\.ya?ml$(?!\n)")]
# A branch or a tag, without what git allows in no name of one.
GitName = Annotated[
    str,
    Field(
        max_length=250,
        pattern=r"^(?!-)(?!.*(\.\.|//|@\{|\.lock$|\.$|/$))[^\x00-\x20~^:?*\[\\\x7f/][^\x00-\x20~^:?*\[\\\x7f]*$(?!\n)",
    ),
]
InputName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,99}$(?!\n)")]
InputValue = Annotated[str, Field(max_length=4_096)]
# GitHub takes 25 inputs; one of them is ours
Inputs = Annotated[dict[InputName, InputValue], Field(max_length=24)]


class Engine(Record):
    """What an engine is given, in content as it is written: without what is empty."""

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Omit what is not written."""
        data: dict[str, Any] = handler(self)
        return {key: value for key, value in data.items() if value not in (None, {}, (), [])}


class WorkflowRehearsal(Record):
    """What is different of a workflow in a rehearsal: where it acts."""

    ref: GitName | None = None
    inputs: Inputs


class Workflow(Engine):
    """A workflow of GitHub Actions that a step dispatches, and follows to its end.

    It is one that starts on `workflow_dispatch`, takes the input `changeflow`, and repeats it in
    its `run-name`: by that its run is found again when an answer is lost. The step is done when
    the run ends with the conclusion `success`.
    """

    repository: RepositoryName
    file: WorkflowFile
    ref: GitName
    commit: CommitName | None = None
    inputs: Inputs = {}
    rehearsal: WorkflowRehearsal | None = None

    @property
    def shown(self) -> str:
        """Return the workflow with its inputs in one line, for people."""
        return workflow_in_line(self.model_dump(mode="json"))

    def in_rehearsal(self) -> "Workflow | None":
        """Return the workflow as a rehearsal runs it; None where nothing says where it acts then."""
        if self.rehearsal is None:
            return None
        inputs = {**self.inputs, **self.rehearsal.inputs}
        changed: dict[str, Any] = {"inputs": inputs, "rehearsal": None}
        if self.rehearsal.ref not in (None, self.ref):
            # the commit is one of the branch that a release uses
            changed |= {"ref": self.rehearsal.ref, "commit": None}
        return self.model_copy(update=changed)


# A word of a command line that is no option.
Word = Annotated[str, Field(max_length=1_024, pattern=r"^(?!-)[^\x00-\x1f]+$(?!\n)")]
Tag = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,99}$(?!\n)")]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$(?!\n)")]
Inventories = Annotated[tuple[Word, ...], Field(min_length=1, max_length=20)]
Variables = Annotated[dict[VariableName, InputValue], Field(max_length=100)]


class PlaybookRehearsal(Record):
    """What is different of a playbook in a rehearsal: where it acts."""

    inventory: Inventories
    limit: Word | None = None
    extra_vars: Variables = {}


class Playbook(Engine):
    """A playbook of Ansible that a step runs.

    What it would change (`--check --diff`) is the plan of the step, unless the step names another.
    The step is done when the playbook ends well, acted on at least one host, and no task failed.
    """

    playbook: RepositoryPath
    inventory: Inventories
    limit: Word | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=50)] = ()
    skip_tags: Annotated[tuple[Tag, ...], Field(max_length=50)] = ()
    extra_vars: Variables = {}
    files: Annotated[tuple[RepositoryPath, ...], Field(max_length=100)] = ()
    rehearsal: PlaybookRehearsal | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Return the program and its arguments."""
        return playbook_words(self.model_dump(mode="json"))

    @property
    def plan_words(self) -> tuple[str, ...]:
        """Return the program that says what it would change."""
        return plan_words(self.model_dump(mode="json"))

    @property
    def beside(self) -> tuple[str, ...]:
        """Return the files and folders that it reads although its command line names none of them."""
        return files_beside(self.model_dump(mode="json"))

    def in_rehearsal(self) -> "Playbook | None":
        """Return the playbook as a rehearsal runs it; None where nothing says where it acts then."""
        if self.rehearsal is None:
            return None
        changed: dict[str, Any] = {
            "inventory": self.rehearsal.inventory,
            "limit": self.rehearsal.limit,
            "extra_vars": {**self.extra_vars, **self.rehearsal.extra_vars},
            "rehearsal": None,
        }
        return self.model_copy(update=changed)


def workflow_in_line(written: Mapping[str, Any]) -> str:
    """Return a workflow as it is written in one line: its file, where it is taken from, its inputs."""
    taken_from = written.get("commit") or written.get("ref")
    file = f"{written.get('repository')}/.github/workflows/{written.get('file')}@{taken_from}"
    inputs = [f"{name}={value}" for name, value in (written.get("inputs") or {}).items()]
    return " ".join([file, *inputs])
