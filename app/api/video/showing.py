"""How checks, answers and evidence are shown: areas by codes, names masked, levels in metres."""

from collections.abc import Sequence

from app.api.shown import codes_of, name_for, shown
from app.api.video.shapes import (
    AlarmShown,
    CheckShown,
    EvidenceShown,
    SaidShown,
    WaterShown,
    WholeCheckShown,
)
from audiences.stores import limits
from bot.cases.video_check import Answers, over_limit
from bot.stores.video import alarms, answers, holders
from bot.stores.video.answers import SaidBefore
from bot.stores.video.checks import Check
from bot.stores.video.evidence import Evidence
from bot.video.desk import CHECKER
from ground.actor import Actor
from ground.transaction import Transaction

CENTIMETRES = 100


async def checks_shown(tx: Transaction, who: Actor, found: Sequence[Check], now: int) -> list[CheckShown]:
    """Show checks, in a constant number of statements."""
    codes = await codes_of(tx, [each.area for each in found])
    names = await holders.names_of_sites(tx, who, [each.site for each in found if each.site])
    people = await holders.reached(tx, CHECKER, [each.person for each in found if each.person], now)
    known = {each.person: name_for(who, each.name) for each in people.values()}
    return [
        shown(
            CheckShown,
            each,
            area=codes[each.area],
            site_name=names.get(each.site or 0),
            person_name=known.get(each.person or 0),
            spot_check=each.draw is not None,
        )
        for each in found
    ]


async def whole_check(tx: Transaction, who: Actor, check: Check, now: int) -> WholeCheckShown:
    """Show one check with all that was said and raised."""
    [plain] = await checks_shown(tx, who, [check], now)
    said = await answers.of_check(tx, who, check.key)
    known = await limits.of_sites(tx, who, [check.site]) if check.site else {}
    together = answers.together(said)
    over = next((over_limit(together, each) for each in known.values()), None)
    return WholeCheckShown(
        **plain.model_dump(),
        water=shown(WaterShown, together, level=in_metres(together.level_cm), over_limit=in_metres(over)),
        said=[_said(who, each) for each in said],
        alarms=[shown(AlarmShown, each) for each in await alarms.of_check(tx, who, check.key)],
    )


def evidence_shown(each: Evidence) -> EvidenceShown:
    return shown(EvidenceShown, each, sha256=each.digest, findings=list(each.findings))


def in_metres(centimetres: int | None) -> float | None:
    return None if centimetres is None else centimetres / CENTIMETRES


def _said(who: Actor, each: SaidBefore) -> SaidShown:
    told: Answers = each.answers
    return SaidShown(
        level=in_metres(told.level_cm),
        trend=told.trend,
        spillway=told.spillway,
        seepage=told.seepage,
        cracks=told.cracks,
        via=each.via,
        by=each.by,
        typed_by=each.typed_by,
        spoke=name_for(who, each.spoke) or "",
        words=each.words,
        happened_at=each.happened_at,
        learned_at=each.learned_at,
    )
