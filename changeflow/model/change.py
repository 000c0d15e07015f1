"""The request for change (RFC), the heart of the repository."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from changeflow.model.document_parts import (
    ChangeId,
    CiId,
    CommitName,
    Day,
    DerivingRecord,
    Duration,
    Envelope,
    Id,
    Instant,
    PersonId,
    Prose,
    Record,
    RepositoryPath,
    Text,
)
from changeflow.model.engines import Playbook, Workflow
from changeflow.model.release_planning import Criteria, Priority, Supporting, Transition
from changeflow.model.report_summary import FileDigest
from changeflow.model.verification import Query

Argument = Annotated[str, Field(min_length=1, max_length=4_096)]
Argv = Annotated[tuple[Argument, ...], Field(min_length=1, max_length=100)]


class ChangeType(StrEnum):
    """The kind of control that a change is under (ISO/IEC 20000-1:2018 8.5.1.1)."""

    STANDARD = "standard"
    NORMAL = "normal"
    EMERGENCY = "emergency"


class Action(StrEnum):
    """The action on a configuration item.

    `transfer` moves it to another organisation, or takes it over from one.
    """

    ADD = "add"
    MODIFY = "modify"
    REMOVE = "remove"
    TRANSFER = "transfer"


class ChangeMetadata(Record):
    """Identity of a change: not material, apart from `id` and `requester`."""

    id: ChangeId
    title: Text
    requester: PersonId
    created: Day | None = None
    labels: dict[Id, Text] = {}


class ChangedItem(Record):
    """A configuration item the change touches directly."""

    ci: CiId
    action: Action = Action.MODIFY
    outage: Duration | None = None


class DeclaredAssessment(Record):
    """The requester's answers about the difficulty and the preparation of the change."""

    complexity: Literal["low", "medium", "high"] | None = None
    experience: Literal["routine", "done-before", "first-time"] | None = None
    tested: Literal["none", "partly", "production-like"] | None = None


class Effects(Record):
    """Effects that were considered (ISO/IEC 20000-1:2018 8.5.1.3)."""

    customers: Prose | None = None
    availability: Prose | None = None
    capacity: Prose | None = None
    continuity: Prose | None = None
    security: Prose | None = None
    cost: Prose | None = None
    plans: Prose | None = None


# keys of steps that came later: where they are not written, the content is what it was
_ENGINES: Final = ("workflow", "ansible")
_NOT_IN_OLD_CONTENT: Final = ("mutable", "undo", "irreversible", "undoes", "plan", *_ENGINES)
# what a step or its undo is: exactly one of them
_WAYS: Final[list[JsonValue]] = [
    {"required": ["run"]},
    {"required": ["manual"]},
    {"required": ["workflow"]},
    {"required": ["ansible"]},
]

# What a program prints of what will happen.
PlanFormat = Literal["terraform", "ansible", "diff", "sql", "text"]


class PlanProgram(Record):
    """A program that prints what will happen, and changes nothing.

    What it prints is kept beside the request, is approved with it, and is compared again before a
    release starts.
    """

    run: Argv
    format: PlanFormat
    timeout: Duration | None = None


class Step(Record):
    """One step: a program with arguments (`run`), or something a person does (`manual`).

    Every file of the repository that `run` and `verify` name must be what was approved when the
    step starts. `mutable` lists files and folders among them that may change, such as one that an
    earlier step writes. A program itself never may.
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["run"]}, {"required": ["manual"]}]},
    )

    name: Text
    run: Argv | None = None
    manual: Prose | None = None
    verify: Argv | None = None
    timeout: Duration | None = None
    mutable: Annotated[tuple[RepositoryPath, ...], Field(max_length=100)] = ()

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Omit keys that are not written.

        Content approved before these keys existed keeps its digest.
        """
        data: dict[str, Any] = handler(self)
        for key in _NOT_IN_OLD_CONTENT:
            if not data.get(key):
                data.pop(key, None)
        return data

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.run is None) == (self.manual is None):
            raise ValueError("a step has either `run` or `manual`")
        return self

    @property
    def command_lines(self) -> tuple[tuple[str, ...], ...]:
        """Return every program with its arguments that the step starts."""
        return tuple(argv for argv in (self.run, self.verify) if argv is not None)


