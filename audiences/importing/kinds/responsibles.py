"""Who answers for a household: household, person_a, person_b. A file of its own, since people name households too."""

from audiences.importing import references
from audiences.importing.cells import text
from audiences.importing.kind import Column, Kind
from audiences.stores.intake.registers.responsibles import ResponsibleRegister

RESPONSIBLES = Kind(
    "responsibles",
    columns=(
        Column("household", text(80), refers=references.household()),
        Column("person_a", text(80), personal=True, refers=references.person_in_reach("responsible_a_id")),
        Column(
            "person_b",
            text(80),
            needed=False,
            filled=False,
            personal=True,
            refers=references.person_in_reach("responsible_b_id"),
        ),
    ),
    identity=("household",),
    register=ResponsibleRegister(),
    adds=False,
)
