"""Taking a rung: what the ladders of one chain do at one moment becomes notices, steps and the next deadlines."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from broadcast.alerts.office import Office
from broadcast.channels.kind import ChannelKind
from broadcast.content.facts import Facts
from broadcast.dispatch.hub import Hub
from broadcast.ladders.answering import CALLER
from broadcast.ladders.climbing import DIALLED, Move
from broadcast.ladders.model import CALL, REPORT, Ladder, StepKind
from broadcast.ladders.policy import Does
from broadcast.ladders.words import Asks, facts_by_rule, words
from broadcast.notices import Lane, Policy
from broadcast.stores import alerts
from broadcast.stores.ladders import chains, reach, rooms, rows, steps
from broadcast.stores.ladders.chains import Chain
from broadcast.stores.ladders.steps import Step
from broadcast.stores.sending import notes, planning
from broadcast.stores.sending.notes import Member, Note
from ground import apart
from ground.transaction import Transaction

FORGEABLE: Final = "sms"
TRIES: Final = 3  # of a text; of a call none, for the next rung calls again


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said on behalf of one chain, read before any row is locked."""

    chain: Chain
    facts: Sequence[tuple[int, Facts]]
    expires: int | None

    def asks(self, ladder: Ladder) -> Asks:
        if ladder.is_awake:
            return Asks.FEEDBACK
        return Asks.ANSWER if self.chain.matter is None else Asks.HAND


async def prepare(
    tx: Transaction, office: Office, kinds: Sequence[ChannelKind], due: Sequence[Ladder]
) -> Mapping[str, Spoken]:
    """Return what the chains of the ladders that are due speak of; a chain that cannot be spoken of is left out."""
    found: dict[str, Spoken] = {}

    async def find(root: str) -> int:
        chain = await chains.find(tx, CALLER, root)
        if chain is not None:
            found[root] = await _spoken(tx, office, chain)
        return 1

    await apart.each(dict.fromkeys(each.chain for each in due) if kinds else (), find)
    return found


async def _spoken(tx: Transaction, office: Office, chain: Chain) -> Spoken:
    if chain.matter is not None:
        return Spoken(chain, chain.matter.facts(), chain.matter.until)
    alert = await alerts.load(tx, CALLER, str(chain.alert))
    return Spoken(chain, facts_by_rule(alert, office.codes), alert.expires)


async def take(
    tx: Transaction, hub: Hub, spoken: Spoken, kinds: Sequence[ChannelKind], moves: Sequence[Move], now: int
) -> None:
    """Do what was decided for some ladders of one chain."""
    for (names, asks), told in _by_way(spoken, moves, kinds).items():
        here = [kind for kind in kinds if kind.name in names]
        notice = await _tell(tx, hub, spoken, here, told, asks, now)
        kind = StepKind.CALLED if names == (DIALLED,) else StepKind.MESSAGED
        taken = [
            Step(ladder=each.ladder.id, kind=kind, at=now, by=CALLER.name, person=each.target, notice=notice)
            for each in told
        ]
        await steps.write(tx, CALLER, taken)
    await _knock(tx, hub, [each for each in moves if each.does is Does.DOOR], now)
    skipped = [each for each in moves if each.target is None]
    passed = [Step(ladder=each.ladder.id, kind=StepKind.SKIPPED, at=now, by=CALLER.name) for each in skipped]
    await steps.write(tx, CALLER, passed)
    await _set_next(tx, moves, now)


def _by_way(
    spoken: Spoken, moves: Sequence[Move], kinds: Sequence[ChannelKind]
) -> Mapping[tuple[tuple[str, ...], Asks], list[Move]]:
    """Sort by what goes out together: the telephone, SMS, and the chats, of which one is enough."""
    chats = tuple(kind.name for kind in kinds if kind.name not in {DIALLED, FORGEABLE})
    ways: dict[tuple[tuple[str, ...], Asks], list[Move]] = defaultdict(list)
    for each in moves:
        for way in ((DIALLED,), (FORGEABLE,), chats):
            if each.target is not None and each.channels.intersection(way):
                ways[way, spoken.asks(each.ladder)].append(each)
    return ways


async def _tell(
    tx: Transaction,
    hub: Hub,
    spoken: Spoken,
    kinds: Sequence[ChannelKind],
    told: Sequence[Move],
    asks: Asks,
    now: int,
) -> int:
    """Make one notice for all of them and plan it at once; return its id."""
    whom = {each.target: each for each in told if each.target is not None}
    ruled = await reach.rules_of(tx, CALLER, spoken.chain.audience, sorted(whom))
    homes = await reach.homes(tx, CALLER, sorted(whom))
    rings = [kind.name for kind in kinds] == [DIALLED]
    coded = spoken.chain.policy.code and any(kind.name == FORGEABLE for kind in kinds)
    ways = {person: (ruled.get(person, 0), each.ladder.code if coded else "") for person, each in whom.items()}
    numbers = {way: number for number, way in enumerate(dict.fromkeys(ways.values()))}
    members = [Member(homes[person], person=person, rule=numbers[ways[person]]) for person in whom if person in homes]
    note = Note(
        origin=f"{REPORT if asks is Asks.FEEDBACK else CALL}:{spoken.chain.root}",
        lane=Lane.IMMEDIATE,
        policy=Policy(tuple(kind.name for kind in kinds), silence=None, attempts=1 if rings else TRIES),
        members=members,
        words=words(spoken.facts, kinds, [(number, *way) for way, number in numbers.items()], asks),
        area=spoken.chain.area,
        drill=spoken.chain.drill,
        expires=spoken.expires,
    )
    notice = await notes.tell(tx, CALLER, note, now)
    await planning.plan_members(tx, CALLER, notice, len(members), hub.batches)
    if rings:
        await rooms.ring_too(tx, CALLER, notice, _rooms(whom), hub.batches)
    return notice.id


def _rooms(whom: Mapping[int, Move]) -> Mapping[int, int]:
    """Return which duty room's landline rings with the phone of who is on shift there."""
    called = {person: each.ladder for person, each in whom.items()}
    return {
        person: ladder.room for person, ladder in called.items() if ladder.room is not None and person == ladder.person
    }


async def _knock(tx: Transaction, hub: Hub, doors: Sequence[Move], now: int) -> None:
    """Nobody answered: somebody has to go there. Told as `ladder.exhausted`, for whoever keeps such tasks."""
    news = [
        (
            each.ladder.public_id,
            {
                "chain": each.ladder.chain,
                "alert": each.ladder.alert,
                "person": each.ladder.person,
                "superior": each.ladder.superior,
                "area": each.ladder.area,
                "drill": each.ladder.drill,
                "level": each.ladder.level,
            },
        )
        for each in doors
    ]
    await hub.desk.tell_many(tx, "ladder.exhausted", news, now)
    knocks = [
        Step(ladder=each.ladder.id, kind=StepKind.KNOCKED, at=now, by=CALLER.name, person=each.ladder.person)
        for each in doors
    ]
    await steps.write(tx, CALLER, knocks)


async def _set_next(tx: Transaction, moves: Iterable[Move], now: int) -> None:
    alike: dict[tuple[int, int], dict[int, int | None]] = defaultdict(dict)
    for each in moves:
        alike[each.position, each.wait][each.ladder.id] = each.target
    for (position, wait), targets in alike.items():
        await rows.set_targets(tx, CALLER, targets, position=position, wait=wait, due_at=now + wait)