class ActingStep(Step):
    """A step that makes the change or takes it back: here an engine may do the work, too."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _WAYS})

    workflow: Workflow | None = None
    ansible: Playbook | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if not _is_one(self.run, self.manual, self.workflow, self.ansible):
            raise ValueError("a step has one of `run`, `manual`, `workflow` and `ansible`")
        return self

    @property
    def command_lines(self) -> tuple[tuple[str, ...], ...]:
        """Return every program with its arguments that the step starts, the one of Ansible, too."""
        own = super().command_lines
        return own if self.ansible is None else (self.ansible.words, *own)

    @property
    def playbooks(self) -> tuple[Playbook, ...]:
        """Return the playbooks that it may run."""
        return () if self.ansible is None else (self.ansible,)

    @property
    def workflows(self) -> tuple[Workflow, ...]:
        """Return the workflows that it may dispatch."""
        return () if self.workflow is None else (self.workflow,)


def _is_one(*ways: object) -> bool:
    return sum(way is not None for way in ways) == 1


class Undo(Record):
    """How one step is undone: by a program (`run`), a person (`manual`), or an engine.

    `verify` proves it: a program that exits with 0 when the step is undone.
    """

    model_config = ConfigDict(json_schema_extra={"oneOf": _WAYS})

    run: Argv | None = None
    manual: Prose | None = None
    verify: Argv | None = None
    timeout: Duration | None = None
    workflow: Workflow | None = None
    ansible: Playbook | None = None

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Omit keys that came later and are not written.

        Content approved before these keys existed keeps its digest.
        """
        data: dict[str, Any] = handler(self)
        for key in _ENGINES:
            if data.get(key) is None:
                data.pop(key, None)
        return data

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if not _is_one(self.run, self.manual, self.workflow, self.ansible):
            raise ValueError("`undo` has one of `run`, `manual`, `workflow` and `ansible`")
        return self

    @property
    def command_lines(self) -> tuple[tuple[str, ...], ...]:
        """Return every program with its arguments that undoing starts."""
        lines = [argv for argv in (self.run, self.verify) if argv is not None]
        if self.ansible is not None:
            lines.append(self.ansible.words)
        return tuple(lines)


class ImplementationStep(ActingStep):
    """A step that makes the change, and how it is undone: `undo`, or why it cannot be.

    `plan` is a program that says what the step will do.
    """

    undo: Undo | None = None
    irreversible: Prose | None = None
    plan: PlanProgram | None = None

    @model_validator(mode="after")
    def _one_return(self) -> Self:
        if self.undo is not None and self.irreversible is not None:
            raise ValueError("a step has either `undo` or `irreversible`")
        return self

    @property
    def workflows(self) -> tuple[Workflow, ...]:
        """Return the workflows that the step and its undo may dispatch."""
        own = super().workflows
        if self.undo is None or self.undo.workflow is None:
            return own
        return (*own, self.undo.workflow)

    @property
    def playbooks(self) -> tuple[Playbook, ...]:
        """Return the playbooks that the step and its undo may run."""
        own = super().playbooks
        if self.undo is None or self.undo.ansible is None:
            return own
        return (*own, self.undo.ansible)

    @property
    def foreseeing(self) -> PlanProgram | None:
        """Return the program that says what it will do: its `plan`, or its playbook in check mode."""
        if self.plan is None and self.ansible is not None:
            return PlanProgram(run=self.ansible.plan_words, format="ansible", timeout=self.timeout)
        return self.plan

    @property
    def command_lines(self) -> tuple[tuple[str, ...], ...]:
        """Return every program with its arguments that the step, its undo and its plan start."""
        own = super().command_lines
        if self.undo is not None:
            own = (*own, *self.undo.command_lines)
        return own if self.plan is None else (*own, self.plan.run)


class RollbackStep(ActingStep):
    """A step of the rollback plan.

    `undoes` names steps of the implementation: it is left out where none of them was begun.
    """

    undoes: Annotated[tuple[Text, ...], Field(max_length=200)] = ()


_SOAK_KEYS = ("for", "every", "failures", "query")


class VerificationStep(Step):
    """A step that shows that the change worked. It may last, and may ask for a metric (`query`).

    With `for` it is probed at once and then `every` so often until that time is over, and it has
    failed after so many `failures` in a row. Without `every` it is probed every 30 seconds.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "oneOf": [{"required": ["run"]}, {"required": ["manual"]}, {"required": ["query"]}],
        },
    )

    query: Query | None = None
    for_: Duration | None = Field(default=None, alias="for")
    every: Duration | None = None
    failures: Annotated[int, Field(ge=1, le=1_000)] | None = None

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Omit what is not written.

        Content approved before the keys existed keeps its digest.
        """
        data: dict[str, Any] = handler(self)
        if "for_" in data:
            data["for"] = data.pop("for_")
        for key in _SOAK_KEYS:
            if data.get(key) is None:
                data.pop(key, None)
        if not self.mutable:
            data.pop("mutable", None)
        return data

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.run, self.manual, self.query)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("a verification has one of `run`, `manual` and `query`")
        return self


class Artifact(Record):
    """A file that is deployed, by its digest. It need not be in git.

    `path` is where it lies when the release starts, from the top of the change repository.
    """

    name: Text
    path: RepositoryPath
    digest: FileDigest


