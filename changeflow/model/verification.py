"""What a verification asks of a metric: a Prometheus-compatible server, and what must hold."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, PlainSerializer, model_validator

from changeflow.model.document_parts import Record

# a number as it is hashed and recorded: text, because canonical JSON has no fractions
Number = Annotated[
    float,
    Field(allow_inf_nan=False),
    PlainSerializer(lambda number: repr(float(number)), return_type=str, when_used="json"),
]
# without user, password, query and fragment
ServerUrl = Annotated[
    str, Field(max_length=2_000, pattern=r"^https?://[A-Za-z0-9.\-:\[\]]+(/[^\s?#@]*)?$(?!\n)")
]
TokenVariable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$(?!\n)")]
Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]
_THRESHOLDS = ("below", "above", "at_most", "at_least", "not_worse_than")
# how a threshold may be named, for the JSON Schema: exactly one of them
_ONE: list[JsonValue] = [{"required": [name]} for name in _THRESHOLDS]


class NotWorseThan(Record):
    """A limit that is told by the value before the release, which its start records.

    Worse is a higher value unless `worse` is `lower`. The value may get worse by `percent` of
    the one before, and by `plus`.
    """

    before: Literal[True]
    worse: Literal["higher", "lower"] = "higher"
    percent: NotNegative = 0.0
    plus: NotNegative = 0.0

    def limit(self, before: float) -> float:
        """Return the worst value that is still good enough."""
        allowed = abs(before) * self.percent / 100 + self.plus
        if self.worse == "lower":
            return before - allowed
        return before + allowed

    def allows(self, value: float, before: float) -> bool:
        """Return whether a value is good enough."""
        if self.worse == "lower":
            return value >= self.limit(before)
        return value <= self.limit(before)


class Query(Record):
    """A query to a Prometheus-compatible server, and the one threshold that its value must keep.

    `token_from` names a variable of the environment that holds a bearer token; `release.tokens` of
    the configuration says to which servers it may be sent.
    """

    model_config = ConfigDict(json_schema_extra={"oneOf": _ONE})

    url: ServerUrl
    promql: Annotated[str, Field(min_length=1, max_length=4_096)]
    below: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    at_least: Number | None = None
    not_worse_than: NotWorseThan | None = None
    token_from: TokenVariable | None = None

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        if sum(getattr(self, name) is not None for name in _THRESHOLDS) != 1:
            raise ValueError(f"a query has exactly one of {', '.join(_THRESHOLDS)}")
        return self

    @property
    def threshold(self) -> dict[str, Any]:
        """Return the threshold by its name."""
        named = {name: getattr(self, name) for name in _THRESHOLDS}
        return {name: limit for name, limit in named.items() if limit is not None}

    def keeps(self, value: float, before: float | None) -> bool:
        """Return whether a value keeps the threshold; one that needs `before` fails without it."""
        if self.not_worse_than is not None:
            return before is not None and self.not_worse_than.allows(value, before)
        if self.below is not None:
            return value < self.below
        if self.above is not None:
            return value > self.above
        if self.at_most is not None:
            return value <= self.at_most
        return self.at_least is not None and value >= self.at_least


def wanted(query: Query, before: float | None) -> str:
    """Return what the value of a query must be, in a few words."""
    relative = query.not_worse_than
    if relative is None:
        ((name, limit),) = query.threshold.items()
        return f"{name.replace('_', ' ')} {limit:g}"
    if before is None:
        return f"not worse than before the release, {relative.worse} is worse"
    word = {"lower": "at least", "higher": "at most"}[relative.worse]
    return f"{word} {relative.limit(before):g} (before the release {before:g})"
