"""`changeflow.yaml`: every key has a default."""

from datetime import timedelta, tzinfo
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from changeflow.model.branches import LEDGER_BRANCH, MAIN_BRANCH
from changeflow.model.cmdb import Criticality
from changeflow.model.document_parts import (
    CommitName,
    Day,
    Duration,
    Envelope,
    Id,
    Metadata,
    PersonId,
    Prose,
    Record,
    RoleId,
    Text,
)
from changeflow.model.languages import ENGLISH, LanguageName
from changeflow.model.notify_settings import NotifyConfig
from changeflow.model.periods import LONGEST_FREEZE
from changeflow.model.verification import ServerUrl, TokenVariable
from changeflow.model.zones import time_zone, zone_name

# The hosts that a configuration may name: the rows of `hosts.table`.
HostName = Literal["local", "github"]

RefName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$(?!\n)")]

ZoneName = Annotated[Text, AfterValidator(zone_name)]

# What names a repository in signed evidence. A clone keeps it; a copy that lives on by itself takes
# another.
RepositoryId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$(?!\n)")]

VerifierKey = Annotated[
    str, Field(max_length=300, pattern=r"^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$(?!\n)")
]
EntryDigest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_*][A-Za-z0-9_*]{0,127}$(?!\n)")]

CI_TYPES: tuple[str, ...] = (
    "service",
    "application",
    "database",
    "cache",
    "queue",
    "storage",
    "network",
    "server",
    "cluster",
    "device",
    "platform",
    "library",
    "external",
    "business-service",
    "component",
    "other",
)

# Types of items that count as services: customers may feel it when one goes.
SERVICE_TYPES: tuple[str, ...] = ("service", "application", "business-service")


class LedgerConfig(Record):
    """The settings of the ledger.

    With a `remote`, every append is pushed there and must be accepted there.

    `skew` is how far the clocks of those who append may differ. `wrong_clocks` are digests of
    entries that the team says were dated by a clock that was wrong: they set no date for the
    entries after them, and an approval among them does not count.

    `witnesses` are verifier keys of those who cosign the ledger (C2SP): name, id and key.

    A fetch or push that takes longer than `timeout` is ended, and counts as failed.
    """

    branch: RefName = LEDGER_BRANCH
    remote: Text | None = None
    skew: Duration = timedelta(minutes=5)
    wrong_clocks: tuple[EntryDigest, ...] = ()
    witnesses: Annotated[tuple[VerifierKey, ...], Field(max_length=100)] = ()
    timeout: Duration = timedelta(minutes=2)


class RehearsalConfig(Record):
    """How `changeflow release rehearse` treats what a program cannot do.

    Manual steps are left out (`skip`) and named in the answer, or a person is asked to do each of
    them in the sandbox (`ask`).
    """

    manual: Literal["skip", "ask"] = "skip"


class EnvironmentConfig(Record):
    """What an environment is for. In a `sandbox` nothing is lost: releases are rehearsed there."""

    kind: Literal["live", "sandbox"] = "live"


class ReleaseConfig(Record):
    """Defaults of a release.

    `secrets` names variables, with `*` for any part of a name, whose values are never shown or
    recorded. Variables whose names say so (`DB_PASSWORD`, `API_TOKEN`) are masked anyway. `tokens`
    maps a variable to the servers that a query may send its value to: a request alone must not
    choose both.
    """

    secrets: tuple[VariableName, ...] = ()
    tokens: dict[TokenVariable, Annotated[tuple[ServerUrl, ...], Field(max_length=50)]] = {}
    step_timeout: Duration = timedelta(minutes=15)
    confirm_timeout: Duration = timedelta(hours=4)
    rehearsal: RehearsalConfig = RehearsalConfig.model_construct()


# Why two open changes collide.
ConflictKind = Literal[
    "same-item", "dependency", "redundancy", "rollback", "person", "environment", "order"
]

# The rules about items whose level an organisation may choose.
ItemRule = Literal[
    "cmdb-absent-owner",
    "cmdb-incomplete",
    "cmdb-not-updated",
    "cmdb-orphan",
    "cmdb-retired-dependency",
    "cmdb-ring",
    "cmdb-single-points",
    "cmdb-tier-inversion",
    "cmdb-unconfirmed",
    "cmdb-unknown-owner",
    "cmdb-unknown-type",
]


class CmdbConfig(Record):
    """What `check` and `cmdb check` ask of the CMDB.

    `levels` says how bad a rule is here. Without an entry it is as bad as the list of rules says.

    `confirm_within` says for each tier how long the confirmation of a live item holds. A tier that
    is missing is not asked.
    """

    levels: dict[ItemRule, Literal["error", "warning", "ignore"]] = {}
    confirm_within: dict[Criticality, Duration] = {}


