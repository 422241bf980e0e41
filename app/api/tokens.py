"""Operators' tokens: redeemed from a one-time code, made, listed and revoked by administrators."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.paging import Page, Paged
from app.api.unit import Now, Tx, Unit, Who, open_to_all, secret_answer
from app.security import codes, tokens
from app.security.tokens import FreshToken, KnownToken

router = APIRouter(prefix="/tokens", tags=["tokens"], route_class=Unit)


class CodeToRedeem(BaseModel):
    code: str = Field(max_length=200, description="the one-time code that the terminal showed")
    label: str = Field(default="first token", max_length=80, description="what the token is for")


class TokenWanted(BaseModel):
    operator: str = Field(max_length=36)
    label: str = Field(max_length=80, min_length=1, description="what the token is for")
    until: int | None = Field(default=None, description="when it ends, in milliseconds since 1970 UTC; null: never")


class NewToken(BaseModel):
    """A token, shown this once."""

    id: str
    operator: str
    secret: str = Field(description="send it as `Authorization: Bearer …`; it is not kept and cannot be shown again")


class Token(BaseModel):
    """A token as it is listed. Instants are milliseconds since 1970 UTC."""

    id: str
    operator: str
    label: str
    made_at: int
    until_at: int | None
    revoked_at: int | None


@router.post("/redeem", status_code=201)
@open_to_all
@secret_answer
async def redeem_code(tx: Tx, now: Now, wanted: CodeToRedeem) -> NewToken:
    """Exchange a one-time code for a token. The first code of all makes the first administrator."""
    return _shown(await codes.redeem(tx, wanted.code, wanted.label, now))


@router.post("", status_code=201)
@secret_answer
async def make_token(tx: Tx, who: Who, now: Now, wanted: TokenWanted) -> NewToken:
    """Make a token for an operator of your area."""
    return _shown(await tokens.make_token(tx, who, wanted.operator, wanted.label, now, until_at=wanted.until))


@router.get("")
async def list_tokens(tx: Tx, who: Who, paged: Paged, operator: str | None = None) -> Page[Token]:
    """List the tokens of your area, without their secrets."""
    found = await tokens.list_tokens(tx, who, operator, paged.after_word(), paged.fetch)
    return paged.page([_listed(each) for each in found], lambda each: each.id)


@router.delete("/{token}", status_code=204)
async def revoke_token(tx: Tx, who: Who, now: Now, token: str) -> None:
    """End a token at once, with every session opened by it."""
    await tokens.revoke_token(tx, who, token, now)


def _shown(fresh: FreshToken) -> NewToken:
    return NewToken(id=fresh.id, operator=fresh.operator, secret=fresh.secret)


def _listed(known: KnownToken) -> Token:
    return Token(
        id=known.id,
        operator=known.operator,
        label=known.label,
        made_at=known.made_at,
        until_at=known.until_at,
        revoked_at=known.revoked_at,
    )
