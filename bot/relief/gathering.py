"""What a report has gathered so far, turn by turn: plain JSON, so that a talk goes on wherever it was left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.cases.relief import Count, ForWhom
from bot.cases.relief_values import Told, Words
from bot.reading.codes import Hazard, When
from bot.reading.danger import Danger, Harm
from bot.reading.report import ReliefReading
from bot.relief.entering import Entering
from bot.relief.when import happened

SOME = 1  # where somebody is hurt or trapped and nobody said how many


@dataclass(frozen=True, slots=True)
class Gathered:
    """A report in the making; None and empty: not said yet."""

    said: tuple[str, ...] = field(default=(), repr=False)
    hazard: str = ""
    damage: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    people: int | None = None
    hurt: int | None = None
    trapped: int | None = None
    area: int | None = None
    spot: str = field(default="", repr=False)
    point: str = field(default="", repr=False)
    head: str = field(default="", repr=False)
    neighbour: bool = False
    when: str = ""
    photos: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()  # questions that were put and are put no more
    options: tuple[Any, ...] = ()  # [area, how it is called]: what a name may mean
    lost: int = 0  # how often a name of a place was not found
    entry: Mapping[str, Any] = field(default_factory=dict, repr=False)  # 代录: bot/relief/entering.py
    earlier: str = ""  # the tracking number of an earlier report, about which it is asked whether this is the same

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Gathered":
        known: dict[str, Any] = {name: facts[name] for name in cls.__dataclass_fields__ if name in facts}
        for name, value in known.items():
            known[name] = tuple(value) if isinstance(value, list) else value
        return cls(**known)

    def facts(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @property
    def alarming(self) -> bool:
        return bool(self.hurt or self.trapped)

    @property
    def danger_known(self) -> bool:
        return self.hurt is not None or self.trapped is not None

    @property
    def entering(self) -> Entering | None:
        return Entering(**self.entry) if self.entry else None

    @property
    def for_whom(self) -> ForWhom:
        if self.entry:
            return ForWhom.ENTERED
        return ForWhom.NEIGHBOUR if self.neighbour else ForWhom.OWN

    def passing(self, step: str) -> "Gathered":
        return replace(self, passed=tuple(dict.fromkeys([*self.passed, step])))

    def with_photos(self, photos: Sequence[str]) -> "Gathered":
        return replace(self, photos=tuple(dict.fromkeys([*self.photos, *photos])))

    def with_danger(self, danger: Danger) -> "Gathered":
        """Take what is said of who is hurt or trapped; what is in doubt stays an alarm until it is denied."""
        hurt, trapped = _harmed(danger.hurt), _harmed(danger.trapped)
        return replace(
            self,
            hurt=self.hurt if hurt is None else hurt,
            trapped=self.trapped if trapped is None else trapped,
        )

    def reading(self, read: ReliefReading, text: str, *, anew: bool = False) -> "Gathered":
        """Take in what a message says; `anew`: it stands in place of what was said before."""
        heads = read.heads.people
        people = self.people if heads is None or (self.people is not None and not anew) else heads.high
        named = tuple(sorted(each.value for each in read.damage))
        needed = tuple(sorted(each.value for each in read.needs))
        hazard = next((each.value for each in Hazard if each in read.hazards), "")  # causes stand before consequences
        kept = replace(
            self,
            said=(*self.said, text),
            hazard=hazard if hazard and (anew or not self.hazard) else self.hazard,
            damage=named if anew and named else tuple(dict.fromkeys([*self.damage, *named])),
            needs=tuple(dict.fromkeys([*self.needs, *needed])),
            people=people,
            neighbour=self.neighbour or read.for_another,
            when=self.when or (read.when.value if read.when else ""),
        )
        return kept.with_danger(read.danger)

    def told(self, said_at: int, *, words: Mapping[Words, str] | None = None) -> Told:
        """Return it as a step of the case keeps it."""
        counts = {Count.PEOPLE: self.people, Count.HURT: self.hurt, Count.TRAPPED: self.trapped}
        own = {Words.TOLD: "\n".join(self.said), Words.SPOT: self.spot, Words.POINT: self.point, Words.HEAD: self.head}
        return Told(
            counts={count: value for count, value in counts.items() if value is not None},
            damage=self.damage,
            needs=self.needs,
            words={kind: text for kind, text in {**own, **(words or {})}.items() if text},
            photos=self.photos,
            hazard=self.hazard or None,
            area=self.area,
            happened_at=happened(When(self.when) if self.when else None, said_at),
        )

    def since(self, before: "Gathered", said_at: int) -> Told:
        """Return what was told after `before`: of a report that is filed already, only what is new."""
        now, then = self.told(said_at), before.told(said_at)
        return Told(
            counts={count: value for count, value in now.counts.items() if then.counts.get(count) != value},
            damage=tuple(each for each in now.damage if each not in then.damage),
            needs=tuple(each for each in now.needs if each not in then.needs),
            words={kind: text for kind, text in now.words.items() if then.words.get(kind) != text},
            photos=tuple(each for each in now.photos if each not in then.photos),
            hazard=now.hazard if now.hazard != then.hazard else None,
            area=now.area if now.area != then.area else None,
        )


def _harmed(harm: Harm | None) -> int | None:
    if harm is None:
        return None
    if not harm.happened:
        return 0
    return harm.count.high if harm.count is not None else SOME