class Implementation(Record):
    """The steps that make the change, and the files that they deploy.

    `plan` says what all of them do together.
    """

    steps: Annotated[tuple[ImplementationStep, ...], Field(min_length=1, max_length=200)]
    plan: PlanProgram | None = None
    artifacts: Annotated[tuple[Artifact, ...], Field(max_length=100)] = ()

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Omit what is not written.

        Content approved before the keys existed keeps its digest.
        """
        data: dict[str, Any] = handler(self)
        if data.get("plan") is None:
            data.pop("plan", None)
        if not self.artifacts:
            data.pop("artifacts", None)
        return data

    @property
    def plans(self) -> tuple[tuple[int, PlanProgram], ...]:
        """Return the programs that say what will happen, by their numbers.

        Number 0 is about all steps together, the others are positions of steps, from 1.
        """
        whole = self.plan
        found = [] if whole is None else [(0, whole)]
        for number, step in enumerate(self.steps, start=1):
            program = step.foreseeing
            if program is not None:
                found.append((number, program))
        return tuple(found)


class Rollback(Record):
    """The plan to undo the change: when, how, and within what time."""

    trigger: Prose | None = None
    limit: Duration | None = None
    steps: Annotated[tuple[RollbackStep, ...], Field(max_length=200)] = ()
    preconditions: Annotated[tuple[Step, ...], Field(max_length=50)] = ()


class Window(Record):
    """When the change may be made, both ends with an offset."""

    start: Instant
    end: Instant


class Emergency(Record):
    """The reason why the change cannot wait."""

    incident: Text
    justification: Prose


class Retrospective(Record):
    """What was delivered before anybody had asked for it: the request is written afterwards.

    It names a commit of the main branch, a tag with its commit, or a deployment.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["commit"]}, {"required": ["deployment"]}]},
    )

    commit: CommitName | None = None
    tag: Text | None = None
    deployment: Text | None = None
    started: Instant
    ended: Instant
    made_by: Annotated[tuple[Text, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.commit is None and self.deployment is None:
            raise ValueError("it names a `commit` or a `deployment`")
        return self


# keys of requests that came later
_LATER: Final = ("retrospective", "priority", "acceptance", "transition", "evidence")

# What a request that is no draft must say. `window` is asked of everything but emergencies, which
# may start at once, and of what was done already.
_COMPLETE = ("implementer", "items", "assessment", "implementation", "rollback")


def _if_then(condition: dict[str, Any], *then: str) -> dict[str, Any]:
    """Return that these keys are needed under a condition; what was done already has no window."""
    asked: dict[str, Any] = {"properties": condition, "required": list(condition)}
    if "window" in then:
        asked["not"] = {"required": ["retrospective"]}
    return {"if": asked, "then": {"required": list(then)}}


class ChangeSpec(Record):
    """The requested change. A draft needs only `type` and `reason`."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {
                    "if": {"properties": {"draft": {"const": True}}, "required": ["draft"]},
                    "else": {
                        "required": list(_COMPLETE),
                        "allOf": [
                            _if_then({"type": {"const": "standard"}}, "model"),
                            _if_then({"type": {"const": "standard"}}, "window"),
                            _if_then({"type": {"const": "normal"}}, "window"),
                            _if_then({"type": {"const": "emergency"}}, "emergency"),
                        ],
                    },
                },
            ]
        },
    )

    type: ChangeType
    reason: Prose
    draft: bool = False
    model: Id | None = None
    emergency: Emergency | None = None
    category: Text | None = None
    benefit: Prose | None = None
    implementer: PersonId | None = None
    items: Annotated[tuple[ChangedItem, ...], Field(min_length=1, max_length=500)] | None = None
    assessment: DeclaredAssessment | None = None
    effects: Effects | None = None
    priority: Priority | None = None
    acceptance: Criteria = ()
    transition: Transition | None = None
    evidence: Supporting = ()
    implementation: Implementation | None = None
    verification: Annotated[tuple[VerificationStep, ...], Field(max_length=200)] = ()
    rollback: Rollback | None = None
    window: Window | None = None
    retrospective: Retrospective | None = None
    depends_on: Annotated[tuple[ChangeId, ...], Field(max_length=100)] = ()
    fixes: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    notify: Annotated[tuple[Id, ...], Field(max_length=100)] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps that make, check or undo the change, preconditions included."""
        forward = self.implementation.steps if self.implementation is not None else ()
        back: tuple[Step, ...] = ()
        if self.rollback is not None:
            back = (*self.rollback.steps, *self.rollback.preconditions)
        return (*forward, *self.verification, *back)

    @property
    def plans(self) -> tuple[tuple[int, PlanProgram], ...]:
        """Return the programs that say what will happen, by their numbers."""
        return self.implementation.plans if self.implementation is not None else ()

    @property
    def workflows(self) -> tuple[Workflow, ...]:
        """Return the workflows that may be dispatched for the change, those of undos included."""
        found: list[Workflow] = []
        for step in self.steps:
            if isinstance(step, ActingStep):
                found += step.workflows
        return tuple(found)

    @property
    def beside_playbooks(self) -> tuple[str, ...]:
        """Return files and folders that playbooks read although no command line names them."""
        found: list[str] = []
        for step in self.steps:
            if isinstance(step, ActingStep):
                for playbook in step.playbooks:
                    found += playbook.beside
        return tuple(found)

    @property
    def command_lines(self) -> tuple[tuple[str, ...], ...]:
        """Return every program with its arguments that is started for the change."""
        found: list[tuple[str, ...]] = []
        for step in self.steps:
            found += step.command_lines
        if self.implementation is not None and self.implementation.plan is not None:
            found.append(self.implementation.plan.run)
        return tuple(found)

    @property
    def has_way_back(self) -> bool:
        """Return whether every step of the implementation can be undone by what is planned."""
        back = self.rollback.steps if self.rollback is not None else ()
        forward = self.implementation.steps if self.implementation is not None else ()
        if not forward:
            return bool(back)
        return all(can_be_undone(step, back) for step in forward)

    @model_validator(mode="after")
    def _complete_unless_draft(self) -> Self:
        if self.draft:
            return self
        by_type = {
            ChangeType.STANDARD: ("model", "window"),
            ChangeType.NORMAL: ("window",),
            ChangeType.EMERGENCY: ("emergency",),
        }
        needed = (*_COMPLETE, *by_type[self.type])
        missing = [name for name in needed if getattr(self, name) is None]
        if self.retrospective is not None and "window" in missing:
            missing.remove("window")
        if missing:
            raise ValueError(f"missing: {', '.join(missing)}")
        return self


class ChangeRequest(DerivingRecord, Envelope):
    """A request for change: `changes/<id>/rfc.yaml`."""

    kind: Literal["ChangeRequest"]
    metadata: ChangeMetadata
    spec: ChangeSpec

    @property
    def id(self) -> str:
        """Return the id of the change, which is also its folder's name."""
        return self.metadata.id

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the ids of the configuration items changed directly, in the order written."""
        return tuple(item.ci for item in self.spec.items or ())

    @cached_property
    def material_spec(self) -> Mapping[str, Any]:
        """Return the material fields of the spec as plain data (see `material`)."""
        return self._plain_spec(
            exclude={
                "reason": True,
                "benefit": True,
                "effects": True,
                "priority": True,
                "evidence": True,
                "fixes": True,
                "notify": True,
                "emergency": {"justification"},
            },
        )

    @cached_property
    def stated_spec(self) -> Mapping[str, Any]:
        """Return the spec as plain data, without values that are not stated and have no default."""
        return self._plain_spec(exclude_none=True)

    @cached_property
    def plain(self) -> Mapping[str, Any]:
        """Return the request as plain data, keys as in the contract."""
        return self.model_dump(mode="json", by_alias=True)

    def _plain_spec(
        self, *, exclude: Mapping[str, Any] | None = None, exclude_none: bool = False
    ) -> dict[str, Any]:
        """Return the spec as plain data, without some of its keys.

        It is dumped as a part of the request: pydantic has built that for reading it, and a spec by
        itself would be built once more.
        """
        left_out = {"spec": dict(exclude)} if exclude else None
        dumped = self.model_dump(
            mode="json", include={"spec"}, exclude=left_out, exclude_none=exclude_none
        )
        spec: dict[str, Any] = dumped["spec"]
        for key in _LATER:
            # content that was approved before the key existed keeps its digest
            if not spec.get(key):
                spec.pop(key, None)
        return spec


def can_be_undone(step: ImplementationStep, back: Sequence[RollbackStep]) -> bool:
    """Return whether a step has an undo, or a step of the rollback plan undoes it.

    A rollback step that is tied to no step undoes all of them.
    """
    if step.irreversible is not None:
        return False
    if step.undo is not None:
        return True
    return any(not one.undoes or step.name in one.undoes for one in back)


def material(change: ChangeRequest) -> dict[str, Any]:
    """Return the material fields: what is done, to what, by whom, when, and how it is undone.

    Not material: title, creation date, labels, reason, benefit, effects, priority, evidence that
    supports it, `fixes`, `notify` and the justification of an emergency. Material among what is
    said for the planning of releases: `acceptance` and `transition`. Times are reduced to instants,
    durations to one spelling, and absent values to their defaults. So only a change of meaning
    changes the result (docs/concepts/index.md, "Approvals are of content"). The fields are those
    that the request keeps: who changes them changes the request.
    """
    metadata = change.metadata
    return {"id": metadata.id, "requester": metadata.requester, "spec": change.material_spec}
