"""What was told of somebody: replies and news of their cases are withheld whole, in others their name and number."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update

from audiences.stores.scope import below
from bot.lines import Line
from bot.saying import CONTROL
from bot.stores.erasing.subject import Subject
from bot.stores.erasing.texts import saying, without
from bot.stores.erasing.traces import Trace
from bot.stores.tables import talks
from broadcast.content.message import Message
from broadcast.notices import Kind
from broadcast.stores.tables import deliveries, notice_words, notices, webchat_messages
from ground.bulk import among
from ground.transaction import Transaction
from templates.catalogues import LANGUAGES
from templates.rendering import speak

SPOKEN: Final = (Kind.REPLY.value, Kind.NOTE.value)
OF_REQUESTS: Final = ("relief_case", "relief_status", "assistance", "assistance_case")
FORGOTTEN: Final = Line("forgotten")


def _theirs(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    """Choose the news of their reports, what was said in talks about these, and the replies to them."""
    origins = [f"{flow}:{code}" for flow in OF_REQUESTS for code in subject.codes]
    origins += [f"talk:{talk}" for talk in subject.talks]
    calls = or_(*(notices.c.origin.like(f"help_call:%:{each.replace(':', '-')}") for each in subject.called))
    mine = and_(deliveries.c.notice_id == notices.c.id, among(tx, deliveries.c.address_id, subject.addresses))
    replied = and_(notices.c.kind == Kind.REPLY.value, exists().where(mine))
    return notices.c.kind.in_(SPOKEN) & or_(among(tx, notices.c.origin, origins), calls, replied)


async def _withhold(tx: Transaction, _subject: Subject, keys: Sequence[int]) -> None:
    """Put one sentence in the place of all that was said; what was to be sent still says that."""
    mine = among(tx, notice_words.c.notice_id, keys)
    for language in LANGUAGES:
        said = Message(speak(CONTROL, FORGOTTEN.block, language, {})).packed()
        spoken = mine & (notice_words.c.language == language)
        await tx.execute(update(notice_words).where(spoken).values(message=said))
    await tx.execute(delete(webchat_messages).where(among(tx, webchat_messages.c.notice_id, keys)))


def _naming(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    """Choose the replies and news around their village that name them, or quote them."""
    spoken = select(notices.c.id).where(notices.c.kind.in_(SPOKEN), _around(tx, subject))
    named = saying(tx, notice_words.c.message, _looked_for(subject))
    return named & notice_words.c.notice_id.in_(spoken)


def _around(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    area = notices.c.area_id
    return or_(area.is_(None), below(subject.village, area), among(tx, area, subject.above))


async def _withhold_names(tx: Transaction, subject: Subject, keys: Sequence[int]) -> None:
    for table in (notice_words, webchat_messages):
        mine = among(tx, table.c.notice_id, keys) & saying(tx, table.c.message, _looked_for(subject))
        withheld = {"message": without(tx, table.c.message, _looked_for(subject))}
        await tx.execute(update(table).where(mine).values(withheld))


def _looked_for(subject: Subject) -> Sequence[str]:
    return [*subject.quotes, *subject.numbers, *subject.names]


def _talked_about(tx: Transaction, subject: Subject) -> ColumnElement[bool]:
    """Choose the open talks of others in which they are named."""
    looked_for = [*subject.numbers, *subject.names]
    kept = (saying(tx, column, looked_for) for column in (talks.c.facts, talks.c.trail, talks.c.offered))
    return talks.c.ended_at.is_(None) & or_(*kept)


async def _withhold_in_talks(tx: Transaction, subject: Subject, keys: Sequence[int]) -> None:
    looked_for = [*subject.numbers, *subject.names]
    columns = (talks.c.facts, talks.c.trail, talks.c.offered)
    withheld = {column.name: without(tx, column, looked_for) for column in columns}
    await tx.execute(update(talks).where(among(tx, talks.c.id, keys)).values(withheld))


TOLD: Final[Sequence[Trace]] = (  # before the words themselves are gone: they are looked for in what quotes them
    Trace("told", notices.c.id, _theirs, _withhold),
    Trace("named", notice_words.c.notice_id, _naming, _withhold_names),
    Trace("talked about", talks.c.id, _talked_about, _withhold_in_talks),
)
