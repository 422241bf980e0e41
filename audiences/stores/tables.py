"""The directory's tables: places, people, duties, addresses, and audiences as they were frozen.

Every thing that comes from outside has (source, external_id). What identifies a person (name, number) lives in rows
that can be erased: `particulars` and `addresses.value`; everything else names people by id.
"""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, SmallInteger, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from ground.tables import Id, Instant, Json, Key, metadata


def _origin() -> tuple[Column[str], Column[str]]:
    return (
        Column("source", String(40), nullable=False),
        Column("external_id", String(80), nullable=False),
    )


def _area(*, nullable: bool = False) -> Column[int]:
    return Column("area_id", Key, ForeignKey("areas.id"), nullable=nullable, index=True)


areas = Table(
    "areas",
    metadata,
    Column("id", Key, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),  # a name, never structure
    Column("name", String(120), nullable=False),
    Column("folded", String(120), nullable=False, index=True),  # the name as people type it: see audiences/areas.py
    Column("level", String(20), nullable=False),  # province prefecture county township village group grid …
    Column("parent_id", Key, ForeignKey("areas.id"), index=True),
    Column("source", String(40), nullable=False),
    Column("gone_at", Instant),  # no longer in its source; never deleted
)

area_closure = Table(  # an area is its own ancestor at depth 0
    "area_closure",
    metadata,
    Column("ancestor_id", Key, ForeignKey("areas.id"), primary_key=True),
    Column("descendant_id", Key, ForeignKey("areas.id"), primary_key=True),
    Column("depth", SmallInteger, nullable=False),
    Index("ix_area_closure_descendant", "descendant_id", "ancestor_id"),
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", Key, primary_key=True),
    *_origin(),
    Column("kind", String(30), nullable=False),  # party_cell village_committee township_office command_centre …
    Column("name", String(120), nullable=False),
    _area(),
    Column("gone_at", Instant),
    Unique("source", "external_id"),
)

organisation_members = Table(
    "organisation_members",
    metadata,
    Column("organisation_id", Key, ForeignKey("organisations.id"), primary_key=True),
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True, index=True),
)

sites = Table(
    "sites",
    metadata,
    Column("id", Key, primary_key=True),
    *_origin(),
    Column("kind", String(30), nullable=False),  # reservoir hill_pond tailings_pond landslide_spot flash_flood_zone …
    Column("name", String(120), nullable=False),
    _area(),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("gone_at", Instant),
    Unique("source", "external_id"),
)

households = Table(
    "households",
    metadata,
    Column("id", Key, primary_key=True),
    *_origin(),
    _area(),  # the group or village it belongs to
    Column("latitude", Float),
    Column("longitude", Float),
    Column("hazard", String(30)),  # landslide flash_flood … by short code
    Column("site_id", Key, ForeignKey("sites.id"), index=True),  # the dangerous spot it lives under
    Column("responsible_a_id", Key, ForeignKey("people.id", use_alter=True)),
    Column("responsible_b_id", Key, ForeignKey("people.id", use_alter=True)),
    Column("assembly_point", String(120)),
    Column("shelter_id", Key, ForeignKey("sites.id")),
    Column("route", Text),
    Column("gone_at", Instant),
    Unique("source", "external_id"),
)

people = Table(
    "people",
    metadata,
    Column("id", Key, primary_key=True),
    *_origin(),
    _area(),  # where the person lives
    Column("household_id", Key, ForeignKey("households.id"), index=True),
    Column("language", String(20), nullable=False, server_default="zh_CN"),
    Column("phone_kind", String(20), nullable=False, server_default="smart"),  # smart feature landline shared none
    Column("whereabouts", String(20), nullable=False, server_default="home"),  # home away
    Column("gone_at", Instant),
    Unique("source", "external_id"),
    Index("ix_people_area_id_id", "area_id", "id"),
)

particulars = Table(  # erasable
    "particulars",
    metadata,
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("name", String(120), nullable=False),
)

needs = Table(  # plain short codes: needs_vehicle cannot_walk lives_alone power_dependent; never a diagnosis
    "needs",
    metadata,
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("code", String(30), primary_key=True),
    Index("ix_needs_code", "code", "person_id"),
)

