"""A relief report as it is read from a resident's own words: what was said, and what is still to be asked."""

from dataclasses import dataclass
from enum import StrEnum

from bot.reading.codes import Damage, Hazard, Kind, Need, When
from bot.reading.counts import Heads, heads
from bot.reading.danger import Danger, danger
from bot.reading.kinds import kind_of
from bot.reading.others import is_for_another
from bot.reading.where.places import PlaceNames, PlaceRead, place_in
from bot.reading.words import vocabulary
from bot.reading.writing import writing


class Fact(StrEnum):
    """What a report cannot do without, in the order in which it is asked for."""

    DANGER = "danger"  # is anybody hurt or trapped?
    WHAT = "what"
    WHERE = "where"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class ReliefReading:
    """What a message says; None or empty where it says nothing."""

    kind: Kind
    hazards: frozenset[Hazard]
    damage: frozenset[Damage]
    needs: frozenset[Need]
    heads: Heads
    danger: Danger
    place: PlaceRead | None
    for_another: bool  # a neighbour, parents far away: not the writer's own household
    when: When | None

    @property
    def missing(self) -> tuple[Fact, ...]:
        """What is still to be asked; whoever needs a doctor or a rescuer has said that there is danger."""
        said = {
            Fact.DANGER: self.danger.hurt is not None or self.danger.trapped is not None,
            Fact.WHAT: bool(self.damage or self.needs or self.danger.alarming),
            Fact.WHERE: self.place is not None,
            Fact.PEOPLE: self.heads.people is not None,
        }
        return tuple(fact for fact in Fact if not said[fact])


def read_report(text: str, places: PlaceNames) -> ReliefReading:
    """Read a message. Nothing is guessed, nothing is looked up, and no text makes it fail."""
    read = writing(text)
    plain = read.marked
    hazards, damage, needs = vocabulary.hazards(plain), vocabulary.damage(plain), vocabulary.needs(plain)
    counts, harm = heads(plain), danger(plain)
    counted = counts.people is not None or counts.households is not None
    return ReliefReading(
        kind=kind_of(plain, hazards, damage, needs, harm, counted=counted),
        hazards=hazards,
        damage=damage,
        needs=needs,
        heads=counts,
        danger=harm,
        place=place_in(read, places),
        for_another=is_for_another(plain),
        when=vocabulary.when(plain),
    )