class OutsideDelivery(Record):
    """A commit, tag or deployment that a person says no request is asked for.

    A tag is named with the commit that it is at: at another one it is another delivery. `by` is a
    person of the roster who did not make it. After `until` it does not count any more.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["commit"]}, {"required": ["deployment"]}]},
    )

    commit: CommitName | None = None
    tag: Text | None = None
    deployment: Text | None = None
    reason: Prose
    by: PersonId
    until: Day | None = None


class StandingConfig(Record):
    """What `policy backtest` takes for proven.

    A kind of change is a candidate for a change model once `candidate_changes` of it ended, all of
    them well. A model is doubtful if the share of its changes that go well is surely below
    `doubtful_below` per cent: the upper end of its 95 % interval (Wilson) is.
    """

    candidate_changes: Annotated[int, Field(ge=1, le=100_000)] = 20
    doubtful_below: Annotated[int, Field(ge=1, le=100)] = 95


class ConflictConfig(Record):
    """What conflicts between open changes mean.

    Those of a `hard` kind keep the later of two approved changes waiting; the others are told. In
    the environments of `exclusive` one change is planned at a time.
    """

    hard: tuple[ConflictKind, ...] = ("same-item", "redundancy")
    exclusive: tuple[Id, ...] = ()


class HoldConfig(Record):
    """Who may stop the line with `changeflow hold`, and what that does to a running release.

    A hold is in force once `count` people of `roles` agree, and is lifted likewise. Without `roles`
    these are the CAB and the role `ecab`.

    `running` is about releases that run when a hold or a freeze comes, or when their approval is
    taken back. `ask` ends the step and stops before the next one, until a person resumes the
    release; `stop` does the same, and the release cannot be resumed while the reason stands;
    `finish` goes on; `turn_back` rolls back.
    """

    roles: tuple[RoleId, ...] = ()
    count: Annotated[int, Field(ge=1, le=20)] = 1
    running: Literal["ask", "stop", "finish", "turn_back"] = "ask"


class CalendarConfig(Record):
    """What `check` asks of calendars: it warns of a freeze that lasts longer than `longest_freeze`."""

    longest_freeze: Duration = LONGEST_FREEZE


class FreezeExceptionConfig(Record):
    """Who may except a change from a freeze (`kind: FreezeException`).

    One counts once `count` people of `roles` approved it who neither ask for the change nor carry
    it out. Without `roles` that is the CAB.
    """

    roles: tuple[RoleId, ...] = ()
    count: Annotated[int, Field(ge=1, le=20)] = 1


class ConfigSpec(Record):
    """Settings of a change repository.

    `repository` is part of everything that is signed: evidence that names another repository is
    ignored. `remote` is the git remote whose main branch, as it was fetched last, holds the
    policies that apply. Its default is `ledger.remote`, and then the remote that the main branch
    follows.

    `timezone` is where days begin, and the zone of the times that people read. `language` is that
    of the sentences that people read, and of the comments in new files; `--lang` and
    `CHANGEFLOW_LANG` override it. Evidence and JSON are in English and UTC whatever they are.

    `organisation` is whose changes these are, as papers (`report`) name it.

    `environment_names` are what people call the environments of the CMDB. An environment without a
    name is shown by its id. `environments` says which of them are sandboxes.
    """

    repository: RepositoryId | None = None
    organisation: Text | None = None
    main_branch: RefName = MAIN_BRANCH
    remote: Text | None = None
    host: HostName = "local"
    timezone: ZoneName = "UTC"
    language: LanguageName = ENGLISH
    allow_simulated_clock: bool = False
    require_signatures: bool = False
    ci_types: tuple[Text, ...] = CI_TYPES
    service_types: tuple[Text, ...] = SERVICE_TYPES
    environment_names: dict[Id, Text] = {}
    environments: dict[Id, EnvironmentConfig] = {}
    exempt_paths: tuple[Text, ...] = ("docs/**", "*.md")
    terraform_plans: tuple[Text, ...] = ()
    policy_owners: RoleId = "policy-owners"
    cab: RoleId = "cab"
    approval_validity: Duration | None = None
    emergency_validity: Duration | None = timedelta(hours=72)
    ledger: LedgerConfig = LedgerConfig.model_construct()
    release: ReleaseConfig = ReleaseConfig.model_construct()
    hold: HoldConfig = HoldConfig.model_construct()
    calendars: CalendarConfig = CalendarConfig.model_construct()
    freeze_exceptions: FreezeExceptionConfig = FreezeExceptionConfig.model_construct()
    cmdb: CmdbConfig = CmdbConfig.model_construct()
    standing: StandingConfig = StandingConfig.model_construct()
    conflicts: ConflictConfig = ConflictConfig.model_construct()
    notify: NotifyConfig = NotifyConfig.model_construct()
    exceptions: Annotated[tuple[OutsideDelivery, ...], Field(max_length=10_000)] = ()

    @property
    def sandboxes(self) -> tuple[str, ...]:
        """Return the environments in which a release may be rehearsed, sorted."""
        return tuple(sorted(name for name, one in self.environments.items() if one.kind == "sandbox"))

    @property
    def source_name(self) -> str:
        """Return what records of this repository have as their source."""
        return self.repository or "changeflow"

    @property
    def zone(self) -> tzinfo:
        """Return the zone in which days begin: for ids, expiry of models, and times in answers."""
        return time_zone(self.timezone)


class Config(Envelope):
    """The configuration of a change repository."""

    kind: Literal["Config"]
    metadata: Metadata
    spec: ConfigSpec
