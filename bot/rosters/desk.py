"""What rosters lean on at work: the database, the time, who is told the news, and the channels there are."""

from dataclasses import dataclass

from bot.telling import Teller
from ground.actor import system
from ground.clock import BEIJING, Clock, moment
from ground.events import NewsDesk
from ground.transaction import Database

ROSTERS = system("rosters")


@dataclass(frozen=True, slots=True)
class RosterDesk:
    """See above."""

    database: Database
    clock: Clock
    desk: NewsDesk
    teller: Teller


def said(at: int) -> str:
    """Return an hour as people say it."""
    return f"{moment(at, BEIJING):%H:%M}"
