"""The bare statements of one sending, one after the other, with no engine, no queue and no policy around them."""

from collections.abc import Sequence
from time import perf_counter

from sqlalchemy import text

from bench.town import COUNTY
from broadcast.stores.tables import attempts
from ground.bulk import insert_rows
from ground.transaction import Database

NOTICE = 1

MEMBERS = (
    "INSERT INTO audience_members (audience_id, seq, person_id, area_id, rule, why) "
    "SELECT 1, row_number() OVER (ORDER BY area_id, id), id, area_id, 0, 'frozen' FROM people "
    f"WHERE area_id IN (SELECT descendant_id FROM area_closure WHERE ancestor_id = {COUNTY})"
)
DELIVERIES = (
    "INSERT INTO deliveries "
    "(notice_id, seq, address_id, person_id, area_id, channel, lane, language, rule, why, state) "
    f"SELECT {NOTICE}, m.seq, a.id, m.person_id, m.area_id, a.channel, 'immediate', p.language, m.rule, 'planned', "
    "'planned' FROM audience_members m JOIN people p ON p.id = m.person_id "
    "JOIN address_owners o ON o.person_id = p.id AND o.until_at IS NULL JOIN addresses a ON a.id = o.address_id "
    "WHERE m.audience_id = 1"
)
RANGE = f"notice_id = {NOTICE} AND seq BETWEEN :first AND :last"
CLAIM = f"UPDATE deliveries SET state = 'claimed', claimed_at = 1, attempts = attempts + 1 WHERE {RANGE}"
READ = f"SELECT d.*, a.value FROM deliveries d JOIN addresses a ON a.id = d.address_id WHERE {RANGE}"
RECORD = f"UPDATE deliveries SET state = 'accepted', accepted_at = 1 WHERE {RANGE} AND state = 'claimed'"


async def run(database: Database, people: int, batch: int) -> float:
    """Return the seconds that the statements alone take for `people` recipients, `batch` to a claim."""
    began = perf_counter()
    for statement in (MEMBERS, DELIVERIES):
        async with database.writing() as tx:
            await tx.execute(text(statement))
    async with database.writing() as tx:
        await tx.execute(text("ANALYZE deliveries"))
    for first in range(1, people + 1, batch):
        await _one(database, {"first": first, "last": min(first + batch - 1, people)})
    return perf_counter() - began


async def _one(database: Database, span: dict[str, int]) -> None:
    async with database.writing() as tx:
        await tx.execute(text(CLAIM), span)
        seqs: Sequence[int] = [row.seq for row in await tx.rows(text(READ), span)]
    rows = [
        {"account": "bench", "provider_id": f"{seq}", "notice_id": NOTICE, "seq": seq, "at": 1, "learned_at": 1}
        for seq in seqs
    ]
    async with database.writing() as tx:
        await insert_rows(tx, attempts, rows)
        await tx.execute(text(RECORD), span)
