"""Every router of the API, one line each."""

from fastapi import APIRouter

from app.api import channels, media, operators, tokens
from app.api.assistance import applications as assistance
from app.api.assistance import deeds as assistance_deeds
from app.api.assistance import objections
from app.api.directory import (
    addresses,
    areas,
    audiences,
    gateways,
    households,
    imports,
    people,
    residents,
    sites,
)
from app.api.directory import entering as directory_entering
from app.api.doors import deeds as door_deeds
from app.api.doors import listing as doors
from app.api.evacuation import desk, rolls
from app.api.evacuation import missing as missing_list
from app.api.evacuation import orders as evacuations
from app.api.ladders import listing as ladders
from app.api.ladders import rehearsing as calling
from app.api.ladders import tables as calling_tables
from app.api.relief import deeds, giving, ledger, requests
from app.api.relief import entering as relief_entering
from app.api.rosters import contact_tests, rosters
from app.api.video import checks as video_checks
from app.api.video import evidence as video_evidence
from app.api.video import spots
from app.api.warnings import answers, cap, decisions, drafts, notices, stops

ROUTERS: tuple[APIRouter, ...] = (
    drafts.router,
    decisions.router,
    cap.router,
    notices.router,
    answers.router,
    stops.router,
    ladders.router,
    calling.router,
    calling_tables.router,
    requests.router,
    relief_entering.router,
    giving.router,
    deeds.router,
    ledger.router,
    evacuations.router,
    rolls.router,
    missing_list.router,
    desk.router,
    doors.router,
    door_deeds.router,
    assistance.router,
    assistance_deeds.router,
    objections.router,
    rosters.router,
    contact_tests.router,
    video_checks.router,
    video_evidence.router,
    spots.router,
    channels.router,
    media.router,
    audiences.router,
    areas.router,
    residents.router,
    people.router,
    households.router,
    directory_entering.router,
    addresses.router,
    sites.router,
    gateways.router,
    imports.router,
    operators.router,
    tokens.router,
)
