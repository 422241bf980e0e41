"""Columns that many tables of the directory have: where a row comes from, and which area it lies in."""

from sqlalchemy import Column, ForeignKey, String

from ground.tables import Key


def origin() -> tuple[Column[str], Column[str]]:
    """Everything that comes from outside has (source, external_id)."""
    return (
        Column("source", String(40), nullable=False),
        Column("external_id", String(80), nullable=False),
    )


def area(*, nullable: bool = False) -> Column[int]:
    return Column("area_id", Key, ForeignKey("areas.id"), nullable=nullable, index=True)
