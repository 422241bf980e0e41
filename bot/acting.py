"""What a turn changes outside of talks: an answer to a warning, a consent; and the fixed word that is said back."""

from audiences.addresses import Purpose
from audiences.stores.reach import addresses as address_store
from audiences.stores.reach import consents
from bot.conversing import Room
from bot.naming import Named, named
from bot.routing import Decision
from bot.turns import Incoming, Reply
from broadcast.answers import Answer, AnswerKind
from broadcast.channels.base import Abilities
from broadcast.content.compose import ANSWERS
from broadcast.content.message import Message
from broadcast.content.replies import Said, compose_reply
from broadcast.stores.returns import answers
from broadcast.stores.returns.asked import OpenNotice
from ground.actor import system

BOT = system("bot")


async def act(room: Room, incoming: Incoming, decision: Decision) -> None:
    """Keep the answer, or the consent, that a turn is."""
    tx, address = room.tx, room.speaker.address
    if decision.answer is not None and decision.notice is not None:
        answer = Answer(
            notice=decision.notice.id,
            address=address.id,
            person=room.speaker.person,
            kind=decision.answer,
            channel=incoming.platform,
            happened_at=room.happened_at,
            words=incoming.choice.word if incoming.choice else incoming.text,
            dedupe=incoming.dedupe,
            forgeable=incoming.forgeable,
        )
        await answers.record(tx, BOT, room.desk, answer)
    if decision.lessons is not None:
        change = consents.opt_in if decision.lessons else consents.opt_out
        await change(tx, BOT, address.id, Purpose.LESSONS, incoming.platform, at=room.now)
    if decision.lessons and address.stopped_at is not None:
        await address_store.lift_stop(tx, BOT, address.id)


async def reply_to(
    room: Room, incoming: Incoming, decision: Decision, abilities: Abilities, newest: OpenNotice | None
) -> tuple[Reply, Message]:
    """Return what is said back, and the message that carries it; it numbers answers as the `newest` warning did."""
    about, notice = Named(""), decision.notice
    if notice is not None:
        about = await named(room.tx, BOT, notice, incoming.platform)
    said = Said(
        kind=decision.reply,
        language=notice.language if notice else room.language,
        drill=notice is not None and notice.drill,
        warning=about.headline,
        answer=decision.answer or AnswerKind.RECEIVED,
        numbered=newest.numbered if newest else ANSWERS,
        call=about.call,
    )
    message = compose_reply(said, incoming.platform, abilities)
    reply = Reply(decision.reply, message.text, not incoming.is_group, said.drill, language=said.language)
    return reply, message
