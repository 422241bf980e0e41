"""Who answers for what: organisations with members, posts with their terms, operators with their scope."""

from sqlalchemy import Column, ForeignKey, Index, SmallInteger, String, Table
from sqlalchemy import UniqueConstraint as Unique

from audiences.stores.tables.columns import area, origin
from ground.tables import Id, Instant, Json, Key, metadata

organisations = Table(
    "organisations",
    metadata,
    Column("id", Key, primary_key=True),
    *origin(),
    Column("kind", String(30), nullable=False),  # party_cell village_committee township_office command_centre …
    Column("name", String(120), nullable=False),
    area(),
    Column("gone_at", Instant),
    Unique("source", "external_id"),
)


organisation_members = Table(  # a membership is ended, never deleted
    "organisation_members",
    metadata,
    Column("organisation_id", Key, ForeignKey("organisations.id"), primary_key=True),
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True, index=True),
    Column("source", String(40), nullable=False, server_default=""),
    Column("external_id", String(165)),
    Column("gone_at", Instant),
    Unique("source", "external_id"),
)


posts = Table(
    "posts",
    metadata,
    Column("id", Key, primary_key=True),
    *origin(),
    Column("duty", String(40), nullable=False),  # administrative technical patrol monitor duty_officer leader_on_duty …
    Column("site_id", Key, ForeignKey("sites.id"), index=True),
    Column("organisation_id", Key, ForeignKey("organisations.id"), index=True),
    area(),  # where the duty is: the site's, the organisation's or its own; scope follows this
    Column("rank", SmallInteger, nullable=False, server_default="0"),  # the order in which they are called
    Column("gone_at", Instant),
    Unique("source", "external_id"),
    Index("ix_posts_duty_area_id", "duty", "area_id"),
)


terms = Table(  # who holds a post, from and until; a term is closed, never overwritten
    "terms",
    metadata,
    Column("id", Key, primary_key=True),
    Column("post_id", Key, ForeignKey("posts.id"), nullable=False, index=True),
    Column("holder_id", Key, ForeignKey("people.id"), nullable=False, index=True),
    Column("deputy_id", Key, ForeignKey("people.id"), index=True),
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant),
)


operators = Table(
    "operators",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Key, ForeignKey("people.id")),
    Column("title", String(80), nullable=False),  # what the console calls them: a post, not a name
    Column("area_id", Key, ForeignKey("areas.id")),  # NULL: the whole deployment
    Column("roles", Json, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)
