"""A shelter's keeper notes who arrived: a name or a household's code, one after the other; the village checks it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.cases.door_code import code_in
from bot.cases.evacuation import AddedKind, Way
from bot.evacuation import desk as doors
from bot.evacuation.desk import AT_MOST, Arrival, Desk
from bot.evacuation.wording import choices
from bot.flows.base import Heard, Move, Opening, Room, Talk
from bot.lines import Line
from bot.reading.bare import fold
from bot.stores.evacuation.expecting import Expected
from broadcast.content.message import Choice
from templates.labels import label

WORDS: Final = frozenset({"安置登记", "安置点登记", "到安置点登记", "签到", "checkin", "/checkin"})
PAGE_WORDS: Final = frozenset({"签到网页", "登记网页", "网页签到", "checkinpage"})
PAGE: Final = "page"
LONGEST_NAME: Final = 40
ALL, NOBODY, STOP = "all", "nobody", "stop"


class CheckIn:
    """The facts: which door, the name that was said, the rows that are asked about."""

    name = "check_in"

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        said = fold(heard.text)
        if room.speaker.person is None or said not in WORDS | PAGE_WORDS:
            return None
        return Opening(step=PAGE if said in PAGE_WORDS else "")

    async def begin(self, room: Room, opening: Opening) -> Move:
        page = opening.step == PAGE
        found = await doors.desks_of(room.tx, room.speaker, room.now)
        if not found:
            return Move(None, (Line("none_open", {"proven": room.speaker.proven}),))
        if len(found) > 1:
            return Move("which", (_which(found, room.language),), {PAGE: page})
        return await self._start(room, found[0], page=page)

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        if talk.step == "which":
            found = {each.key: each for each in await doors.desks_of(room.tx, room.speaker, room.now)}
            if heard.word in found:
                return await self._start(room, found[heard.word], page=bool(talk.facts.get(PAGE)))
            return Move("which", (_which(list(found.values()), room.language),), talk.facts)
        desk = await _desk(room, talk.facts)
        if desk is None:
            return Move(None, (Line("none_open", {"proven": room.speaker.proven}),))
        move = await self._heard(room, desk, talk, heard)
        return replace(move, drill=desk.drill)

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        if talk.step == "which":
            return (_which(await doors.desks_of(room.tx, room.speaker, room.now), room.language),)
        desk = await _desk(room, talk.facts)
        if desk is None:
            return (Line("none_open", {"proven": room.speaker.proven}),)
        return (await _question(room, desk, talk.step, talk.facts),)

    async def _start(self, room: Room, desk: Desk, *, page: bool) -> Move:
        """Ask who came; with the link to the page, by which codes are scanned: a text message has it if it is asked."""
        link: tuple[Line, ...] = ()
        if room.public_url and (page or room.platform != "sms"):
            url = await doors.link_to(room.tx, desk, room.speaker.address.id, room.public_url, room.now)
            link = (Line("page", {"shelter": desk.name, "url": url}),)
        facts = {"desk": desk.key}
        return Move("name", (*link, await _question(room, desk, "name", facts)), facts, drill=desk.drill)

    async def _heard(self, room: Room, desk: Desk, talk: Talk, heard: Heard) -> Move:
        match talk.step:
            case "who":
                return await self._picked(room, desk, talk, heard)
            case "add_kind" if heard.word in set(AddedKind):
                return await self._kind(room, desk, {**talk.facts, "kind": heard.word}, heard)
            case "add_group" if heard.word:
                return await self._add(room, desk, talk.facts, heard.word, heard)
            case "add_kind" | "add_group":
                return Move(talk.step, (await _question(room, desk, talk.step, talk.facts),), talk.facts)
            case _:
                return await self._named(room, desk, heard)

    async def _named(self, room: Room, desk: Desk, heard: Heard) -> Move:
        said = heard.text.strip()
        if heard.word == STOP:
            return Move(None, (Line("over", {"shelter": desk.name}),))
        if not said:
            return await self._again(room, desk)
        found = await doors.look_up(room.tx, desk, said)
        if not found:
            return await self._unknown(room, desk, said)
        facts: dict[str, Any] = {
            "desk": desk.key,
            "name": said[:LONGEST_NAME],
            "rows": [each.line.id for each in found[:AT_MOST]],
        }
        facts["together"] = code_in(said) is not None
        return Move("who", (await _question(room, desk, "who", facts),), facts)

    async def _unknown(self, room: Room, desk: Desk, said: str) -> Move:
        """Offer to add whoever stands on no list; a code that nobody knows is no name."""
        if code_in(said) is not None:
            return await self._again(room, desk, Line("unknown_code"))
        facts = {"desk": desk.key, "name": said[:LONGEST_NAME]}
        return Move("add_kind", (await _question(room, desk, "add_kind", facts),), facts)

    async def _picked(self, room: Room, desk: Desk, talk: Talk, heard: Heard) -> Move:
        rows = [int(each) for each in talk.facts["rows"]]
        if heard.word == NOBODY:
            facts = {"desk": desk.key, "name": talk.facts["name"]}
            return Move("add_kind", (await _question(room, desk, "add_kind", facts),), facts)
        chosen = rows if heard.word == ALL else [row for row in rows if str(row) == heard.word]
        if not chosen:
            return await self._named(room, desk, heard)  # another name, before this one was settled
        noted = await doors.note(room.tx, desk, chosen, _how(room, heard), room.now)
        return await self._again(room, desk, _noted(desk, noted))

    async def _kind(self, room: Room, desk: Desk, facts: Mapping[str, Any], heard: Heard) -> Move:
        groups = await doors.groups_coming(room.tx, desk)
        if len(groups) == 1:
            return await self._add(room, desk, facts, f"{groups[0][0]}:{groups[0][1]}", heard)
        return Move("add_group", (await _question(room, desk, "add_group", facts),), facts)

    async def _add(self, room: Room, desk: Desk, facts: Mapping[str, Any], place: str, heard: Heard) -> Move:
        order, _, area = place.partition(":")
        name, kind = str(facts["name"]), AddedKind(facts["kind"])
        added = await doors.add(room.tx, desk, name, kind, (int(order), int(area)), _how(room, heard), room.now)
        return await self._again(room, desk, _noted(desk, added))

    @staticmethod
    async def _again(room: Room, desk: Desk, *first: Line) -> Move:
        facts = {"desk": desk.key}
        return Move("name", (*first, await _question(room, desk, "name", facts)), facts)


async def _desk(room: Room, facts: Mapping[str, Any]) -> Desk | None:
    site = int(str(facts["desk"]).partition(":")[0])
    mine = await doors.desks_of(room.tx, room.speaker, room.now, site=site)
    return next((each for each in mine if each.key == facts["desk"]), None)


async def _question(room: Room, desk: Desk, step: str, facts: Mapping[str, Any]) -> Line:
    match step:
        case "who":
            rows = await doors.rows_of(room.tx, desk, facts["rows"])
            together = facts["together"]
            ends = choices("check in", ((ALL,) if together and len(rows) > 1 else ()) + (NOBODY,), room.language)
            return Line("who", {"together": together}, (*(_choice(each) for each in rows), *ends))
        case "add_kind":
            return Line("add_kind", {"name": facts["name"]}, choices("added", tuple(AddedKind), room.language))
        case "add_group":
            groups = await doors.groups_coming(room.tx, desk)
            return Line("add_group", {"name": facts["name"]}, tuple(Choice(f"{o}:{a}", name) for o, a, name in groups))
        case _:
            return Line("name", {"shelter": desk.name}, choices("check in", (STOP,), room.language))


def _choice(each: Expected) -> Choice:
    """Return a person as the keeper tells them from others: by group and row, not by name alone."""
    return Choice(str(each.line.id), f"{each.place} {each.line.number} {each.line.name or ''}".strip())


def _which(found: Sequence[Desk], language: str) -> Line:
    begins = label("drill", "begins", language)
    return Line("which", {}, tuple(Choice(each.key, f"{begins if each.drill else ''}{each.name}") for each in found))


def _noted(desk: Desk, rows: Sequence[Expected]) -> Line:
    return Line("noted", {"shelter": desk.name, "names": [each.line.name or "" for each in rows]})


def _how(room: Room, heard: Heard) -> Arrival:
    means = Way.SMS if room.platform == "sms" else Way.DESK
    return Arrival(happened_at=room.happened_at, means=means, dedupe=heard.dedupe)
