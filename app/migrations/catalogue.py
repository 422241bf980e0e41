"""Every table of the house in one catalogue: importing this module completes `ground.tables.metadata`."""

import app.security.tables
import audiences.stores.tables
import bot.stores.assistance.tables
import bot.stores.doors.tables
import bot.stores.evacuation.pass_tables
import bot.stores.evacuation.tables
import bot.stores.relief.tables
import bot.stores.rosters.tables
import bot.stores.tables
import bot.stores.video.tables
import broadcast.stores.tables
from ground.tables import metadata

TABLES_OF = (
    app.security.tables,
    audiences.stores.tables,
    bot.stores.tables,
    bot.stores.evacuation.tables,
    bot.stores.evacuation.pass_tables,
    bot.stores.relief.tables,
    bot.stores.rosters.tables,
    bot.stores.assistance.tables,
    bot.stores.doors.tables,
    bot.stores.video.tables,
    broadcast.stores.tables,
)

__all__ = ["TABLES_OF", "metadata"]
