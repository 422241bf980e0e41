"""Contact tests at work: people are asked slice by slice, and when time is up what was found is written down.

Each step is a transaction that goes on from where the row stands: after a crash, and with two workers.
"""

from collections.abc import Mapping
from typing import Final

from bot.cases.contact_test import FLOW, Stage
from bot.lines import Line, Spoken
from bot.rosters.desk import ROSTERS, RosterDesk, said
from bot.stores.rosters import choosing, contact_tests, numbers
from bot.stores.rosters.contact_tests import ContactTest
from bot.telling import News, Told
from broadcast.answers import AnswerKind
from broadcast.content.compose import Words
from broadcast.content.message import Choice
from broadcast.notices import Lane, Policy
from broadcast.stores.sending import notes
from broadcast.stores.sending.notes import Member, Note
from ground.transaction import Dialect, Transaction
from templates.catalogues import SOURCE
from templates.labels import label

SLICES: Final = {Dialect.SQLITE: 100, Dialect.POSTGRESQL: 1_000}  # people in one transaction
STEPS_AT_ONCE: Final = 20
TRIES: Final = 2


async def advance_tests(desk: RosterDesk) -> int:
    """Take every test that has a step due further; return how many steps were taken."""
    async with desk.database.reading() as tx:
        due = await contact_tests.waiting(tx, ROSTERS, desk.clock.now())
    steps = 0
    for key in due:
        words: list[Words] = []
        for _ in range(STEPS_AT_ONCE):
            if not await _step(desk, key, words):
                break
            steps += 1
    return steps


async def _step(desk: RosterDesk, key: int, words: list[Words]) -> bool:
    """Take one test one slice further; False if nothing more is due. `words` are composed once for all slices."""
    if not words:
        async with desk.database.reading() as tx:
            test = await contact_tests.hold(tx, ROSTERS, key)
        words += desk.teller.compose(_news(test)) if test is not None and test.stage is Stage.ASKING else []
    async with desk.database.writing() as tx:
        test = await contact_tests.hold(tx, ROSTERS, key)
        if test is None:
            return False
        limit, now = SLICES[desk.database.dialect], desk.clock.now()
        if test.stage is Stage.ASKING:
            await _ask(tx, desk, test, words, limit, now)
            return True
        if test.stage is Stage.ASKED and now >= test.deadline_at:
            await contact_tests.move(tx, ROSTERS, key, Stage.COUNTING)
            return True
        if test.stage is not Stage.COUNTING:
            return False
        last = await numbers.write_down(tx, ROSTERS, test, limit=limit)
        if last is None:
            await contact_tests.move(tx, ROSTERS, key, Stage.OVER, over_at=now)
            await desk.desk.tell(tx, "contact_test.ended", f"contact_test:{test.id}", now, area=test.area)
            return False
        await contact_tests.move(tx, ROSTERS, key, Stage.COUNTING, last)
        return True


async def _ask(tx: Transaction, desk: RosterDesk, test: ContactTest, words: list[Words], limit: int, now: int) -> None:
    """Ask the next people at all of their numbers; after the deadline nobody is asked any more."""
    there = await choosing.next_people(tx, ROSTERS, test.asked, test.started_at, after=test.cursor, limit=limit)
    if not there:
        await contact_tests.move(tx, ROSTERS, test.key, Stage.ASKED)
        return
    note = Note(
        origin=f"{FLOW}:{test.id}",
        lane=Lane.NORMAL,
        policy=Policy(tuple(_batches(desk)), silence=None, on_refusal=False, attempts=TRIES),
        members=[Member(each.area, person=each.person) for each in there],
        words=words,
        area=test.area,
        drill=True,
        asks_answer=True,
        expires=test.deadline_at,
    )
    notice = await notes.tell_everywhere(tx, ROSTERS, note, _batches(desk), now)
    await choosing.keep(tx, ROSTERS, test.key, there, notice.id, now)
    await contact_tests.move(tx, ROSTERS, test.key, Stage.ASKING, there[-1].person)


def _batches(desk: RosterDesk) -> Mapping[str, int]:
    """Return the channels that reach a person: a loudspeaker is nobody's number."""
    return {kind.name: kind.abilities.batch for kind in desk.teller.kinds if not kind.abilities.public}


def _news(test: ContactTest) -> News:
    received = Choice(AnswerKind.RECEIVED, label("answer", AnswerKind.RECEIVED, SOURCE))
    line = Line("asked", {"until": said(test.deadline_at)}, (received,))
    told = Told([1], [Spoken(FLOW, line)])  # whoever it is: the words are the same for everybody
    return News(f"{FLOW}:{test.id}", Lane.NORMAL, [told], test.area, drill=True, asks_answer=True)
