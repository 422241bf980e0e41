"""What the conversation of a check needs besides its questions: whose checks are open, and what was said in words."""

from collections.abc import Mapping, Sequence
from typing import Final

from audiences.stores import limits
from bot.cases.freshness import EvidenceKind, Source
from bot.cases.video_check import ANSWER_WITHIN, Answers, Shot, Via, over_limit
from bot.conversing import Heard, Room
from bot.lines import Line
from bot.stores.video import checks, holders, standing
from bot.stores.video.answers import Said
from bot.stores.video.checks import Check, CheckDraft
from bot.stores.video.evidence import Brought, PhonePlace
from bot.video import keeping
from bot.video.desk import CHECKER, VideoDesk
from bot.video.wording import metres
from ground import media
from templates.labels import label

SMS: Final = "sms"
UNASKED: Final = "0000"
NO_DATA: Final = frozenset({SMS})  # platforms by which no photo can come


def desk_of(room: Room) -> VideoDesk:
    return VideoDesk(room.teller, room.desk, room.public_url)


def via(room: Room) -> Via:
    return Via.SMS if room.platform == SMS else Via.CHAT


def who(room: Room) -> str:
    """Who says it, for evidence: the person only where the address was shown to be theirs."""
    return f"person:{room.speaker.person}" if room.speaker.proven else f"address:{room.speaker.address.id}"


async def open_checks(room: Room) -> Sequence[Check]:
    """Return the open checks that whoever speaks was asked for."""
    return await checks.open_of(room.tx, CHECKER, room.speaker.people) if room.speaker.people else []


async def place_of(room: Room, check: Check) -> str:
    names = await holders.names_of_sites(room.tx, CHECKER, [check.site] if check.site else [])
    return names.get(check.site or 0, "") or await holders.area_named(room.tx, CHECKER, check.area)


def watched(room: Room) -> Mapping[int, int]:
    """Return the sites, each with its area, that whoever speaks is proven to watch."""
    duties = room.speaker.duties if room.speaker.proven else ()
    return {duty.site: duty.area for duty in duties if duty.site and duty.duty in holders.WATCHING}


async def names_watched(room: Room) -> Mapping[int, str]:
    return await holders.names_of_sites(room.tx, CHECKER, list(watched(room)))


async def unasked(room: Room, site: int) -> Check:
    """Make a check of a site that whoever speaks watches: what they see must not wait until they are asked."""
    draft = CheckDraft(site, watched(room)[site], room.speaker.person, UNASKED, room.now + ANSWER_WITHIN)
    made = await checks.keep_all(room.tx, CHECKER, [draft], room.now)
    await standing.asked(room.tx, CHECKER, made, room.now)
    return made[0]


def said(room: Room, answers: Answers, dedupe: str, words: str = "") -> Said:
    return Said(answers=answers, via=via(room), by=who(room), happened_at=room.happened_at, dedupe=dedupe, words=words)


async def keep_photos(room: Room, check: Check, heard: Heard, shots: Sequence[Shot], place: PhonePlace | None) -> int:
    """Keep the photos of a turn, each for the next shot; return how many there were. Those that were lost are not."""
    known = await media.known(room.tx, heard.photos)
    came = [each for each in heard.photos if each in known]
    for number, digest in enumerate(came):
        medium = await media.find(room.tx, digest)
        brought = Brought(
            kind=EvidenceKind.STILL,
            digest=digest,
            mime_type=medium.mime_type,
            bytes=medium.bytes,
            source=Source.SMS if room.platform == SMS else Source.CHAT,
            received_at=room.happened_at,
            place=place,
            shot=shots[number] if number < len(shots) else None,
            shown_digest=digest,
        )
        await keeping.keep(desk_of(room), room.tx, check, brought)
    return len(came)


async def over_line(room: Room, check: Check, answers: Answers) -> tuple[Line, ...]:
    """Return a word on a level that is over the flood limit of the site."""
    known = await limits.of_sites(room.tx, CHECKER, [check.site]) if check.site else {}
    over = next((over_limit(answers, each) for each in known.values()), None)
    return (Line("level_over", {"over": metres(over)}),) if over is not None and over > 0 else ()


def in_words(answers: Answers, language: str) -> str:
    """Return what was said, as one would repeat it."""
    height = metres(answers.level_cm)
    level = [f"{label('water', 'level', language)} {height} m"] if height else []
    rest = [
        label(kind, value, language)
        for kind, value in (
            ("trend", answers.trend),
            ("spillway", answers.spillway),
            ("seepage", answers.seepage),
            ("cracks", None if answers.cracks is None else ("yes" if answers.cracks else "no")),
        )
        if value is not None
    ]
    return label("water", "between", language).join([*level, *rest])