relatives = Table(
    "relatives",
    metadata,
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("relative_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("relation", String(30), nullable=False),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Key, primary_key=True),
    *_origin(),
    Column("duty", String(40), nullable=False),  # administrative technical patrol monitor duty_officer leader_on_duty …
    Column("site_id", Key, ForeignKey("sites.id"), index=True),
    Column("organisation_id", Key, ForeignKey("organisations.id"), index=True),
    _area(),  # where the duty is: the site's, the organisation's or its own; scope follows this
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

addresses = Table(  # one row per place a message can be sent to; several people may share it
    "addresses",
    metadata,
    Column("id", Key, primary_key=True),
    Column("channel", String(20), nullable=False),  # sms telegram webchat voice speaker …
    Column("value", String(200)),  # a number, a chat id, a gateway's code; NULL once erased
    Column("verified_at", Instant),
    Column("verified_how", String(40)),
    Column("closed_at", Instant),
    Column("closed_why", String(60)),
    Column("stopped_at", Instant),  # the carrier refuses to deliver until the owner lifts it (Twilio 21610)
    Unique("channel", "value"),
)

address_owners = Table(  # a link is ended, never deleted
    "address_owners",
    metadata,
    Column("address_id", Key, ForeignKey("addresses.id"), primary_key=True),
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("rank", SmallInteger, nullable=False, server_default="0"),  # the person's own order within a channel
    Column("source", String(40), nullable=False),
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant),
    Index("ix_address_owners_person", "person_id", "address_id"),
)

consents = Table(  # append-only: the newest row per (address, purpose) counts
    "consents",
    metadata,
    Column("id", Key, primary_key=True),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False),
    Column("purpose", String(20), nullable=False),  # warnings lessons
    Column("granted", Boolean, nullable=False),
    Column("how", String(40), nullable=False),
    Column("at", Instant, nullable=False),
)

opt_outs = Table(  # what `consents` comes to, for the join at every claim
    "opt_outs",
    metadata,
    Column("address_id", Key, ForeignKey("addresses.id"), primary_key=True),
    Column("purpose", String(20), primary_key=True),
    Column("since", Instant, nullable=False),
)

gateways = Table(  # a village loudspeaker's gateway: a public place with an address of channel `speaker`
    "gateways",
    metadata,
    Column("id", Key, primary_key=True),
    Column("code", String(60), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    _area(),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False, unique=True),
    Column("source", String(40), nullable=False),
    Column("secret_digest", String(100)),  # of the broker account's password
    Column("state", String(20), nullable=False, server_default="unknown"),  # unknown online offline
    Column("heard_at", Instant),  # the last heartbeat, machine time
    Column("gone_at", Instant),
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

saved_audiences = Table(
    "saved_audiences",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("area_id", Key, ForeignKey("areas.id")),
    Column("expression", Json, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(80), nullable=False),
)

audiences = Table(  # what an expression came to, at one moment
    "audiences",
    metadata,
    Column("id", Key, primary_key=True),
    Column("rules", Json, nullable=False),  # the officer's ordered rules: [{"name": …, "expression": …}, …]
    Column("actor_area_id", Key, ForeignKey("areas.id")),  # the scope it was frozen in
    Column("asked_at", Instant, nullable=False),
    Column("frozen_at", Instant),  # NULL while slices are still being frozen
    Column("stage", String(20), nullable=False, server_default="duties"),  # duties people gateways frozen
    Column("cursor_area_id", Key, nullable=False, server_default="0"),
    Column("cursor_id", Key, nullable=False, server_default="0"),
    Column("size", Integer, nullable=False, server_default="0"),  # the highest seq so far
)

audience_members = Table(  # one row per person or per gateway; nobody is ever taken out
    "audience_members",
    metadata,
    Column("audience_id", Key, ForeignKey("audiences.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # dense, from 1
    Column("person_id", Key, ForeignKey("people.id")),
    Column("gateway_id", Key, ForeignKey("gateways.id")),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),  # the duty's place for duty holders, else home
    Column("rule", SmallInteger, nullable=False),  # index of the first rule that matched: it gives the words
    Column("why", String(40), nullable=False, server_default="frozen"),  # frozen · duty.handed_over · …
    Unique("audience_id", "person_id"),
    Unique("audience_id", "gateway_id"),
)
