"""Links to a check: unguessable, opened once on one device, kept as digests; a session holds as long as the check."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, delete, insert, or_, select, update

from bot.cases.video_check import JUDGED, LINK_LASTS, State
from bot.cases.video_errors import CheckOver, LinkOfAnotherSite, UnknownVideoLink, VideoLinkExpired, VideoLinkUsed
from bot.stores.video import checks
from bot.stores.video.checks import Check
from bot.stores.video.tables import video_checks, video_links, video_sessions
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.ids import new_id
from ground.transaction import Transaction

LINK_BYTES: Final = 16  # of chance: short enough for a text message
SESSION_BYTES: Final = 32
links, sessions = video_links.c, video_sessions.c


@dataclass(frozen=True, slots=True)
class Opened:
    """A check as the one device has it open. `session` is shown this once, and kept as a digest."""

    check: Check
    link: str
    session: str = field(repr=False)
    expires_at: int


async def make(tx: Transaction, actor: Actor, made_for: Sequence[Check], at: int) -> Mapping[int, str]:
    """Return check → the secret of a fresh link; older ones open nothing more, and what they opened has ended."""
    actor.require_hub()
    keys = [each.key for each in made_for]
    await tx.execute(update(video_links).where(among(tx, links.check_id, keys)).values(replaced_at=at))
    await tx.execute(delete(video_sessions).where(among(tx, sessions.check_id, keys)))
    made = {each.key: secrets.token_urlsafe(LINK_BYTES) for each in made_for}
    rows = [
        {
            "id": new_id(),
            "digest": digest_of(made[each.key]),
            "check_id": each.key,
            "site_id": each.site,
            "made_at": at,
            "expires_at": max(each.due_at, at) + LINK_LASTS,
        }
        for each in made_for
    ]
    await insert_rows(tx, video_links, rows)
    return made


async def peek(tx: Transaction, actor: Actor, secret: str, now: int) -> Check:
    """Return the check behind a link without using it up: a preview in a chat looks before its reader does."""
    actor.require_hub()
    return (await _usable(tx, secret, now))[1]


async def open_link(tx: Transaction, actor: Actor, secret: str, now: int) -> Opened:
    """Use a link: the device that does so has the session from now on, and no other will.

    UnknownVideoLink, VideoLinkExpired, VideoLinkUsed and CheckOver say what to do instead.
    """
    actor.require_hub()
    link, check = await _usable(tx, secret, now)
    mine = (links.id == link.id) & links.opened_at.is_(None)
    if (await tx.execute(update(video_links).where(mine).values(opened_at=now))).rowcount == 0:
        raise VideoLinkUsed
    session = secrets.token_urlsafe(SESSION_BYTES)
    row = {"link_id": link.id, "check_id": check.key, "opened_at": now, "expires_at": now + LINK_LASTS}
    await tx.execute(insert(video_sessions).values(row | {"digest": digest_of(session)}))
    await checks.forward(tx, actor, check.key, State.OPENED, now)
    return Opened(await checks.by_key(tx, actor, check.key), link.id, session, now + LINK_LASTS)


async def of_session(
    tx: Transaction, actor: Actor, check_id: str, session: str, now: int, *, over_too: bool = False
) -> Check:
    """Return the check that this device has open; each thing that is wrong has its own error.

    LinkOfAnotherSite: the device has another check open than the one it names. `over_too`: also one that was judged.
    """
    actor.require_hub()
    joined = select(video_checks.c.public_id, sessions.expires_at, sessions.check_id).select_from(
        video_sessions.join(video_checks, video_checks.c.id == sessions.check_id)
    )
    row = await tx.row(joined.where(sessions.digest == digest_of(session)))
    if row is None:
        raise UnknownVideoLink
    if not hmac.compare_digest(row.public_id, check_id):
        raise LinkOfAnotherSite
    if row.expires_at <= now:
        raise VideoLinkExpired
    check = await checks.by_key(tx, actor, row.check_id)
    if not check.open and not over_too:
        raise CheckOver
    return check


async def forget_before(tx: Transaction, actor: Actor, before: int) -> None:
    """Drop links and sessions that ran out before an instant of story time; checks and evidence stay."""
    actor.require_hub()
    old = select(links.id).where(links.expires_at < before)
    await tx.execute(delete(video_sessions).where(or_(sessions.expires_at < before, sessions.link_id.in_(old))))
    held = select(sessions.link_id)
    await tx.execute(delete(video_links).where(links.expires_at < before, links.id.not_in(held)))


async def _usable(tx: Transaction, secret: str, now: int) -> tuple[Row[Any], Check]:
    row = await tx.row(select(video_links, video_checks.c.state).join(video_checks).where(_is(secret)))
    if row is None or row.replaced_at is not None:
        raise UnknownVideoLink
    if row.state in JUDGED:
        raise CheckOver
    if row.opened_at is not None:
        raise VideoLinkUsed
    if row.expires_at <= now:
        raise VideoLinkExpired
    found = await tx.row(select(video_checks).where(video_checks.c.id == row.check_id))
    if found is None:
        raise UnknownVideoLink
    return row, checks.check_of(found)


def _is(secret: str) -> Any:
    return links.digest == digest_of(secret)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
