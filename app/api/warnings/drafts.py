"""Warnings: written, edited, read, and what they would say."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from app.api.warnings.shapes import WarningGiven, WarningShown, show_warning
from broadcast.alerts import drafting, issuing
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert, AlertDraft
from broadcast.content.compose import Words
from broadcast.content.fit import Encoding, measure
from broadcast.content.rules import plain
from broadcast.stores import alert_steps, alerts, confirmations
from ground import media
from ground.actor import Actor
from ground.transaction import Transaction

router = APIRouter(prefix="/alerts", tags=["warnings"], route_class=Unit)


class Edit(BaseModel):
    """A changed warning, and which version of it was changed."""

    model_config = ConfigDict(extra="forbid")
    version: int
    warning: WarningGiven


class StepShown(BaseModel):
    """One thing that was done to a warning."""

    from_state: str
    to_state: State
    actor: str
    reason: str
    at: int


class SegmentsShown(BaseModel):
    """What a text costs as SMS."""

    encoding: Encoding
    units: int
    segments: int
    room_left: int


class WordsShown(BaseModel):
    """What one channel would say in one language to those of one rule."""

    channel: str
    language: str
    rule: int
    in_danger: bool = Field(description="as old telephones in danger zones hear it: short, and with two keys")
    text: str
    choices: list[str] = Field(description="the ways to answer, as buttons where the channel has any")
    segments: SegmentsShown | None = Field(description="where the channel counts segments")


@router.post("", status_code=201)
async def draft_warning(tx: Tx, who: Who, now: Now, house: TheHouse, given: WarningGiven) -> WarningShown:
    """Write a new warning. Nobody is told before another person has approved it and it is issued."""
    return await show(tx, who, now, await drafting.draft(tx, who, house.office, await read(tx, who, given), now))


@router.get("")
async def list_warnings(
    tx: Tx, who: Who, now: Now, paged: Paged, state: Annotated[list[State] | None, Query()] = None
) -> Page[WarningShown]:
    """List warnings of your area, the newest first."""
    before = paged.after_word() or None
    found = await alerts.listed(tx, who, states=state or (), before=before, limit=paged.fetch)
    return paged.page(await show_all(tx, who, now, found), lambda each: each.id)


@router.get("/unconfirmed")
async def list_unconfirmed(tx: Tx, who: Who, now: Now) -> list[WarningShown]:
    """List what one person issued alone, a correction or in an emergency, and what no second has confirmed."""
    return await show_all(tx, who, now, await alerts.unconfirmed(tx, who))


@router.get("/{alert}")
async def get_warning(tx: Tx, who: Who, now: Now, alert: str) -> WarningShown:
    """Read one warning."""
    return await show(tx, who, now, await alerts.load(tx, who, alert))


@router.put("/{alert}")
async def edit_warning(tx: Tx, who: Who, now: Now, house: TheHouse, alert: str, edit: Edit) -> WarningShown:
    """Change a draft. A stale `version` is refused: somebody else changed it meanwhile."""
    given = await read(tx, who, edit.warning)
    return await show(tx, who, now, await drafting.edit(tx, who, house.office, alert, edit.version, given, now))


@router.get("/{alert}/steps")
async def list_steps(tx: Tx, who: Who, alert: str) -> list[StepShown]:
    """List what was done to a warning, by whom and when."""
    await alerts.load(tx, who, alert)
    return [shown(StepShown, each) for each in await alert_steps.steps_of(tx, who, alert)]


@router.get("/{alert}/chain")
async def list_chain(tx: Tx, who: Who, now: Now, alert: str) -> list[WarningShown]:
    """List a warning and all that it replaces, the newest first."""
    found = [await alerts.load(tx, who, alert), *(await alerts.chain(tx, who, alert))[1:]]
    return await show_all(tx, who, now, found)


@router.get("/{alert}/words")
async def preview_words(tx: Tx, who: Who, house: TheHouse, alert: str) -> list[WordsShown]:
    """Show what every channel would say in every language, with the cost where it is counted."""
    counted = {kind.name for kind in house.kinds if kind.abilities.segments}
    return [
        _words(each, counted=each.channel in counted) for each in await issuing.preview(tx, who, house.office, alert)
    ]


async def read(tx: Transaction, who: Actor, given: WarningGiven) -> AlertDraft:
    """Look up what a given warning names: its area and its recording."""
    medium = await media.recording(tx, given.audio) if given.audio else None
    return given.kept(await area_named(tx, who, given.area), medium)


async def show(tx: Transaction, who: Actor, now: int, alert: Alert) -> WarningShown:
    return (await show_all(tx, who, now, [alert]))[0]


async def show_all(tx: Transaction, who: Actor, now: int, found: Sequence[Alert]) -> list[WarningShown]:
    codes = await codes_of(tx, [each.area for each in found])
    waited = await confirmations.of_alerts(tx, who, [each.id for each in found])
    return [show_warning(each, codes, waited.get(each.id), now) for each in found]


def _words(words: Words, *, counted: bool) -> WordsShown:
    text = words.message.text
    choices = [choice.label for choice in words.message.choices]
    segments = shown(SegmentsShown, measure(text)) if counted else None
    rule, in_danger = plain(words.rule), words.rule < 0
    return shown(WordsShown, words, rule=rule, in_danger=in_danger, text=text, choices=choices, segments=segments)
