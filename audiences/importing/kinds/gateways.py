"""Gateways: code, name, area_code."""

from audiences.importing import references
from audiences.importing.cells import text
from audiences.importing.kind import Column, Kind
from audiences.stores.intake.registers.gateways import GatewayRegister

GATEWAYS = Kind(
    "gateways",
    columns=(
        Column("code", text(60)),
        Column("name", text(120)),
        Column("area_code", text(40), refers=references.area()),
    ),
    identity=("code",),
    register=GatewayRegister(),
)
