"""Who acts, and in which area: every store call takes an actor and is bounded by the actor's area."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ground.errors import Forbidden


class Role(StrEnum):
    """What an operator may do."""

    OFFICER = "officer"  # drafts, submits and ends warnings
    APPROVER = "approver"  # approves and issues what another drafted
    PUBLICITY = "publicity"  # lessons
    DUTY = "duty"  # follows what is under way, answers for others, stops sendings
    ADMIN = "admin"  # directory, operators, tokens
    AUDITOR = "auditor"  # reads everything in the area, changes nothing


class ActorKind(StrEnum):
    OPERATOR = "operator"
    PERSON = "person"
    SYSTEM = "system"


class RoleMissing(Forbidden):
    """This needs the role {needed}; {actor} does not have it. Ask an administrator of your area."""


class HubOnly(Forbidden):
    """This is done by the hub itself, never at the word of {actor}."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `area` is the id of the area that bounds them; None bounds nothing (the hub's own parts)."""

    kind: ActorKind
    id: str
    area: int | None
    roles: frozenset[Role] = frozenset()

    @property
    def name(self) -> str:
        """Who it is, for evidence: by id, never by what identifies a person."""
        return f"{self.kind}:{self.id}"

    @property
    def unbounded(self) -> bool:
        return self.area is None

    def require(self, *roles: Role) -> None:
        """Refuse unless the actor has one of the roles; the system's own parts have them all."""
        if self.kind is not ActorKind.SYSTEM and self.roles.isdisjoint(roles):
            raise RoleMissing(needed=" or ".join(roles), actor=self.name)

    def require_hub(self) -> None:
        """Refuse everybody but the hub's own parts: planning, claims and records are nobody's to call."""
        if self.kind is not ActorKind.SYSTEM:
            raise HubOnly(actor=self.name)


def operator(operator_id: str, area: int | None, roles: Iterable[Role]) -> Actor:
    return Actor(ActorKind.OPERATOR, operator_id, area, frozenset(roles))


def system(part: str) -> Actor:
    """Return one of the hub's own parts (planner, engine, sweeper): it is bounded by the rows it is handed."""
    return Actor(ActorKind.SYSTEM, part, None)


def person(person_id: int, area: int) -> Actor:
    return Actor(ActorKind.PERSON, str(person_id), area)
