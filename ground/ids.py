"""Ids that leave the house: UUIDv7, so that they sort by the moment they were made and tell nothing else."""

import uuid_utils


def new_id() -> str:
    """Return a new UUIDv7 as 36 characters."""
    return str(uuid_utils.uuid7())
