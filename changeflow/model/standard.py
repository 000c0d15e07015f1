"""Standards as data: clauses, the evidence that each looks for, and how a score is given."""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import Envelope, Id, Metadata, Prose, Record, Text

CLAUSE_PATTERN = r"^[0-9]{1,2}(\.[0-9]{1,2}){0,3}$(?!\n)"

ClauseId = Annotated[str, Field(pattern=CLAUSE_PATTERN)]
Score = Annotated[int, Field(ge=0, le=5, strict=True)]
Count = Annotated[int, Field(ge=1, le=10_000, strict=True)]
# what a score needs: see the guide about gap analysis
Need = Literal["any", "document", "practice", "complete", "timely", "measured", "improved"]


class InBothLanguages(Record):
    """A text in English and in Chinese."""

    en: Prose
    zh: Prose

    def in_language(self, language: str) -> str:
        """Return the text in a language; in English where it has none."""
        return self.zh if language == "zh" else self.en


class ScaleStep(Record):
    """A score: what it is called, its rule in words, and what has to be found for it."""

    score: Score
    name: InBothLanguages
    rule: InBothLanguages
    needs: Annotated[tuple[Need, ...], Field(max_length=7)] = ()


class Probe(Record):
    """Something to look for: one of the keys that name it, and how much of it is asked.

    `least` is how many make a practice; `every` how often it is asked.
    """

    documents: Id | None = None
    files: Text | None = None
    rules: ClauseId | None = None
    records: Id | None = None
    ledger: Id | None = None
    cmdb: Id | None = None
    kpi: Id | None = None
    least: Count | None = None
    every: Literal["quarter", "year"] | None = None

    @property
    def kind(self) -> str:
        """Return the key that names it; `check` sees to it that there is one."""
        return self._named[0]

    @property
    def value(self) -> str:
        """Return what the key says."""
        return self._named[1]

    @property
    def name(self) -> str:
        """Return both, as they are written."""
        return f"{self.kind}: {self.value}"

    @property
    def _named(self) -> tuple[str, str]:
        for key in ("documents", "files", "rules", "records", "ledger", "cmdb", "kpi"):
            value = getattr(self, key)
            if value is not None:
                return key, value
        return "", ""


Probes = Annotated[tuple[Probe, ...], Field(max_length=50)]


class ClauseEvidence(Record):
    """What is looked for: the rule in writing, its records, and what is measured and improved."""

    document: Probes = ()
    records: Probes = ()
    timely: Probes = ()
    measured: Probes = ()
    improved: Probes = ()


class Clause(Record):
    """A clause in own words: what it is about, what it asks, and the evidence of it.

    `about` names its subjects. `outside`: another system or document has to show it.
    """

    id: ClauseId
    title: InBothLanguages
    about: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    asks: InBothLanguages
    scope: Literal["in", "partly", "outside"] = "in"
    reason: InBothLanguages | None = None
    role: InBothLanguages | None = None
    most: Score = 5
    evidence: ClauseEvidence = ClauseEvidence()


class Control(Record):
    """A control of another framework in own words, with the clauses that show it."""

    id: Text
    title: InBothLanguages
    asks: InBothLanguages
    clauses: Annotated[tuple[ClauseId, ...], Field(min_length=1, max_length=50)]


class Framework(Record):
    """Another framework, whose controls are shown by the same evidence."""

    id: Id
    name: Text
    controls: Annotated[tuple[Control, ...], Field(min_length=1, max_length=200)]


class StandardSpec(Record):
    """Clauses, scores and frameworks. `cites` is how rules cite a clause, before its number."""

    cites: Text
    enough: Count = 3
    wanted: Score = 4
    scale: Annotated[tuple[ScaleStep, ...], Field(min_length=1, max_length=6)]
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1, max_length=500)]
    frameworks: Annotated[tuple[Framework, ...], Field(max_length=50)] = ()


class Standard(Envelope):
    """A standard as data: `policies/standards/*.yaml`."""

    kind: Literal["Standard"]
    metadata: Metadata
    spec: StandardSpec
