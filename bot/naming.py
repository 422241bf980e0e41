"""How a warning is called when somebody is told that they answered it, and whom it says to call."""

from dataclasses import dataclass

from broadcast.content.rules import plain
from broadcast.stores import alerts, notices
from broadcast.stores.returns.asked import OpenNotice
from ground.actor import Actor
from ground.transaction import Transaction

ALERT = "alert:"


@dataclass(frozen=True, slots=True)
class Named:
    headline: str
    call: str = ""


async def named(tx: Transaction, actor: Actor, notice: OpenNotice, channel: str) -> Named:
    """Return the headline and the number of a warning in the notice's language; the first line said, if it has none."""
    call = ""
    if notice.origin.startswith(ALERT):
        alert = await alerts.load(tx, actor, notice.origin.removeprefix(ALERT))
        content = alert.contents.get(notice.language) or next(iter(alert.contents.values()), None)
        if content is not None:
            call = content.instruction_for(plain(notice.rule)).call
            if content.headline:
                return Named(content.headline, call)
    return Named(await _first_line(tx, actor, notice, channel), call)


async def _first_line(tx: Transaction, actor: Actor, notice: OpenNotice, channel: str) -> str:
    words = await notices.words_of(tx, actor, notice.id)
    mine = [each for each in words if each.channel == channel and each.language == notice.language]
    chosen = next((each for each in mine if each.rule == plain(notice.rule)), mine[0] if mine else None)
    return chosen.message.text.strip().partition("\n")[0] if chosen else ""
