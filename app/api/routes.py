"""Every router of the API, one line each."""

from fastapi import APIRouter

from app.api import tokens

ROUTERS: tuple[APIRouter, ...] = (tokens.router,)
