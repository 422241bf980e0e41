"""Contact tests at work: people are asked slice by slice, and when time is up what was found is written down.

Each step is a transaction that goes on from where the row stands: after a crash, and with two workers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.cases.contact_test import FLOW, Stage
from bot.lines import Line, Spoken
from bot.rosters.desk import ROSTERS, RosterDesk, said
from bot.stores.rosters import choosing, contact_tests, numbers
from bot.stores.rosters.choosing import OnDuty
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


@dataclass(slots=True)
class Ready:
    """What is got ready outside the transactions: the words, once for all, and the people who come `after` the last."""

    words: Sequence[Words] = ()
    people: Sequence[OnDuty] = ()
    after: int = -1

    def next_after(self, cursor: int, limit: int) -> Sequence[OnDuty]:
        """Return the next people; another worker may have asked the first of them."""
        return [each for each in self.people if each.person > cursor][:limit]


async def advance_tests(desk: RosterDesk) -> int:
    """Take every test that has a step due further; return how many steps were taken."""
    async with desk.database.reading() as tx:
        due = await contact_tests.waiting(tx, ROSTERS, desk.clock.now())
    steps = 0
    for key in due:
        ready = Ready()
        for _ in range(STEPS_AT_ONCE):
            if not await _step(desk, key, ready):
                break
            steps += 1
    return steps


async def _step(desk: RosterDesk, key: int, ready: Ready) -> bool:
    """Take one test one slice further; False if nothing more is due."""
    await _get_ready(desk, key, ready)
    async with desk.database.writing() as tx:
        test = await contact_tests.hold(tx, ROSTERS, key)
        if test is None:
            return False
        limit, now = SLICES[desk.database.dialect], desk.clock.now()
        if test.stage is Stage.ASKING:
            await _ask(tx, desk, test, ready, limit, now)
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


async def _get_ready(desk: RosterDesk, key: int, ready: Ready) -> None:
    """Compose the words and look up the next people while nobody waits for us to write."""
    async with desk.database.reading() as tx:
        test = await contact_tests.hold(tx, ROSTERS, key)
        if test is None or test.stage is not Stage.ASKING:
            return
        if not ready.next_after(test.cursor, 1):
            ready.after = test.cursor
            many = SLICES[desk.database.dialect] * STEPS_AT_ONCE  # each look goes through the whole county
            ready.people = await choosing.next_people(
                tx, ROSTERS, test.asked, test.started_at, after=test.cursor, limit=many
            )
    ready.words = ready.words or desk.teller.compose(_news(test))


async def _ask(tx: Transaction, desk: RosterDesk, test: ContactTest, ready: Ready, limit: int, now: int) -> None:
    """Ask the next people at all of their numbers; after the deadline nobody is asked any more."""
    there = ready.next_after(test.cursor, limit)
    if not there:
        if ready.after == test.cursor:  # else another worker was faster: the next look begins where it came to
            await contact_tests.move(tx, ROSTERS, test.key, Stage.ASKED)
        return
    note = Note(
        origin=f"{FLOW}:{test.id}",
        lane=Lane.NORMAL,
        policy=Policy(tuple(_batches(desk)), silence=None, on_refusal=False, attempts=TRIES),
        members=[Member(each.area, person=each.person) for each in there],
        words=ready.words,
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
