"""The video check that is under way in the home county, and how its rows are asked for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from audiences.stores.tables import site_limits
from bot.cases.freshness import EvidenceKind, Source
from bot.cases.video_check import AlarmKind, Answers, Result, Seepage, Via
from bot.stores.video import alarms, answers, checks, evidence, spots, standing
from bot.stores.video.answers import Said
from bot.stores.video.checks import Check, CheckDraft
from bot.stores.video.evidence import Brought
from bot.stores.video.spots import PolicyDraft, SpotPolicy
from ground.actor import Actor, system
from ground.transaction import Database
from tests.builders import NOON


@dataclass(frozen=True, slots=True)
class Watched:
    """A check with a film and an answer, and spot checks that drew once."""

    check: Check
    film: str
    policy: SpotPolicy
    draft: CheckDraft


async def watched(database: Database, operator: Actor, county: int, village: int, site: int, person: int) -> Watched:
    hub = system("test")
    draft = CheckDraft(site, village, person, "4711", NOON)
    async with database.writing() as tx:
        await tx.execute(insert(site_limits).values(site_id=site, flood_limit=8700, crest=9000))
        [check] = await checks.keep_all(tx, operator, [draft], NOON)
        await standing.asked(tx, hub, [check], NOON)
        film = (await evidence.keep(tx, hub, check, film_piece())).evidence.id
        told = Answers(level_cm=8732, seepage=Seepage.MUDDY)
        said = Said(answers=told, via=Via.SMS, by="person:1", happened_at=NOON, dedupe="1", words="SK 87.32")
        await answers.keep(tx, hub, check, said)
        await alarms.raise_new(tx, hub, check, [AlarmKind.MUDDY], NOON)
        policy = await spots.plan(tx, operator, planned(county), NOON)
        await spots.keep_draw(tx, hub, policy, 20210628, "a seed", [site], NOON)
    return Watched(check, film, policy, draft)


def planned(area: int) -> PolicyDraft:
    return PolicyDraft(area=area, site_kind="landslide_spot", number=3, hour=9, within_days=14, answer_ms=1)


def film_piece() -> Brought:
    return Brought(
        kind=EvidenceKind.CLIP_CHUNK,
        digest="f" * 64,
        mime_type="video/webm",
        bytes=9,
        source=Source.PAGE,
        received_at=NOON,
        clip="film-1",
        number=0,
    )


def video_examples(there: Watched) -> dict[str, Any]:
    """Return an argument for each name that only the stores of video checks give to theirs."""
    return {
        "check": there.check, "check_id": there.check.key, "clip": "film-1", "drafts": [there.draft],
        "result": Result.NORMAL, "site_ids": [there.check.site],
    }  # fmt: skip


def video_particular(there: Watched, county: int) -> dict[str, dict[str, Any]]:
    policy = {"public_id": there.policy.id}
    heard = Said(answers=Answers(level_cm=8740), via=Via.PHONE, by="person:1", happened_at=NOON, dedupe="2")
    return {
        "bot.stores.video.checks.load": {"public_id": there.check.id},
        "bot.stores.video.answers.enter": {"said": heard},
        "bot.stores.video.evidence.one": {"public_id": there.film},
        "bot.stores.video.spots.plan": {"draft": planned(county)},
        "bot.stores.video.spots.end": policy,
        "bot.stores.video.spots.draws_of": policy,
    }
