"""The checker: does what the hub believes agree with what was really heard? Pure; everything wrong is one line.

Nothing may be lost: every delivery has an end, and what the hub calls accepted or delivered was heard at that address.
Nothing may be made up: everything heard is a delivery of the hub, in its words, and was not held back. Heard twice is
counted, and the hub must have counted it as possible. An ending is told to exactly those who heard what it ends.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.demo.evidence import Believed, Books, Heard, Place
from broadcast.deliveries import ENDS, PROVED, Key, State
from broadcast.notices import ENDINGS

HELD_BACK = frozenset({State.SUPPRESSED, State.SUPERSEDED, State.EXPIRED})
MAY_HAVE_HEARD = PROVED | {State.UNCERTAIN}

Ears = Mapping[Key, Sequence[Heard]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the two witnesses say together. `states` are the ends of all deliveries that were `planned`."""

    planned: int
    states: Mapping[str, int]
    duplicates: int  # heard again at the same address
    lost: int  # without an end, or said to be heard and heard by nobody
    faults: tuple[str, ...]  # by keys, never by names or numbers

    @property
    def holds(self) -> bool:
        return not self.faults and self.lost == 0


def check(books: Books, ledger: Sequence[Heard]) -> Finding:
    """Compare the hub's books with the ledger."""
    by_key = {each.key: each for each in books.deliveries}
    ears, strays = _attributed(books, by_key, ledger)
    states = Counter(each.state.value for each in books.deliveries)
    lost = [each for each in books.deliveries if _is_lost(each, ears)]
    faults = (
        *strays,
        *(f"{each.key} is lost: {each.state}, heard {len(ears.get(each.key, ()))} times" for each in lost),
        *_wrong_sums(books, states),
        *_wrongly_heard(books, by_key, ears),
        *_wrong_endings(books, by_key, ears),
    )
    return Finding(
        planned=sum(each.size for each in books.notices.values()),
        states={state.value: states[state.value] for state in State},
        duplicates=sum(len(heard) - 1 for heard in ears.values()),
        lost=len(lost),
        faults=faults,
    )


def _is_lost(delivery: Believed, ears: Ears) -> bool:
    return delivery.state not in ENDS or (delivery.state in PROVED and delivery.key not in ears)


def _attributed(books: Books, by_key: Mapping[Key, Believed], ledger: Sequence[Heard]) -> tuple[Ears, list[str]]:
    """Find the delivery behind everything heard: by the provider's id, by a mark, by the words at that address."""
    at_place: defaultdict[Place, list[Believed]] = defaultdict(list)
    for delivery in by_key.values():
        at_place[delivery.place].append(delivery)
    ears: defaultdict[Key, list[Heard]] = defaultdict(list)
    strays = []
    for number, heard in enumerate(ledger):
        here = at_place[heard.place]
        key = books.provider_ids.get((heard.channel, heard.provider_id)) or _marked(books, here, heard)
        key = key or _worded(books, here, heard, ears)
        if key is None or key not in by_key:
            strays.append(f"line {number} of the ledger ({heard.channel}) is no delivery of the hub")
        elif by_key[key].place != heard.place:
            strays.append(f"{key} was heard at another address than the hub's")
        else:
            ears[key].append(heard)
    return ears, strays


def _marked(books: Books, here: Iterable[Believed], heard: Heard) -> Key | None:
    for each in here:
        if {str(each.key), books.notices[each.key.notice].public_id}.intersection(heard.marks):
            return each.key
    return None


def _worded(books: Books, here: Iterable[Believed], heard: Heard, ears: Ears) -> Key | None:
    """Two notices may say the same words to one address: then the one that was heard less often is meant."""
    fitting = [each.key for each in here if heard.digest in books.notices[each.key.notice].texts]
    return min(fitting, key=lambda key: (len(ears.get(key, ())), key), default=None)


def _wrong_sums(books: Books, states: Counter[str]) -> Iterator[str]:
    """The planner's sizes, the counters and the rows themselves must come to the same."""
    planned = sum(each.size for each in books.notices.values())
    if planned != len(books.deliveries):
        yield f"{planned} deliveries were planned, {len(books.deliveries)} are there"
    for state in State:
        counted = books.counters.get(state.value, 0)
        # what a worker holds is counted as planned until its end is known
        there = states[state] + (states[State.CLAIMED] if state is State.PLANNED else 0)
        if state is not State.CLAIMED and counted != there:
            yield f"the counters say {counted} {state}, the rows say {there}"


def _wrongly_heard(books: Books, by_key: Mapping[Key, Believed], ears: Ears) -> Iterator[str]:
    for key, heard in ears.items():
        delivery = by_key[key]
        if delivery.state in HELD_BACK:
            yield f"{key} was {delivery.state}, but was heard"
        if delivery.state is State.FAILED and not delivery.maybe_twice:
            yield f"{key} failed, but was heard"
        if len(heard) - 1 > delivery.maybe_twice:
            yield f"{key} was heard {len(heard)} times, the hub thought of {1 + delivery.maybe_twice} at most"
        if any(each.digest not in books.notices[key.notice].texts for each in heard):
            yield f"{key} was heard in words that its notice does not have"


def _wrong_endings(books: Books, by_key: Mapping[Key, Believed], ears: Ears) -> Iterator[str]:
    """An ending goes to everybody who heard, or may have heard, what it ends, and to nobody else."""
    for notice in books.notices.values():
        if notice.kind not in ENDINGS:
            continue
        told = {each.place for each in by_key.values() if each.key.notice == notice.id}
        before = [each for each in by_key.values() if each.key.notice in notice.tells_heard_of]
        may_have = {each.place for each in before if each.state in MAY_HAVE_HEARD}
        listened = {each.place for each in before if each.key in ears}
        if listened - told:
            yield f"{len(listened - told)} heard the warning, and the ending {notice.id} was not for them"
        if told - listened - may_have:
            yield f"{len(told - listened - may_have)} were told of the ending {notice.id} without having heard"
