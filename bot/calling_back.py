"""Whoever rings us up may have forged the number, and whoever picks up there has not: so we ring back."""

from bot.conversing import Room
from bot.lines import Line
from broadcast.ladders.answering import CALLER
from broadcast.ladders.model import REPLIES, Reply
from broadcast.stores.ladders import callbacks, rows
from broadcast.stores.ladders.callbacks import Asked


async def offered(room: Room, chain: str, reply: Reply) -> Line:
    """Have the number rung back that a reply came from; return what is said of it."""
    speaker = room.speaker
    known = await rows.calling(room.tx, CALLER, chain, speaker.people, speaker.address.id)
    open_ones = [each for each in known if each.is_open]
    asked = await callbacks.ask(room.tx, CALLER, open_ones, speaker.people, room.rung_from, room.now)
    if asked is Asked.NOWHERE:
        return Line("unproven")
    return Line(asked.value, {"key": REPLIES.index(reply) + 1})
