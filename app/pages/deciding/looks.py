"""What the page of decision shows: what would be said and heard by how many, what was done, what may be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.api.ladders.rehearsing import CallingShown, rehearse_calling
from app.house import House
from app.pages.deciding.deeds import Deed, open_to
from app.pages.deciding.doubts import Doubt, doubts
from app.pages.view import headline_of
from audiences.stores import operators
from audiences.stores.targets.preview import Preview, preview
from audiences.targeting.target import Target
from broadcast.alerts import emergency, issuing
from broadcast.alerts.lifecycle import UNISSUED, State
from broadcast.alerts.model import Alert
from broadcast.content.compose import Words
from broadcast.content.fit import measure
from broadcast.content.rules import plain
from broadcast.stores import alert_steps, alerts
from broadcast.stores.alert_steps import Taken, wrote
from ground.actor import Actor, ActorKind
from ground.errors import MingluoError, NotFound
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Said:
    """One text, with all channels that say it and all whom it is said to."""

    language: str
    text: str
    channels: tuple[str, ...]
    rules: tuple[str, ...]
    in_danger: bool
    segments: int  # what it costs as SMS; 0: no SMS
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The page, but for its words."""

    alert: Alert
    headline: str
    replaced: Alert | None
    said: Sequence[Said]
    unsayable: str  # why nothing can be said yet
    counted: Preview | None
    uncountable: str  # why it cannot be said whom it would reach
    calling: CallingShown | None
    doubts: tuple[Doubt, ...]
    steps: Sequence[tuple[Taken, str]]  # each with the post of whoever took it
    author: str
    deeds: frozenset[Deed]
    own: bool  # whoever looks wrote on it
    patience: int  # seconds until one person may issue it alone; 0: now, or never


async def look(tx: Transaction, who: Actor, house: House, alert_id: str, language: str, now: int) -> Decision:
    """Gather the page of one warning within the actor's area."""
    alert = await alerts.load(tx, who, alert_id)
    steps = await alert_steps.steps_of(tx, who, alert_id)
    posts = await _posts(tx, who, [alert.author, *(each.actor for each in steps)])
    grave = alert.state is State.SUBMITTED and alert.level in emergency.GRAVE
    said, unsayable = await _said(tx, who, house, alert)
    counted, uncountable = await _counted(tx, who, house, alert, now)
    calling = await _calling(tx, who, house, alert, now)
    return Decision(
        alert=alert,
        headline=headline_of(alert, language),
        replaced=await alerts.load(tx, who, alert.replaces) if alert.replaces else None,
        said=said,
        unsayable=unsayable,
        counted=counted,
        uncountable=uncountable,
        calling=calling,
        doubts=doubts(alert, counted, calling, now),
        steps=[(each, posts.get(each.actor, "")) for each in steps],
        author=posts.get(alert.author, ""),
        deeds=open_to(who, alert, steps, now),
        own=wrote(who, steps),
        patience=emergency.patience_left(steps, now) if grave else 0,
    )


async def _said(tx: Transaction, who: Actor, house: House, alert: Alert) -> tuple[Sequence[Said], str]:
    """Return every text once, or why nothing can be said yet."""
    try:
        words = await issuing.preview(tx, who, house.office, alert.id)
    except MingluoError as fault:  # a draft may lack what a warning must have
        return (), str(fault)
    counted = {kind.name for kind in house.kinds if kind.abilities.segments}
    names = {at: str(rule["name"]) for at, rule in enumerate(alert.target)}
    return list(_each_once(words, counted, names)), ""


def _each_once(words: Iterable[Words], counted: set[str], names: Mapping[int, str]) -> Iterable[Said]:
    """Gather what says the same in the same language to the same sort of telephone."""
    same: dict[tuple[str, bool, str], list[Words]] = {}
    for each in words:
        same.setdefault((each.language, each.rule < 0, each.message.text), []).append(each)
    for (language, in_danger, text), those in same.items():
        channels = tuple(dict.fromkeys(each.channel for each in those))
        rules = sorted({plain(each.rule) for each in those})
        yield Said(
            language=language,
            text=text,
            channels=channels,
            rules=tuple(names[rule] for rule in rules if rule in names) if len(rules) < len(names) else (),
            in_danger=in_danger,
            segments=measure(text).segments if counted.intersection(channels) else 0,
            choices=tuple(choice.label for choice in those[0].message.choices),
        )


async def _counted(tx: Transaction, who: Actor, house: House, alert: Alert, now: int) -> tuple[Preview | None, str]:
    """Count whom it would be said to, or say why that cannot be counted; an ending names nobody of its own."""
    if alert.state not in UNISSUED or not alert.target:
        return None, ""
    channels = [each.name for each in house.kinds]
    try:
        return await preview(tx, who, Target.from_json(list(alert.target)), channels, now), ""
    except MingluoError as fault:  # a saved audience that is gone, a place outside this area
        return None, str(fault)


async def _calling(tx: Transaction, who: Actor, house: House, alert: Alert, now: int) -> CallingShown | None:
    if alert.state not in UNISSUED or alert.ending is not None:
        return None
    return await rehearse_calling(tx, who, now, house, alert.id)


async def _posts(tx: Transaction, who: Actor, names: Iterable[str]) -> Mapping[str, str]:
    """Return the posts of operators by their names in evidence; one outside the area stays unnamed."""
    found = {}
    for name in dict.fromkeys(names):
        kind, _, number = name.partition(":")
        if kind != ActorKind.OPERATOR:
            continue
        try:
            found[name] = (await operators.details(tx, who, number)).title
        except NotFound:
            continue
    return found
