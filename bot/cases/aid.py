"""Aid that a household was given: money and goods, entry by entry; an entry is corrected by another, never changed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.cases.relief import State
from bot.cases.relief_errors import AidImpossible, AidNotNow, CountImpossible, GivenLater, NothingGiven

MOST_FEN: Final = 100_000_000  # a million yuan, of one entry
MOST_PEOPLE: Final = 999
GIVEN_IN: Final = frozenset({State.ACCEPTED, State.UNDER_WAY, State.SETTLED})


class AidForm(StrEnum):
    """发放形式."""

    CASH = "cash"
    TRANSFER = "transfer"
    GOODS = "goods"
    MONEY_AND_GOODS = "money_and_goods"
    OTHER = "other"


class FamilyType(StrEnum):
    """家庭类型, as civil affairs know it."""

    ORDINARY = "ordinary"
    MINIMUM_LIVING = "minimum_living"  # 低保户
    NEAR_MINIMUM = "near_minimum"  # 低保边缘
    DESTITUTE = "destitute"  # 特困供养
    UNSTABLE = "unstable"  # 易返贫致贫监测户
    ENTITLED = "entitled"  # 优抚对象
    DISABLED = "disabled"  # 残疾人家庭
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Given:
    """What was given at one time: amounts in fen."""

    money: int
    goods: int  # what the goods are worth
    form: AidForm
    at: int  # story time at which it was given


@dataclass(frozen=True, slots=True)
class Aid:
    """An entry as it is kept; `corrected_by` is the entry that counts in its place."""

    id: str
    request: int
    given: Given
    actor: str
    learned_at: int
    corrects: str | None
    corrected_by: str | None

    @property
    def counts(self) -> bool:
        return self.corrected_by is None


def require_givable(given: Given, state: State, now: int, *, correction: bool) -> None:
    """Refuse what cannot have been given; a correction may say that nothing was, whatever became of the request."""
    for amount in (given.money, given.goods):
        if not 0 <= amount <= MOST_FEN:
            raise AidImpossible(amount=amount, most=MOST_FEN)
    if given.at > now:
        raise GivenLater
    if correction:
        return
    if given.money + given.goods == 0:
        raise NothingGiven
    if state not in GIVEN_IN:
        raise AidNotNow(state=state.value)


def require_people(in_need: int) -> None:
    if not 0 <= in_need <= MOST_PEOPLE:
        raise CountImpossible(count="in_need", value=in_need, most=MOST_PEOPLE)
