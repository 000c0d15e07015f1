"""A time that notes what it is compared with, and so how long an answer holds that was made by it.

Nothing that decides says until when its answer holds. It takes the time as an argument and compares
it with moments: the end of a window, a deadline, the term of a delegation. A `WatchedTime` is such
an argument. Each comparison narrows the time in which the same answer would come out. Sums and
differences with fixed moments and lengths are watched, too. Whatever else is asked of it, such as
its text, its day or its hash, makes the answer one for this moment alone: what is not known to hold
holds no longer.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final, NamedTuple, Self, SupportsIndex, TypeVar, cast

T = TypeVar("T")

BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
END: Final = datetime.max.replace(tzinfo=UTC)
_STEP: Final = timedelta.resolution
_HOUR: Final = 3_600
_QUARTER: Final = timedelta(minutes=15)

Compare = Callable[[Any, Any], bool]


class Holding(NamedTuple):
    """The time in which an answer holds: from `since` on, and before `until`."""

    since: datetime = BEGINNING
    until: datetime = END

    def has(self, moment: datetime) -> bool:
        """Return whether the answer holds at a moment."""
        return self.since <= moment < self.until

    def as_texts(self) -> list[str]:
        """Return the ends as text, to be kept."""
        return [moment.isoformat() for moment in self]

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> Holding:
        """Return the time whose ends were kept as text."""
        since, until = map(datetime.fromisoformat, texts)
        return cls(since, until)

    def before(self, offset: timedelta) -> Holding:
        """Return the same for a time to which an offset is added."""
        if not offset:
            return self
        since = moment_later(self.since, -offset) if self.since > BEGINNING else BEGINNING
        until = moment_later(self.until, -offset) if self.until < END else END
        return Holding(since or BEGINNING, until or END)

    def both(self, other: Holding) -> Holding:
        """Return the time in which two answers hold."""
        return Holding(max(self.since, other.since), min(self.until, other.until))


ALWAYS: Final = Holding()


class Watch:
    """What the time `now` was compared with, while something was computed.

    Args:
        now: the time.
    """

    def __init__(self, now: datetime) -> None:
        self.at = now.astimezone(UTC)
        self.holding = ALWAYS

    @property
    def now(self) -> WatchedTime:
        """Return the time to compute with."""
        return WatchedTime.of(self, timedelta())

    def only_now(self) -> None:
        """Note that nothing is known of any other moment."""
        self.narrow(Holding(self.at, moment_later(self.at, _STEP) or END))

    def narrow(self, other: Holding) -> None:
        """Note that what is computed holds as long as something that it rests on."""
        self.holding = self.holding.both(other)

    def is_before(self, moment: datetime | None, *, in_future: bool) -> bool:
        """Return whether it is before a moment, and note that.

        Args:
            moment: None: it is beyond the calendar.
            in_future: on which side it is then.
        """
        if moment is None:
            return in_future
        if self.at < moment:
            self.narrow(Holding(until=moment))
            return True
        self.narrow(Holding(since=moment))
        return False

    def is_at(self, moment: datetime | None) -> bool:
        """Return whether it is a moment, and note that."""
        if moment is None:
            return False
        if self.at == moment:
            self.only_now()
            return True
        after = moment_later(moment, _STEP)
        if self.at < moment:
            self.narrow(Holding(until=moment))
        elif after is not None:
            self.narrow(Holding(since=after))
        return False

    def noted(self, compute: Callable[[], T]) -> tuple[T, Holding]:
        """Return what is computed, and how long that holds; this watch does not note it."""
        before, self.holding = self.holding, ALWAYS
        try:
            found = compute()
        except BaseException:
            # Who computes it otherwise goes by the error.
            self.narrow(before)
            raise
        during, self.holding = self.holding, before
        return found, during


def moment_later(moment: datetime, by: timedelta) -> datetime | None:
    """Return a moment some time later; None beyond the calendar."""
    try:
        return moment + by
    except OverflowError:
        return None


class WatchedTime(datetime):  # noqa: PLW1641 - given below
    """The time of a watch, or a moment a fixed time before or after it; always in UTC.

    Attributes:
        watch: where it is noted.
        offset: how much later than the time of the watch it is.
        unnoted: the moment as it is, for those who note by themselves how long what they make of
            it holds.
    """

    __slots__ = ("offset", "unnoted", "watch")

    watch: Watch
    offset: timedelta
    unnoted: datetime

    @classmethod
    def of(cls, watch: Watch, offset: timedelta) -> WatchedTime:
        """Return the moment that is so much later than the time of a watch.

        Raises:
            OverflowError: beyond the calendar.
        """
        try:
            at = watch.at + offset
        except OverflowError:
            watch.only_now()
            raise
        # Some time before or after it, there is no such moment.
        if offset > timedelta():
            watch.narrow(Holding(until=END - offset))
        elif offset:
            watch.narrow(Holding(since=BEGINNING - offset))
        made = datetime.__new__(
            cls, at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, UTC
        )
        made.watch, made.offset, made.unnoted = watch, offset, at
        return made

    # -- comparing ---------------------------------------------------------------------------

    def _is_before(self, other: object, step: timedelta) -> bool:
        """Return whether this is before another moment, which is put off by a step."""
        if isinstance(other, WatchedTime):
            if other.watch is self.watch:
                return self.offset < other.offset + step
            self.watch.only_now()
            other.watch.only_now()
            return self.unnoted < other.unnoted + step
        if not isinstance(other, datetime) or other.tzinfo is None:
            raise TypeError("a time in UTC is compared with what is no time of any zone")
        moment = other.astimezone(UTC)
        shifted = moment_later(moment, step)
        if shifted is not None:
            shifted = moment_later(shifted, -self.offset)
        return self.watch.is_before(shifted, in_future=self.unnoted < moment + timedelta())

    def __lt__(self, other: date) -> bool:
        """Return whether this is earlier."""
        if not isinstance(other, datetime):
            return NotImplemented
        return self._is_before(other, timedelta())

    def __le__(self, other: date) -> bool:
        """Return whether this is not later."""
        if not isinstance(other, datetime):
            return NotImplemented
        return self._is_before(other, _STEP)

    def __gt__(self, other: date) -> bool:
        """Return whether this is later."""
        if not isinstance(other, datetime):
            return NotImplemented
        return not self._is_before(other, _STEP)

    def __ge__(self, other: date) -> bool:
        """Return whether this is not earlier."""
        if not isinstance(other, datetime):
            return NotImplemented
        return not self._is_before(other, timedelta())

    def __eq__(self, other: object) -> bool:
        """Return whether this is the same moment."""
        if isinstance(other, WatchedTime):
            if other.watch is self.watch:
                return self.offset == other.offset
            self.watch.only_now()
            other.watch.only_now()
            return self.unnoted == other.unnoted
        if not isinstance(other, datetime) or other.tzinfo is None:
            return False
        return self.watch.is_at(moment_later(other.astimezone(UTC), -self.offset))

    def __ne__(self, other: object) -> bool:
        """Return whether this is another moment."""
        return not self == other

    # -- computing ---------------------------------------------------------------------------

    def __add__(self, other: timedelta) -> WatchedTime:
        """Return the moment some time later."""
        if isinstance(other, WatchedSpan):
            return self.plain + other.plain  # type: ignore[return-value]
        if not isinstance(other, timedelta):
            return NotImplemented
        return WatchedTime.of(self.watch, self.offset + other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        """Return the moment some time before, or the time since a moment."""
        if isinstance(other, WatchedTime) and other.watch is self.watch:
            return self.offset - other.offset
        if isinstance(other, WatchedTime | WatchedSpan):
            return self.plain - other.plain
        if isinstance(other, timedelta):
            return WatchedTime.of(self.watch, self.offset - other)
        if isinstance(other, datetime) and other.tzinfo is not None:
            return WatchedSpan.of(self.watch, _since(other, self.offset), 1)
        return NotImplemented

    def __rsub__(self, other: Any) -> Any:
        """Return the time until this moment from another one."""
        if isinstance(other, datetime) and other.tzinfo is not None:
            return WatchedSpan.of(self.watch, _since(other, self.offset), -1)
        return NotImplemented

    # -- what tells the moment itself --------------------------------------------------------

    @property
    def plain(self) -> datetime:
        """Return the moment; what is made of it holds now alone."""
        self.watch.only_now()
        return self.unnoted

    def astimezone(self, tz: tzinfo | None = None) -> Self:
        """Return the moment in a zone; itself in UTC."""
        if tz is UTC:
            return self
        return cast("Self", self.plain.astimezone(tz))

    def utcoffset(self) -> timedelta:
        """Return the offset of UTC."""
        return timedelta()

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        """Return how the moment is copied."""
        return self.plain.__reduce_ex__(protocol)

    def __copy__(self) -> WatchedTime:
        """Return itself, as it never changes."""
        return self

    def __deepcopy__(self, _: object) -> WatchedTime:
        """Return itself, as it never changes."""
        return self


# seconds, so that moments beyond the calendar count as well
def _since(moment: datetime, offset: timedelta) -> timedelta:
    """Return the time from the year 1 to what a watch shows when a watched moment is another."""
    return moment.astimezone(UTC) - BEGINNING - offset


class WatchedSpan(timedelta):  # noqa: PLW1641 - given below
    """A time that grows or shrinks as a watch goes on.

    Attributes:
        watch: where it is noted.
        zero: when it is nothing, counted from the year 1.
        slope: 1 for the time since then, -1 for the time until then.
        unnoted: how long it is now.
    """

    __slots__ = ("slope", "unnoted", "watch", "zero")

    watch: Watch
    unnoted: timedelta
    zero: timedelta
    slope: int

    @classmethod
    def of(cls, watch: Watch, zero: timedelta, slope: int) -> WatchedSpan:
        """Return the time since a moment, or until it."""
        value = slope * (watch.at - BEGINNING - zero)
        made = timedelta.__new__(cls, value.days, value.seconds, value.microseconds)
        made.watch, made.zero, made.slope, made.unnoted = watch, zero, slope, value
        return made

    def _moment_of(self, value: timedelta) -> datetime | None:
        """Return when this is of a length; None: never in the calendar."""
        try:
            return BEGINNING + (self.zero + self.slope * value)
        except OverflowError:
            return None

    def _is_shorter(self, other: timedelta, step: timedelta) -> bool:
        """Return whether this is shorter than another span, which is made longer by a step."""
        if isinstance(other, WatchedSpan):
            self.watch.only_now()
            other.watch.only_now()
            return self.unnoted < other.unnoted + step
        try:
            limit = other + step
        except OverflowError:
            # No time in the calendar is as long.
            return True
        is_shorter = self.unnoted < limit
        if self.slope > 0:
            return self.watch.is_before(self._moment_of(limit), in_future=is_shorter)
        # It shrinks: it is not shorter up to that moment.
        turn = self._moment_of(limit)
        after = moment_later(turn, _STEP) if turn is not None else None
        return not self.watch.is_before(after, in_future=not is_shorter)

    def __lt__(self, other: timedelta) -> bool:
        """Return whether this is shorter."""
        if not isinstance(other, timedelta):
            return NotImplemented
        return self._is_shorter(other, timedelta())

    def __le__(self, other: timedelta) -> bool:
        """Return whether this is not longer."""
        if not isinstance(other, timedelta):
            return NotImplemented
        return self._is_shorter(other, _STEP)

    def __gt__(self, other: timedelta) -> bool:
        """Return whether this is longer."""
        if not isinstance(other, timedelta):
            return NotImplemented
        return not self._is_shorter(other, _STEP)

    def __ge__(self, other: timedelta) -> bool:
        """Return whether this is not shorter."""
        if not isinstance(other, timedelta):
            return NotImplemented
        return not self._is_shorter(other, timedelta())

    def __eq__(self, other: object) -> bool:
        """Return whether this is as long."""
        if isinstance(other, WatchedSpan):
            self.watch.only_now()
            other.watch.only_now()
            return self.unnoted == other.unnoted
        if not isinstance(other, timedelta):
            return False
        return self.watch.is_at(self._moment_of(other))

    def __ne__(self, other: object) -> bool:
        """Return whether this is of another length."""
        return not self == other

    def __bool__(self) -> bool:
        """Return whether this is more or less than nothing."""
        return self != timedelta()

    def __neg__(self) -> WatchedSpan:
        """Return the same time backwards."""
        return WatchedSpan.of(self.watch, self.zero, -self.slope)

    def __pos__(self) -> WatchedSpan:
        """Return itself."""
        return self

    def __abs__(self) -> WatchedSpan:
        """Return the time between now and then, on whichever side."""
        return -self if self < timedelta() else self

    def __add__(self, other: Any) -> Any:
        """Return a longer time; a constant one where one part grows as the other shrinks."""
        if isinstance(other, WatchedSpan):
            if other.watch is self.watch and other.slope == -self.slope:
                return self.slope * (other.zero - self.zero)
            return self.plain + other.plain
        if isinstance(other, datetime):
            return other + self.plain
        if not isinstance(other, timedelta):
            return NotImplemented
        try:
            return WatchedSpan.of(self.watch, self.zero - self.slope * other, self.slope)
        except OverflowError:
            return self.plain + other

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        """Return a shorter time."""
        return self + -other if isinstance(other, timedelta) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        """Return what is left of a longer time."""
        if isinstance(other, datetime):
            return other - self.plain
        return -self + other if isinstance(other, timedelta) else NotImplemented

    @property
    def plain(self) -> timedelta:
        """Return how long it is; what is made of it holds now alone."""
        self.watch.only_now()
        return self.unnoted

    def after(self, passed: timedelta) -> timedelta:
        """Return how long it is some time later."""
        return self.unnoted + self.slope * passed

    def in_hours(self) -> WatchedHours:
        """Return its length as a number that is watched, too."""
        return WatchedHours.of(self)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        """Return how the length is copied."""
        return self.plain.__reduce_ex__(protocol)

    def __copy__(self) -> WatchedSpan:
        """Return itself, as it never changes."""
        return self

    def __deepcopy__(self, _: object) -> WatchedSpan:
        """Return itself, as it never changes."""
        return self


class WatchedHours(float):  # noqa: PLW1641 - nothing looks for it
    """A watched span as a number of hours. Comparisons are watched; all else tells the number."""

    __slots__ = ("span",)

    span: WatchedSpan

    @classmethod
    def of(cls, span: WatchedSpan) -> WatchedHours:
        """Return a span in hours."""
        made = float.__new__(cls, in_hours(span.unnoted))
        made.span = span
        return made

    def _compared(self, other: object, compare: Compare) -> bool:
        """Return how this compares with a number, and note until when it does."""
        if not isinstance(other, int | float) or isinstance(other, WatchedHours):
            self.span.watch.only_now()
            return compare(float(self), other)
        answer = compare(float(self), other)
        turn = _turn(float(other), compare)
        if turn is None or (self.span < turn) is not (answer is compare(-1.0e18, 0.0)):
            self.span.watch.only_now()
        return answer

    def __lt__(self, other: float) -> bool:
        """Return whether this is less."""
        return self._compared(other, operator.lt)

    def __le__(self, other: float) -> bool:
        """Return whether this is not more."""
        return self._compared(other, operator.le)

    def __gt__(self, other: float) -> bool:
        """Return whether this is more."""
        return self._compared(other, operator.gt)

    def __ge__(self, other: float) -> bool:
        """Return whether this is not less."""
        return self._compared(other, operator.ge)

    def __eq__(self, other: object) -> bool:
        """Return whether this is as much; of how long that holds, nothing is said."""
        self.span.watch.only_now()
        return float(self) == other

    def __ne__(self, other: object) -> bool:
        """Return whether this is another number."""
        return not self == other

    @property
    def plain(self) -> float:
        """Return the number; what is made of it holds now alone."""
        self.span.watch.only_now()
        return float(self)

    def __float__(self) -> float:
        """Return the number, for who notes how long what they make of it holds."""
        return in_hours(self.span.unnoted)


def in_hours(span: timedelta) -> float:
    """Return a length of time in hours."""
    if isinstance(span, WatchedSpan):
        return span.in_hours()
    return span.total_seconds() / _HOUR


def _turn(hours: float, compare: Compare) -> timedelta | None:
    """Return the shortest span whose hours compare with a number otherwise than shorter ones do.

    It is found by a look at the spans around: floats are rounded. None where it is not among them.
    """
    try:
        middle = timedelta(seconds=hours * _HOUR)
    except (OverflowError, ValueError):
        return None
    for steps in range(-8, 9):
        span = middle + steps * _STEP
        if compare(in_hours(span), hours) is not compare(in_hours(span - _STEP), hours):
            return span
    return None


def _telling(name: str, kind: type) -> Any:
    """Return the method of a kind of value, which here tells the moment itself."""
    found = getattr(kind, name)
    if not callable(found):
        return property(lambda self: getattr(self.plain, name))

    def told(self: Any, *arguments: Any, **named: Any) -> Any:
        return getattr(self.plain, name)(*arguments, **named)

    told.__name__, told.__doc__ = name, found.__doc__
    return told


# What an object needs to exist at all, and what is the same for every moment.
_OF_OBJECTS: Final = frozenset(
    {
        "__class__", "__delattr__", "__dir__", "__doc__", "__getattribute__", "__getstate__",
        "__init__", "__init_subclass__", "__new__", "__setattr__", "__sizeof__", "__subclasshook__",
        "min", "max", "resolution", "tzinfo", "dst", "tzname", "fold",
        "combine", "fromisocalendar", "fromisoformat", "fromordinal", "fromtimestamp", "now",
        "strptime", "today", "utcfromtimestamp", "utcnow", "__getformat__", "fromhex",
    }
)  # fmt: skip


def _tell_all(watched: type, kind: type) -> None:
    """Give a watched value all methods of its kind that it has not: they tell the moment."""
    for name in dir(kind):
        if name not in _OF_OBJECTS and name not in vars(watched):
            setattr(watched, name, _telling(name, kind))
    # A class that says what is equal has no hash unless it is given one.
    watched.__hash__ = _telling("__hash__", kind)  # type: ignore[method-assign]


_tell_all(WatchedTime, datetime)
_tell_all(WatchedSpan, timedelta)
_tell_all(WatchedHours, float)


def unnoted(moment: datetime) -> datetime:
    """Return a moment as it is, for who notes by themselves how long what they make of it holds."""
    return moment.unnoted if isinstance(moment, WatchedTime) else moment


def hold(now: datetime, holding: Holding) -> None:
    """Note that what is computed with a time holds as long as something that it rests on."""
    if isinstance(now, WatchedTime):
        now.watch.narrow(holding.before(now.offset))


def noted(now: datetime, compute: Callable[[], T]) -> tuple[T, Holding]:
    """Return what is computed with a time, and how long it holds; the time does not note it."""
    if isinstance(now, WatchedTime):
        return now.watch.noted(compute)
    return compute(), ALWAYS


class WatchedAnswer(NamedTuple):
    """Something that was found out with a watched time, and how long it holds."""

    value: Any
    holding: Holding
    watch: Watch


def answer_during(value: T, during: Holding, now: datetime) -> T | WatchedAnswer:
    """Return what holds for some time around a watched moment, with that time."""
    return WatchedAnswer(value, during, now.watch) if isinstance(now, WatchedTime) else value


def watched_day(moment: WatchedTime, zone: tzinfo) -> date:
    """Return the day in a zone at a watched moment, and note when it begins and ends there.

    Raises:
        OverflowError: beyond the calendar.
    """
    day, holding = _day(moment.unnoted, zone)
    hold(moment, holding)
    return day


@lru_cache(maxsize=64)
def _day(moment: datetime, zone: tzinfo) -> tuple[date, Holding]:
    """Return the day in a zone at a moment, and when it begins and ends around the moment.

    Zones may have days of any length. What is relied upon is that none changes its offset twice
    within a quarter of an hour.
    """
    day = moment.astimezone(zone).date()
    until = _turn_of_day(moment, zone, day, _QUARTER)
    return day, Holding(_turn_of_day(moment, zone, day, -_QUARTER) + _STEP, until)


def _turn_of_day(moment: datetime, zone: tzinfo, day: date, step: timedelta) -> datetime:
    """Return the moment that is nearest on one side and is of another day."""
    inside = moment
    while (inside + step).astimezone(zone).date() == day:
        inside += step
    outside = inside + step
    while abs(outside - inside) > _STEP:
        middle = inside + (outside - inside) / 2
        if middle.astimezone(zone).date() == day:
            inside = middle
        else:
            outside = middle
    return outside
