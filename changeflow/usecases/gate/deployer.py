"""Who starts a deployment.

It is the account that the host names, or the person on the command line, proven by their key or
commit.

Inside a job of the host the account that started the job counts, by its number (see `actor_of` of
the host). The variables of a job of another host than the configured one are not asked: such a job
tests or demonstrates something.
"""

from __future__ import annotations

from collections.abc import Mapping

from changeflow import errors
from changeflow.hosts.table import host_named
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.model.config import ConfigSpec
from changeflow.model.deployer import NOBODY, Deployer, known_to
from changeflow.model.document_parts import Metadata
from changeflow.model.kinds import API_VERSION
from changeflow.model.people import Roster, RosterSpec
from changeflow.model.phrases import told
from changeflow.reading.authors import voice
from changeflow.reading.signers import machine_key
from changeflow.reading.view import View


def deployer(
    config: ConfigSpec,
    roster: Roster,
    person: str | None,
    *,
    signed: bool,
    variables: Mapping[str, str],
    committed: bool = False,
) -> Deployer:
    """Return who starts a deployment from here.

    Args:
        config: from the base; says which host it is.
        roster: from the base.
        person: named on the command line.
        signed: whether what is recorded will be signed with a key that the roster lists for that
            person.
        variables: the environment.
        committed: whether it will be committed from an address of that person, for whom the roster
            lists no key.

    Raises:
        errors.Refused: when the command line names another person than the host does.
    """
    host = host_named(config.host)
    job = host.actor(variables)
    if job is None:
        return _stated(person, signed=signed, committed=committed)
    known = known_to(roster, job)
    if person is not None and person != known.person:
        raise errors.Refused.of(
            "whom.other_job", person=person, host=host.title, who=known.person or f"`{known.login}`"
        )
    return known


def deployer_here(view: View, person: str | None, variables: Mapping[str, str]) -> Deployer:
    """Return who would start a deployment from here, as `deployer` does.

    A name must be one of the roster. This is only a question about a person, so a name is taken as
    stated. A release asks for more, see `starter`.

    Raises:
        errors.Refused: also for a name that the roster does not have.
        errors.Unreadable: when the configuration cannot be read.
    """
    config = view.base.config
    people = view.base.people
    roster = Roster(
        apiVersion=API_VERSION,
        kind="Roster",
        metadata=Metadata(id="roster"),
        spec=RosterSpec(people=dict(people)),
    )
    require_listed(roster, person)
    ring = key_ring(people)
    own = holder(ring, machine_key(view.git))
    named = person if person is not None else own
    return deployer(
        config,
        roster,
        named,
        signed=named is not None and named == own,
        committed=True,
        variables=variables,
    )


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named on the command line as the one who starts it, and the key that was named."""

    person: str | None
    key: str | None


def starter(
    view: View, config: ConfigSpec, roster: Roster, named: Named, variables: Mapping[str, str]
) -> Deployer:
    """Return who starts a release, as what is going to be recorded proves it.

    Without a name it is the person whose key signs.

    Raises:
        errors.Refused: as `deployer`.
    """
    ring = key_ring(roster.spec.people)
    if named.person is None:
        person = holder(ring, named.key or machine_key(view.git))
        return deployer(config, roster, person, signed=person is not None, variables=variables)
    try:
        signs = voice(view.git, ring, roster.spec.people, config, named.person, named.key)
    except errors.Refused:
        return deployer(config, roster, named.person, signed=False, variables=variables)
    proven = {"signed": signs is not None, "committed": signs is None}
    return deployer(config, roster, named.person, **proven, variables=variables)


def holder(ring: KeyRing, key: str | None) -> str | None:
    """Return the person whose key would sign; None: there is none, or the roster lists it not."""
    from changeflow.repo.signature_verifier import own_key

    if key is None:
        return None
    keyid = own_key(key)
    if keyid is None:
        return None
    return ring.person(keyid)


def require_listed(roster: Roster, person: str | None) -> None:
    """Refuse a name that the roster does not have.

    Raises:
        errors.Refused: with the name that was meant, perhaps.
    """
    if person is None or person in roster.spec.people:
        return
    near = roster.meant(person, "--as")
    raise errors.Refused.of(
        "unknown.person", name=person, hint=near or told("unknown.name_of_roster")
    )


def _stated(person: str | None, *, signed: bool, committed: bool) -> Deployer:
    if person is None:
        return NOBODY
    if not signed and not committed:
        return Deployer(source="stated", login=person)
    return Deployer(source="signed" if signed else "stated", person=person)
