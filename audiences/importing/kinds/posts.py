"""Posts: id, duty, one of site, organisation and area_code, who holds it now and who stands in."""

from audiences.duties import Duty
from audiences.importing import references
from audiences.importing.cells import choice, moment, text, whole
from audiences.importing.errors import NoPlace
from audiences.importing.kind import Column, Kind
from audiences.stores.intake.registers.base import Values
from audiences.stores.intake.registers.posts import PostRegister

_PLACES = ("site", "organisation", "area_code")


def _one_place(values: Values) -> None:
    count = sum(values.get(name) is not None for name in _PLACES)
    if count != 1:
        raise NoPlace(count=count)


POSTS = Kind(
    "posts",
    columns=(
        Column("id", text(80)),
        Column("duty", choice(Duty)),
        Column("site", text(80), needed=False, filled=False, refers=references.site()),
        Column("organisation", text(80), needed=False, filled=False, refers=references.organisation()),
        Column("area_code", text(40), needed=False, filled=False, refers=references.area()),
        Column("rank", whole(0, 99), needed=False, filled=False, empty=0),
        Column("holder", text(80), filled=False, personal=True, refers=references.person_in_reach("holder_id")),
        Column(
            "deputy",
            text(80),
            needed=False,
            filled=False,
            personal=True,
            refers=references.person_in_reach("deputy_id"),
        ),
        Column("until", moment, needed=False, filled=False),
    ),
    identity=("id",),
    register=PostRegister(),
    object_to=_one_place,
)
