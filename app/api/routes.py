"""Every router of the API, one line each."""

from fastapi import APIRouter

from app.api import channels, media, operators, tokens
from app.api.assistance import applications as assistance
from app.api.assistance import deeds as assistance_deeds
from app.api.assistance import objections
from app.api.directory import addresses, areas, audiences, gateways, households, imports, people, sites
from app.api.relief import deeds, entering, ledger, requests
from app.api.warnings import answers, cap, decisions, drafts, notices, stops

ROUTERS: tuple[APIRouter, ...] = (
    drafts.router,
    decisions.router,
    cap.router,
    notices.router,
    answers.router,
    stops.router,
    requests.router,
    entering.router,
    deeds.router,
    ledger.router,
    assistance.router,
    assistance_deeds.router,
    objections.router,
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
