"""Showing a site in the chat: five things are asked and photos taken one by one; or all of it in one SMS."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.cases.video_check import Answers, Seepage, Shot, Spillway, Trend, alarming
from bot.cases.video_errors import CheckOver
from bot.cases.water_report import level_of, parse
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line, Wants
from bot.reading.bare import fold
from bot.stores.video.checks import Check
from bot.stores.video.evidence import PhonePlace
from bot.video import answering, talking
from bot.video.desk import FLOW
from bot.video.wording import choices
from broadcast.content.message import Choice

WORDS: Final = frozenset({"查看", "视频查看", "巡查", "showthewater", "/check"})
SHOTS: Final = tuple(Shot)
STEPS: Final = ("level", "trend", "spillway", "seepage", "cracks", "photo")
ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "trend": tuple(Trend),
    "spillway": (Spillway.NO, Spillway.YES, Spillway.BLOCKED),
    "seepage": tuple(Seepage),
    "cracks": ("no", "yes"),
}
SKIP, STOP, SITE = "skip", "no_photo", "site:"
MOST_NAMED: Final = 8
UNKNOWN: Final = frozenset({"不知道", "看不到", "没有水尺", "跳过", "没有", "unknown", "skip"})


class VideoCheckFlow:
    """The facts: how many shots came, where the phone is, and an SMS that waits for its site to be named."""

    name = FLOW

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        if heard.text and parse(heard.text) is not None:
            mine = await talking.open_checks(room) or talking.watched(room)
            return Opening({"text": heard.text, "dedupe": heard.dedupe}) if mine else None
        if heard.photos and await talking.open_checks(room):
            return Opening({"photos": list(heard.photos), "dedupe": heard.dedupe})
        return Opening() if fold(heard.text) in WORDS and await talking.open_checks(room) else None

    async def begin(self, room: Room, opening: Opening) -> Move:
        found = await talking.open_checks(room)
        facts = {key: value for key, value in opening.facts.items() if key in {"text", "dedupe", "photos"}}
        named = [each for each in found if each.id == opening.about] if opening.about else found
        own = list(talking.watched(room)) if "text" in facts and not named else []
        if len(own) == 1:
            named = [await talking.unasked(room, own[0])]
        if not named and not own:
            return Move(None, (Line("judged_before" if opening.about else "none_open"),))
        if len(named) != 1:
            return Move("which", (await _which(room, named),), facts)
        return await self._go(room, named[0], facts)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        found = {each.id: each for each in await talking.open_checks(room)}
        if talk.step == "which":
            return await self._chosen(room, found, talk, heard)
        check = found.get(talk.about)
        if check is None:  # judged meanwhile; what is said may be meant for the next check
            other = await self.wanted(room, heard)
            return Move(None, (Line("judged_before"),)) if other is None else await self.begin(room, other)
        try:
            return await self._heard(room, check, talk, heard)
        except CheckOver:  # judged in this very moment
            return Move(None, (Line("judged_before"),))

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        found = await talking.open_checks(room)
        if talk.step == "which":
            return (await _which(room, found),)
        check = next((each for each in found if each.id == talk.about), None)
        return (Line("judged_before"),) if check is None else (await _question(room, check, talk.step, talk.facts),)

    async def _chosen(self, room: Room, found: Mapping[str, Check], talk: Talk, heard: Heard) -> Move:
        facts = dict(talk.facts)
        if heard.text and parse(heard.text) is not None:
            facts |= {"text": heard.text, "dedupe": heard.dedupe}
        if heard.word in found:
            return await self._go(room, found[heard.word], facts)
        own = {f"{SITE}{site}": site for site in talking.watched(room)}
        if heard.word in own:
            return await self._go(room, await talking.unasked(room, own[heard.word]), facts)
        if not found and not own:
            return Move(None, (Line("none_open"),))
        return Move("which", (Line("pick_one"), await _which(room, list(found.values()))), facts)

    async def _go(self, room: Room, check: Check, facts: Mapping[str, Any]) -> Move:
        """Take what came with the opening, and ask for the first thing that is not known."""
        if "text" in facts:
            return await self._code(room, check, str(facts["text"]), str(facts["dedupe"]), {})
        if "photos" in facts:
            photos = tuple(facts["photos"])
            return (await self._photos(room, check, "level", {}, Heard(photos=photos))).saying()
        return await self._to(room, check, "level", {})

    async def _heard(self, room: Room, check: Check, talk: Talk, heard: Heard) -> Move:
        facts = dict(talk.facts)
        if heard.text and not heard.picked and parse(heard.text) is not None:
            return await self._code(room, check, heard.text, heard.dedupe, facts)
        if heard.place is not None:
            facts["place"] = [heard.place.latitude, heard.place.longitude]
        if heard.photos:
            return await self._photos(room, check, talk.step, facts, heard)
        if heard.place is not None:
            return await self._to(room, check, talk.step, facts)
        if talk.step == "photo":
            return await self._no_photo(room, check, facts, heard)
        return await self._one(room, check, talk.step, facts, heard)

    async def _one(self, room: Room, check: Check, step: str, facts: Mapping[str, Any], heard: Heard) -> Move:
        """Take the answer to one question."""
        if heard.word == SKIP or (step == "level" and fold(heard.text) in UNKNOWN):
            return await self._to(room, check, _after(step), facts)
        answers = _answers(step, heard)
        if answers is None:
            hint = Line("level_unread" if step == "level" else "pick_one")
            return (await self._to(room, check, step, facts)).saying(hint)
        say = await _keep(room, check, answers, heard.dedupe, heard.text)
        return (await self._to(room, check, _after(step), facts)).saying(*say)

    async def _code(self, room: Room, check: Check, text: str, dedupe: str, facts: Mapping[str, Any]) -> Move:
        """Take one SMS that says it all; where photos can be sent, they are asked for next."""
        report = parse(text)
        if report is None:
            return await self._to(room, check, "level", facts)
        say = await _keep(room, check, report.answers, dedupe, text)
        values = {
            "place": await talking.place_of(room, check),
            "said": talking.in_words(report.answers, room.language),
            "unread": list(report.unread),
        }
        if not report.unread:
            return (await self._to(room, check, "photo", facts)).saying(*say, Line("noted", values))
        known = (*say, Line("noted", values))
        return Move(None, known, drill=check.drill)

    async def _photos(self, room: Room, check: Check, step: str, facts: Mapping[str, Any], heard: Heard) -> Move:
        came = int(facts.get("shots", 0))
        place = PhonePlace(*facts["place"]) if "place" in facts else None
        new = await talking.keep_photos(room, check, heard, SHOTS[came:], place)
        said = Line("photo_kept" if new else "photo_missing")
        return (await self._to(room, check, step, {**facts, "shots": came + new})).saying(said)

    async def _no_photo(self, room: Room, check: Check, facts: Mapping[str, Any], heard: Heard) -> Move:
        if heard.word == STOP:
            return Move(None, (Line("over"),), drill=check.drill)
        if heard.word == SKIP:
            return await self._to(room, check, "photo", {**facts, "shots": int(facts.get("shots", 0)) + 1})
        return (await self._to(room, check, "photo", facts)).saying(Line("photo_missing"))

    @staticmethod
    async def _to(room: Room, check: Check, step: str, facts: Mapping[str, Any]) -> Move:
        """Ask for a step, or end where nothing is left to be asked."""
        done = step == "photo" and (room.platform in talking.NO_DATA or int(facts.get("shots", 0)) >= len(SHOTS))
        if done:
            return Move(None, (Line("over"),), drill=check.drill)
        return Move(step, (await _question(room, check, step, facts),), facts, check.id, drill=check.drill)


async def _keep(room: Room, check: Check, answers: Answers, dedupe: str, words: str) -> tuple[Line, ...]:
    """Keep an answer; return what must be said at once: danger first, then a level that is too high."""
    said = talking.said(room, answers, dedupe, words)
    await answering.answer(talking.desk_of(room), room.tx, check, said, room.now)
    danger = (Line("danger"),) if alarming(answers) else ()
    return (*danger, *await talking.over_line(room, check, answers))


def _answers(step: str, heard: Heard) -> Answers | None:
    if step == "level":
        level = level_of(heard.text)
        return None if level is None else Answers(level_cm=level)
    word = heard.word
    if word not in ASKED.get(step, ()):
        return None
    match step:
        case "trend":
            return Answers(trend=Trend(word))
        case "spillway":
            return Answers(spillway=Spillway(word))
        case "seepage":
            return Answers(seepage=Seepage(word))
        case _:
            return Answers(cracks=word == "yes")


async def _question(room: Room, check: Check, step: str, facts: Mapping[str, Any]) -> Line:
    language = room.language
    if step == "photo":
        came = int(facts.get("shots", 0))
        values = {"shot": SHOTS[min(came, len(SHOTS) - 1)].value, "number": came + 1, "of": len(SHOTS)}
        wants = Wants.NOTHING if "place" in facts else Wants.PLACE
        return Line("photo", values, choices("video", (SKIP, STOP), language), wants=wants)
    known = step if step in STEPS else "level"  # of an earlier release
    place = {"place": await talking.place_of(room, check)}
    if known not in ASKED:  # no choices: a level of 1 m must not be the first of them
        return Line(known, place)
    return Line(known, place, (*choices(known, ASKED[known], language), *choices("video", (SKIP,), language)))


async def _which(room: Room, found: Sequence[Check]) -> Line:
    """Ask which of the open checks is meant; where none is, which of the sites that they watch."""
    if found:
        named = [Choice(each.id, await talking.place_of(room, each)) for each in found[:MOST_NAMED]]
        return Line("which", {}, tuple(named))
    sites = await talking.names_watched(room)
    own = [Choice(f"{SITE}{site}", name) for site, name in list(sites.items())[:MOST_NAMED]]
    return Line("which", {}, tuple(own))


def _after(step: str) -> str:
    return STEPS[STEPS.index(step) + 1]
