"""Every router of the API, one line each."""

from fastapi import APIRouter

from app.api import channels, media, operators, tokens
from app.api.directory import (
    addresses,
    areas,
    audiences,
    entering,
    gateways,
    households,
    imports,
    people,
    residents,
    sites,
)
from app.api.warnings import answers, cap, decisions, drafts, notices, stops

ROUTERS: tuple[APIRouter, ...] = (
    drafts.router,
    decisions.router,
    cap.router,
    notices.router,
    answers.router,
    stops.router,
    channels.router,
    media.router,
    audiences.router,
    areas.router,
    residents.router,
    people.router,
    households.router,
    entering.router,
    addresses.router,
    sites.router,
    gateways.router,
    imports.router,
    operators.router,
    tokens.router,
)
