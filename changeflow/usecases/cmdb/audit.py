"""Draw the sample of an audit of the CMDB, and say what a filled one came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from changeflow import errors
from changeflow.cmdb.audit_estimate import (
    SampledStratum,
    Share,
    Unit,
    added,
    simple,
    stood_for,
    stratified,
)
from changeflow.cmdb.audit_sample import DrawnSample, Stratum, draw, smallest
from changeflow.documents.audit_draft import audit_text
from changeflow.language.reader import Reader
from changeflow.language.sentences import in_english
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.cmdb_audit import (
    AuditDifference,
    AuditedName,
    AuditedStratumAnswer,
    AuditShare,
    AuditSurplus,
    CmdbAuditAnswer,
)
from changeflow.model.clock import Clock
from changeflow.model.configuration_audit import (
    AuditedItem,
    AuditSample,
    AuditStratum,
    ConfigurationAudit,
)
from changeflow.model.document_paths import AUDITS
from changeflow.model.paths import shown
from changeflow.model.phrases import Told, told
from changeflow.model.times import local_day
from changeflow.reading.audit_rows import found_of, looked_at
from changeflow.reading.audits import (
    audit_names,
    audits_in,
    candidates,
    drawn_items,
    recorded_of,
    responsible,
)
from changeflow.reading.baselines import baseline_named, digest_of_cmdb, state_of_baseline
from changeflow.reading.parsed import parse
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.repo.new_files import place
from changeflow.repo.repository_kind import is_bare
from changeflow.repo.source import WorkTree
from changeflow.usecases.cmdb.impact import readable

# items of the auditor that a problem names
_MOST_OWN: Final = 5


@dataclass(frozen=True)
class AuditRequest:
    """The sample that is wanted.

    Attributes:
        size: items of the sample.
        seed: any text; the same seed draws the same sample of the same CMDB.
        auditor: who will fill it in, whose own items are left out.
        baseline: the baseline that is audited; None: the main branch.
        out: the file to write; None: a new one in `cmdb/audits/`.
    """

    size: int
    seed: str
    auditor: str | None = None
    baseline: str | None = None
    out: Path | None = None


def draw_audit(view: View, request: AuditRequest, clock: Clock, reader: Reader) -> CmdbAuditAnswer:
    """Draw a sample, and write the audit that is to be filled in.

    Raises:
        errors.UsageError: a sample that is too small, or a bare repository to write into.
        errors.Refused: an unknown auditor, or a file that is there.
        errors.NothingToDo: no such baseline, or no item that may be drawn.
        errors.Unreadable: the CMDB or the ledger cannot be read.
    """
    if request.out is None and is_bare(view.root):
        raise errors.UsageError.of("audit.bare")
    state = view.base
    if request.baseline is not None:
        state = state_of_baseline(view, baseline_named(view, request.baseline))
    book = readable(state)
    _require_auditor(book, request.auditor)
    drawn, left_out = _drawn(book, request.size, request.seed, request.auditor)
    sample = AuditSample(
        commit=state.commit or "",
        digest=digest_of_cmdb(book),
        baseline=request.baseline,
        seed=request.seed,
        size=request.size,
        drawn=clock.now,
        without_items_of=request.auditor,
        population=sum(drawn.sizes.values()),
        left_out=left_out,
    )
    day = local_day(clock.now, view.base.config.zone).isoformat()
    taken = [f"{AUDITS}{path.name}" for path in (view.root / AUDITS).glob("*.yaml")]
    name = audit_names(taken, day)
    folder, path = view.root / AUDITS, f"{AUDITS}{name}.yaml"
    if request.out is not None:
        folder, path, name = request.out.parent, _told_path(request.out, view), request.out.stem
    strata = tuple(_strata(drawn))
    items = tuple(drawn_items(book, drawn))
    text = audit_text(name, sample, request.auditor, strata, items, reader)
    audit = parse(text.encode(), path).only(ConfigurationAudit)
    place(folder, {Path(path).name: text.encode()})
    return _answer(audit, path, (), written=True)


def show_audit(view: View, wanted: str | None, here: Path) -> CmdbAuditAnswer:
    """Return what an audit came to.

    Args:
        view: where the audits, the CMDB at that commit and the roster are.
        wanted: an id, or a file; None: the newest audit.
        here: the folder that a file is named from.

    Raises:
        errors.NothingToDo: when there is no such audit.
        errors.Unreadable: when it cannot be read.
    """
    audit, path = find_audit(view, wanted, here)
    return _answer(audit, path, tuple(_problems(view, audit)), written=False)


def find_audit(view: View, wanted: str | None, here: Path) -> tuple[ConfigurationAudit, str]:
    """Return an audit by its id or its file, with its path; the newest where none is named.

    Raises:
        errors.NothingToDo: when there is none.
        errors.Unreadable: when it cannot be read.
    """
    known = audits_in(view.head)
    if wanted is None and known:
        return view.head.document(known[-1], ConfigurationAudit), known[-1]
    if wanted is None:
        raise errors.NothingToDo.of("audit.none")
    for path in known:
        if wanted in (path, Path(path).stem):
            return view.head.document(path, ConfigurationAudit), path
    file = here / wanted
    if not file.is_file():
        names = [Path(path).stem for path in known]
        case = None if names else "none"
        raise errors.NothingToDo.of("audit.unknown", case=case, name=shown(wanted), names=names)
    data = WorkTree(file.parent).as_on_disk(file.name)
    return parse(data, wanted).only(ConfigurationAudit), wanted


def _require_auditor(book: Rulebook, auditor: str | None) -> None:
    if auditor is None or book.roster.is_human(auditor):
        return
    if auditor in book.roster.spec.people:
        raise errors.Refused.of("audit.auditor", case="agent", name=auditor)
    hint = book.roster.meant(auditor, "--auditor") or told("audit.people")
    raise errors.Refused.of("audit.auditor", name=auditor, hint=hint)


def _drawn(
    book: Rulebook, size: int, seed: str, without_items_of: str | None
) -> tuple[DrawnSample, int]:
    found, left_out = candidates(book, without_items_of)
    if not found:
        raise errors.NothingToDo.of("audit.nothing_left", left_out=left_out)
    least = smallest(found)
    if size < least:
        raise errors.UsageError.of("audit.too_small", size=size, least=least)
    return draw(found, size, seed), left_out


def _told_path(file: Path, view: View) -> str:
    """Return the path of a file in the change repository, as audits are named, or elsewhere."""
    if file.is_relative_to(view.root):
        return file.relative_to(view.root).as_posix()
    return str(file)


def _strata(drawn: DrawnSample) -> Iterator[AuditStratum]:
    for stratum, count in drawn.sizes.items():
        ids = drawn.drawn[stratum]
        yield AuditStratum(tier=stratum.tier, type=stratum.type, items=count, drawn=len(ids))


# -- what was found --------------------------------------------------------------------------------


def differences_of(audit: ConfigurationAudit) -> Iterator[AuditDifference]:
    """Yield each attribute that is not as it is recorded, and each item that does not exist."""
    for item in audit.spec.items:
        if item.found == "missing":
            yield AuditDifference(
                ci=item.ci,
                attribute=None,
                found="missing",
                recorded=None,
                value=None,
                corrected_by=item.corrected_by,
            )
        for attribute in item.attributes:
            found = attribute.found or "agrees"
            if found in ("unchecked", "agrees"):
                continue
            yield AuditDifference(
                ci=item.ci,
                attribute=attribute.name,
                found=found,
                recorded=attribute.recorded,
                value=attribute.value,
                corrected_by=attribute.corrected_by or item.corrected_by,
            )


def _answer(
    audit: ConfigurationAudit, path: str, problems: Sequence[Told], *, written: bool
) -> CmdbAuditAnswer:
    spec = audit.spec
    counts = Counter[str]()
    for item in spec.items:
        counts.update(found_of(item, attribute) for attribute in item.attributes)
    unchecked = counts["unchecked"]
    every, shares = list(problems), dict[str, AuditShare | None]()
    if unchecked:
        every.insert(0, told("audited.unchecked", count=unchecked))
    else:
        shares = _shares(audit)
    surplus = [AuditSurplus(**one.model_dump(exclude={"note"})) for one in spec.surplus]
    return CmdbAuditAnswer(
        audit=audit.metadata.id,
        path=path,
        written=written,
        sample=spec.sample,
        auditor=spec.auditor,
        items=len(spec.items),
        attributes=sum(counts.values()),
        unchecked=unchecked,
        ok=not every,
        problems=tuple(map(in_english, every)),
        told=tuple(every),
        accuracy=shares.get("accuracy"),
        existence=shares.get("existence"),
        completeness=shares.get("completeness"),
        strata=tuple(_of_strata(audit)),
        by_attribute=tuple(_by_attribute(spec.items)),
        differences=tuple(differences_of(audit)),
        surplus=tuple(surplus),
        improvements=(),
    )


def _exists(item: AuditedItem) -> Unit:
    return Unit(int(item.found != "missing"), 1)


def _shares(audit: ConfigurationAudit) -> dict[str, AuditShare | None]:
    """Return the shares that agree, exist, and are recorded; everything is filled in."""
    by_stratum: dict[Stratum, list[AuditedItem]] = {}
    for item in audit.spec.items:
        by_stratum.setdefault(Stratum(item.tier, item.type), []).append(item)
    drawn = {stratum: len(items) for stratum, items in by_stratum.items()}
    sizes = {Stratum(one.tier, one.type): one.items for one in audit.spec.strata}
    # fewer than were drawn: `check` says that the sample was edited
    sizes |= {one: max(sizes.get(one, 0), count) for one, count in drawn.items()}
    units, there = [], []
    for stratum, size in stood_for(sizes, drawn).items():
        items = by_stratum[stratum]
        units.append(SampledStratum(size, list(map(looked_at, items))))
        there.append(SampledStratum(size, list(map(_exists, items))))
    existing = added(map(_exists, audit.spec.items)).agrees
    whole = existing + len(audit.spec.surplus)
    return {
        "accuracy": _share(stratified(units), map(looked_at, audit.spec.items)),
        "existence": _share(stratified(there), map(_exists, audit.spec.items)),
        "completeness": _share(simple(existing, whole), [Unit(existing, whole)]),
    }


def _share(share: Share | None, units: Iterable[Unit]) -> AuditShare | None:
    if share is None:
        return None
    return AuditShare(**share._asdict(), **added(units)._asdict())


def _of_strata(audit: ConfigurationAudit) -> Iterator[AuditedStratumAnswer]:
    for one in audit.spec.strata:
        units = []
        for item in audit.spec.items:
            if (item.tier, item.type) == (one.tier, one.type):
                units.append(looked_at(item))
        yield AuditedStratumAnswer(**one.model_dump(), **added(units)._asdict())


def _by_attribute(items: Iterable[AuditedItem]) -> Iterator[AuditedName]:
    """Yield each attribute with how often it agrees; all dependencies are one."""
    agrees, seen = Counter[str](), Counter[str]()
    for item in items:
        for attribute in item.attributes:
            found, name = found_of(item, attribute), attribute.name.partition(" ")[0]
            seen[name] += found != "unchecked"
            agrees[name] += found == "agrees"
    for name, count in sorted(seen.items()):
        yield AuditedName(attribute=name, agrees=agrees[name], looked_at=count)


# -- whether it can be relied on -------------------------------------------------------------------


def _problems(view: View, audit: ConfigurationAudit) -> Iterator[Told]:
    """Yield why an audit cannot be relied on, although it may be filled in."""
    spec = audit.spec
    if spec.auditor is None:
        yield told("audited.no_auditor")
    else:
        own = [item.ci for item in spec.items if spec.auditor in _responsible(view, item)]
        if own:
            yield told("audited.own_items", who=spec.auditor, items=own)
    yield from _sample_problems(view, audit)


def _responsible(view: View, item: AuditedItem) -> Sequence[str]:
    for attribute in item.attributes:
        if attribute.name == "owner":
            return responsible(view.base.rulebook, attribute.recorded)
    return responsible(view.base.rulebook, None)


def _sample_problems(view: View, audit: ConfigurationAudit) -> Iterator[Told]:
    """Yield how the items differ from the sample that is drawn again from the CMDB at that commit."""
    sample = audit.spec.sample
    if view.git.resolve(sample.commit) is None:
        yield told("audited.no_commit", commit=sample.commit)
        return
    state: State = view.store.at(sample.commit)
    book = readable(state)
    if digest_of_cmdb(book) != sample.digest:
        yield told("audited.other_cmdb", commit=sample.commit)
        return
    again, left_out = _drawn(book, sample.size, sample.seed, sample.without_items_of)
    wanted = {one.ci: one for one in drawn_items(book, again)}
    listed = {item.ci: item for item in audit.spec.items}
    for case, names in (
        ("lacks", wanted.keys() - listed.keys()),
        ("added", listed.keys() - wanted.keys()),
        ("altered", _altered(book, audit, wanted)),
    ):
        if names:
            yield told("audited.sample", case=case, items=sorted(names))
    strata = tuple(_strata(again))
    facts = (sample.population, sample.left_out, audit.spec.strata)
    if facts != (sum(one.items for one in strata), left_out, strata):
        yield told("audited.sample", case="strata")


def _altered(book: Rulebook, audit: ConfigurationAudit, wanted: Any) -> set[str]:
    """Return the items of which something else is said to be recorded than was."""
    found = set()
    for item in audit.spec.items:
        if item.ci not in wanted:
            continue
        recorded = {one.name: one.recorded for one in item.attributes}
        if recorded != dict(recorded_of(book.items[item.ci])):
            found.add(item.ci)
    return found
