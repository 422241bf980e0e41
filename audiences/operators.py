"""An operator: somebody who acts through console or API, with roles and an area; perhaps a person of the directory."""

from dataclasses import dataclass

from ground.actor import Actor, Role
from ground.actor import operator as operator_actor


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator as they are kept; `title` is a post, not a name, `area` None means the whole deployment."""

    id: str
    title: str
    person: int | None
    area: int | None
    roles: frozenset[Role]
    disabled_at: int | None

    def actor(self) -> Actor:
        return operator_actor(self.id, self.area, self.roles)
