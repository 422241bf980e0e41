"""People: id, name, area_code, and what is known of household, language, phone, needs, whereabouts."""

from audiences.importing import references
from audiences.importing.cells import choice, one_of, own_name, phone, several, text
from audiences.importing.kind import Column, Kind
from audiences.people import Need, PhoneKind, Whereabouts
from audiences.stores.intake.registers.people import PeopleRegister

PEOPLE = Kind(
    "people",
    columns=(
        Column("id", own_name(80), personal=True),
        Column("name", text(120), personal=True),
        Column("area_code", text(40), refers=references.area()),
        Column("household", text(80), needed=False, filled=False, refers=references.household()),
        Column("language", text(20), needed=False, filled=False, empty="zh_CN"),
        Column("phone_kind", one_of(PhoneKind), needed=False, filled=False, empty=PhoneKind.SMART.value),
        Column("phone", phone, needed=False, filled=False, personal=True),
        Column("needs", several(choice(Need)), needed=False, filled=False, empty=[]),
        Column("whereabouts", one_of(Whereabouts), needed=False, filled=False, empty=Whereabouts.HOME.value),
    ),
    identity=("id",),
    register=PeopleRegister(),
)
