"""Joining: which village, which language, which name and number; shown before it is entered, and changed later."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from audiences.addresses import normal_phone
from audiences.errors import NotAPhoneNumber
from audiences.people import PhoneKind
from audiences.stores import areas, village_codes
from audiences.stores.reach import joining
from audiences.stores.reach.joining import Joining
from bot.flows.base import Facts, Heard, Move, Opening, Room, Talk
from bot.flows.joined import is_joined, known_lines, may_change
from bot.flows.villages import Sought, sought
from bot.lines import Line, Wants
from bot.reading.bare import fold, read
from bot.stores import newcomers, talks
from broadcast.answers import AnswerKind
from broadcast.content.message import Choice
from ground.actor import system
from templates.labels import label

JOINER = system("joiner")
NAME: Final = "join"
SMS: Final = "sms"
WORDS: Final = """
    /start /join 加入 注册 我要加入 我要注册 我要登记 我要收预警 收预警 接收预警 我的登记 改登记 修改登记
    join register signup
"""
NONE: Final = "没有 没 无 没有电话 跳过 不方便 none no skip"
LONGEST_NAME: Final = 40
AGREE, CHANGE, KEEP = "agree", "change", "keep"
CHANGE_VILLAGE, CHANGE_PHONE = "change_village", "change_phone"
_WORDS, _NONE = (frozenset(map(fold, words.split())) for words in (WORDS, NONE))
LANGUAGES: Final = (Choice("zh_CN", "中文"), Choice("en", "English（英语）"))  # never translated: each finds his own


class JoinFlow:
    name = NAME

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """A poster's link or code, or the word for it."""
        if heard.link or village_codes.as_code(heard.text):
            area = await village_codes.find(room.tx, JOINER, heard.link or heard.text)
            if area is not None:
                return Opening({"area": area.id})
            return Opening({"why": "no_code"}) if village_codes.as_code(heard.link) else None
        return Opening() if fold(heard.text) in _WORDS else None

    async def begin(self, room: Room, opening: Opening) -> Move:
        await _end_earlier(room)
        if is_joined(room):
            return Move("known", await known_lines(room), {})
        if opening.facts.get("area"):
            return await _settled(room, {}, int(opening.facts["area"]))
        why = str(opening.facts.get("why", ""))
        return Move("village", (*_said(why), ASK_VILLAGE), {})

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        step = STEPS.get(talk.step)
        return await (self.begin(room, Opening()) if step is None else step(room, talk.facts, heard))

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        return await _question(room, talk)


ASK_VILLAGE: Final = Line("ask_village", wants=Wants.PLACE)
ASK_NAME: Final = Line("ask_name")
ASK_PHONE: Final = Line("ask_phone", wants=Wants.CONTACT)


async def _village(room: Room, facts: Facts, heard: Heard) -> Move:
    return await _which(room, facts, await sought(room, heard), _settled, "village")


async def _which(room: Room, facts: Facts, found: Sought, then: "Then", step: str) -> Move:
    """Go on with the one village that is meant, or ask which one, or ask again."""
    if found.area is not None:
        return await then(room, facts, found.area.id)
    if found.choices:
        asked = {**facts, "choices": [[each.key, each.label] for each in found.choices]}
        return Move(step, (_ask_which(room, found.choices),), asked)
    facts = {name: value for name, value in facts.items() if name != "choices"}
    return Move(step, (*_said(found.why), ASK_VILLAGE), facts)


async def _settled(room: Room, facts: Facts, area: int) -> Move:
    """The village is known, and is kept whatever becomes of the rest."""
    await newcomers.settle(room.tx, JOINER, room.speaker, area, room.now)
    kept = {name: value for name, value in facts.items() if name != "choices"} | {"area": area}
    return Move("language", (await _ask_language(room, area),), kept)


async def _language(room: Room, facts: Facts, heard: Heard) -> Move:
    if heard.word not in {each.key for each in LANGUAGES}:
        return Move("language", (Line("please_choose"), await _ask_language(room, int(facts["area"]))), facts)
    await newcomers.speak(room.tx, JOINER, room.speaker, heard.word, room.now)
    return Move("name", (ASK_NAME,), {**facts, "language": heard.word}, language=heard.word)


async def _name(room: Room, facts: Facts, heard: Heard) -> Move:
    name = " ".join(heard.text.split())
    letters = sum(each.isalpha() for each in name)
    if (
        read(name) is not AnswerKind.OTHER
        or not letters
        or len(name) > LONGEST_NAME
        or any(not each.isprintable() for each in name)
        or name[0] == "/"
    ):
        return Move("name", (Line("bad_name"), ASK_NAME), facts)
    known = {**facts, "name": name}
    if room.platform == SMS:  # the number that writes is the number
        return Move("confirm", (await _confirm(room, known),), known)
    return Move("phone", (ASK_PHONE,), known)


async def _phone(room: Room, facts: Facts, heard: Heard) -> Move:
    phone, vouched = _number(heard)
    if phone is None:
        return Move("phone", (Line("bad_phone"), ASK_PHONE), facts)
    known = {**facts, "phone": phone, "vouched": vouched}
    return Move("confirm", (await _confirm(room, known),), known)


