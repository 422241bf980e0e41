"""Areas: code, name, level, parent_code. What an area hangs on is said by parent_code, never by the digits."""

from audiences.importing.cells import code, text
from audiences.importing.kind import Column, Kind
from audiences.importing.ordering import parents_first
from audiences.stores.intake.registers.areas import AreaRegister

AREAS = Kind(
    "areas",
    columns=(
        Column("code", text(40)),
        Column("name", text(120)),
        Column("level", code),
        Column("parent_code", text(40), filled=False),
    ),
    identity=("code",),
    register=AreaRegister(),
    above="parent_code",
    put_in_order=parents_first,
)
