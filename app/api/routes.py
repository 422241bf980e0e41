"""Every router of the API, one line each."""

from fastapi import APIRouter

from app.api import channels, media, operators, tokens
from app.api.directory import addresses, areas, audiences, gateways, households, imports, people, sites
from app.api.evacuation import desk, rolls
from app.api.evacuation import missing as missing_list
from app.api.evacuation import orders as evacuations
from app.api.warnings import answers, cap, decisions, drafts, notices, stops

ROUTERS: tuple[APIRouter, ...] = (
    drafts.router,
    decisions.router,
    cap.router,
    notices.router,
    answers.router,
    stops.router,
    evacuations.router,
    rolls.router,
    missing_list.router,
    desk.router,
    channels.router,
    media.router,
    audiences.router,
    areas.router,
    people.router,
    households.router,
    addresses.router,
    sites.router,
    gateways.router,
    imports.router,
    operators.router,
    tokens.router,
)
