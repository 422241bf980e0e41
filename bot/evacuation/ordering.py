"""Ordering an evacuation: out of a warning, or of a site or an area. Loudspeakers sound at once, the rest follows."""

from dataclasses import dataclass, replace

from audiences.stores import areas, sites
from bot.cases.errors import AreaOutsideWarning, NothingToEvacuate, NotLikeThat, OwnVillageOnly, WarningNotIssued
from bot.cases.evacuation import AlarmKind, OrderKind
from bot.evacuation.wording import SPOKEN, sound_line
from bot.lines import Spoken
from bot.stores.evacuation import alarms, offices, orders, recordings
from bot.stores.evacuation.alarms import Raised
from bot.stores.evacuation.orders import Order, OrderDraft
from bot.telling import News, Teller, Told
from broadcast.alerts.lifecycle import State
from broadcast.content.message import Audio
from broadcast.notices import Lane, Purpose
from broadcast.stores import alerts
from ground.actor import Actor, Role, system
from ground.clock import HOUR
from ground.transaction import Transaction

MARSHAL = system("marshal")
SOUNDS_FOR = 2 * HOUR
FOLLOWED = "followed by another order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody orders: an issued warning (its area, or a part of it), a site, or an area."""

    kind: OrderKind
    alert: str | None = None
    area: int | None = None
    site: int | None = None
    drill: bool = False
    follows: str | None = None
    recording: Audio | None = None


async def order(tx: Transaction, actor: Actor, teller: Teller, asked: Asked, now: int) -> Order:
    """Give the order: it stands, and loudspeakers sound, at the commit; the sweep freezes the roll and tells people."""
    actor.require(*orders.ORDERERS)
    draft = await _draft(tx, actor, asked)
    earlier = await orders.load(tx, actor, asked.follows) if asked.follows else None
    if earlier is not None:
        if (earlier.kind, draft.kind, earlier.area) != (OrderKind.PREPARE, OrderKind.NOW, draft.area):
            raise NotLikeThat(kind=draft.kind)
        draft = replace(draft, follows=earlier.key, drill=earlier.drill)
    made = await orders.keep(tx, actor, draft, now)
    if earlier is not None and earlier.open:
        await orders.lift(tx, actor, earlier.key, FOLLOWED, now)
    await sound(tx, teller, made, now)
    return made


async def sound_the_alarm(
    tx: Transaction,
    actor: Actor,
    teller: Teller,
    area: int,
    now: int,
    *,
    site: int | None = None,
    drill: bool = False,
) -> Order:
    """立即撤离: sound the approved recording in one village or group, open the roll, alarm those above.

    With a `site` only those under that spot move. A drill is said in words, that begin with what it is: the recording
    that was approved is of the real thing.
    """
    actor.require(Role.DUTY)
    if not await offices.own_places(tx, MARSHAL, [area]):
        raise OwnVillageOnly
    await areas.load(tx, actor, area)
    if site is not None and (await sites.load(tx, actor, site)).area != area:
        raise OwnVillageOnly
    recording = None if drill else await recordings.nearest(tx, MARSHAL, area)
    draft = OrderDraft(kind=OrderKind.INSTANT, drill=drill, area=area, site=site, recording=recording)
    made = await orders.keep(tx, actor, draft, now)
    await sound(tx, teller, made, now)
    raised = Raised(made.key, "instant", AlarmKind.INSTANT, area, now)
    await alarms.raise_all(tx, MARSHAL, [raised])
    return await orders.by_key(tx, actor, made.key)


async def stop_sounding(tx: Transaction, actor: Actor, order: Order, reason: str, now: int) -> None:
    """End the sounding, with a reason; the roll stays open, for people are on their way."""
    await orders.hush(tx, actor, order.key, reason, now)


async def sound(tx: Transaction, teller: Teller, order: Order, now: int) -> None:
    """Let the loudspeakers of the order's area say it: its recording, else its words."""
    speakers = await offices.gateways_below(tx, MARSHAL, order.area)
    place = (await areas.load(tx, MARSHAL, order.area)).name
    told = Told((), [Spoken(SPOKEN, sound_line(order, place))], speakers, order.recording)
    news = News(
        f"{SPOKEN}:{order.id}",
        Lane.IMMEDIATE,
        [told],
        order.area,
        drill=order.drill,
        purpose=Purpose.WARNINGS,
        expires=now + SOUNDS_FOR,
    )
    notice = await teller.tell(tx, news, now)
    if notice is not None:
        await orders.note(tx, MARSHAL, order.key, sound_notice_id=notice.id)


async def _draft(tx: Transaction, actor: Actor, asked: Asked) -> OrderDraft:
    site = await sites.load(tx, actor, asked.site) if asked.site is not None else None
    area = asked.area if asked.area is not None or site is None else site.area
    plain = OrderDraft(kind=asked.kind, drill=asked.drill, area=area or 0, site=asked.site, recording=asked.recording)
    if asked.alert is not None:
        return await _out_of_warning(tx, actor, asked.alert, plain, area)
    if area is None:
        raise NothingToEvacuate
    await areas.load(tx, actor, area)
    return plain


async def _out_of_warning(
    tx: Transaction, actor: Actor, alert_id: str, plain: OrderDraft, area: int | None
) -> OrderDraft:
    alert = await alerts.load(tx, actor, alert_id)
    if alert.state is not State.ISSUED:
        raise WarningNotIssued(alert=alert_id, state=alert.state)
    chosen = alert.area if area is None else area
    if not await areas.lies_in(tx, actor, chosen, alert.area):
        raise AreaOutsideWarning
    return replace(
        plain,
        area=chosen,
        drill=alert.drill,
        alert=alert.id,
        audience=alert.audience,
        level=int(alert.level or 1),
        recording=plain.recording or alert.audio,
    )
