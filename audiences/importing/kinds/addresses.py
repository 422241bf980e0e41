"""Addresses of people: id, person, channel (sms or voice), number, and the person's own order within a channel."""

from enum import StrEnum

from audiences.addresses import SMS, VOICE
from audiences.importing import references
from audiences.importing.cells import one_of, phone, text, whole
from audiences.importing.kind import Column, Kind
from audiences.stores.intake.registers.phones import AddressRegister


class PhoneChannel(StrEnum):
    """The channels whose addresses are phone numbers: others are opened by their owners, from a chat."""

    SMS = SMS
    VOICE = VOICE


ADDRESSES = Kind(
    "addresses",
    columns=(
        Column("id", text(80)),
        Column("person", text(80), personal=True, refers=references.person()),
        Column("channel", one_of(PhoneChannel)),
        Column("value", phone, personal=True),
        Column("rank", whole(0, 99), needed=False, filled=False, empty=0),
    ),
    identity=("id",),
    register=AddressRegister(),
)