async def _agreed(room: Room, facts: Facts, heard: Heard) -> Move:
    if heard.word == CHANGE:
        return Move("village", (ASK_VILLAGE,), {})
    if heard.word != AGREE:
        return Move("confirm", (Line("please_choose"), await _confirm(room, facts)), facts)
    done = await joining.join(room.tx, JOINER, room.desk, room.speaker.address, _joining(room, facts), at=room.now)
    if done.recognised:
        return Move(None, (Line("recognised"),), then=("proof", Opening(step="greet")))
    village = (await areas.load(room.tx, JOINER, int(facts["area"]))).name
    hint = () if done.phone_kept else (Line("phone_of_another"),)
    return Move(None, (Line("joined", {"village": village}), *hint))


async def _known(room: Room, facts: Facts, heard: Heard) -> Move:
    """Somebody who joined before: the village or the number may be another by now."""
    if heard.word == KEEP:
        return Move(None, (Line("kept"),))
    if heard.word not in {CHANGE_VILLAGE, CHANGE_PHONE}:
        return Move("known", (Line("please_choose"), *await known_lines(room)), facts)
    if not await may_change(room):
        return Move(None, (Line("ask_committee"),))
    ask = ASK_VILLAGE if heard.word == CHANGE_VILLAGE else ASK_PHONE
    return Move("new_village" if heard.word == CHANGE_VILLAGE else "new_phone", (ask,), {})


async def _new_village(room: Room, facts: Facts, heard: Heard) -> Move:
    return await _which(room, facts, await sought(room, heard), _moved, "new_village")


async def _moved(room: Room, _facts: Facts, area: int) -> Move:
    if not await may_change(room):
        return Move(None, (Line("ask_committee"),))
    village = await areas.load(room.tx, JOINER, area)
    await joining.change(room.tx, JOINER, room.desk, room.speaker.people[0], {"area_id": area}, at=room.now)
    return Move(None, (Line("village_changed", {"village": village.name}),))


async def _new_phone(room: Room, facts: Facts, heard: Heard) -> Move:
    phone, vouched = _number(heard)
    if phone is None:
        return Move("new_phone", (Line("bad_phone"), ASK_PHONE), facts)
    if not await may_change(room):
        return Move(None, (Line("ask_committee"),))
    kept = await joining.change_phone(
        room.tx, JOINER, room.desk, room.speaker.people[0], phone, vouched=vouched, at=room.now
    )
    return Move(None, (Line("phone_changed"),) if kept else (Line("phone_of_another"),))


Then = Callable[[Room, Facts, int], Awaitable[Move]]
STEPS: Final[Mapping[str, Callable[[Room, Facts, Heard], Awaitable[Move]]]] = {
    "village": _village,
    "language": _language,
    "name": _name,
    "phone": _phone,
    "confirm": _agreed,
    "known": _known,
    "new_village": _new_village,
    "new_phone": _new_phone,
}


PLAIN: Final = {"name": ASK_NAME, "phone": ASK_PHONE, "new_phone": ASK_PHONE}


async def _question(room: Room, talk: Talk) -> Sequence[Line]:
    facts = talk.facts
    match talk.step:
        case "language":
            return [await _ask_language(room, int(facts["area"]))]
        case "confirm":
            return [await _confirm(room, facts)]
        case "known":
            return await known_lines(room)
        case _ if facts.get("choices"):
            return [_ask_which(room, tuple(Choice(key, shown) for key, shown in facts["choices"]))]
    return [PLAIN.get(talk.step, ASK_VILLAGE)]


def _ask_which(room: Room, choices: tuple[Choice, ...]) -> Line:
    return Line("which_village", choices=(*choices, Choice("none", label("join", "none_of_these", room.language))))


async def _ask_language(room: Room, area: int) -> Line:
    village = await areas.load(room.tx, JOINER, area)
    return Line("ask_language", {"village": village.name}, LANGUAGES)


async def _confirm(room: Room, facts: Facts) -> Line:
    """Show what will be entered and what it is for, before anything is."""
    village = await areas.load(room.tx, JOINER, int(facts["area"]))
    choices = tuple(Choice(key, label("join", key, room.language)) for key in (AGREE, CHANGE))
    values = {"village": village.name, "name": facts["name"], "phone": facts.get("phone", "")}
    return Line("confirm", values, choices)


def _joining(room: Room, facts: Facts) -> Joining:
    kind = PhoneKind.FEATURE if room.platform == SMS else PhoneKind.SMART
    language = str(facts.get("language", room.language))
    said = Joining(int(facts["area"]), str(facts["name"]), language, phone_kind=kind)
    return replace(said, phone=str(facts.get("phone", "")), vouched=bool(facts.get("vouched")))


def _number(heard: Heard) -> tuple[str | None, bool]:
    """Return the number that was shared or typed, and whether it is vouched for; empty if there is none."""
    given = heard.contact.phone if heard.contact else heard.text
    if not heard.contact and fold(heard.text) in _NONE:
        return "", False
    try:
        return normal_phone(given), bool(heard.contact and heard.contact.vouched)
    except NotAPhoneNumber:
        return None, False


def _said(why: str) -> tuple[Line, ...]:
    return (Line(why),) if why else ()


async def _end_earlier(room: Room) -> None:
    """One registration at a time: an older one that waits behind is given up."""
    for talk in (await talks.open_at(room.tx, JOINER, room.speaker.address.id))[1:]:
        if talk.flow == NAME:
            await talks.end(room.tx, JOINER, talk.id, room.now)
