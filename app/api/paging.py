"""Pages by cursor: opaque to the caller, bound to their listing, checked when they come back."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from app.errors import InvalidCursor

T = TypeVar("T")
LARGEST_PAGE = 500


class Page(BaseModel, Generic[T]):
    """Some of a listing, in a stable order."""

    items: list[T]
    next: str | None = Field(description="give it as `cursor` for the page after this; null: that was the last")


class Paging:
    """Where in a listing to go on, and how many to give."""

    def __init__(
        self,
        request: Request,
        cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
    ) -> None:
        self._listing = request.url.path
        self._cursor = cursor
        self.limit = limit

    @property
    def fetch(self) -> int:
        """How many to ask a store for: one more than the page, so that we know whether another follows."""
        return self.limit + 1

    def after_number(self) -> int:
        """Return the integer key to go on after; 0 at the beginning."""
        key = self._key()
        if key is None:
            return 0
        if not isinstance(key, int):
            raise InvalidCursor
        return key

    def after_word(self) -> str:
        """Return the key to go on after, as text; empty at the beginning."""
        key = self._key()
        if key is None:
            return ""
        if not isinstance(key, str):
            raise InvalidCursor
        return key

    def page(self, found: Sequence[T], key: Callable[[T], int | str]) -> Page[T]:
        """Cut what `fetch` brought to a page."""
        items = list(found[: self.limit])
        return Page(items=items, next=self._write(key(items[-1])) if len(found) > self.limit else None)

    def mark(self, key: int | str) -> str:
        """Return the cursor of a page that goes on after `key`, for listings that cut their pages themselves."""
        return self._write(key)

    def _key(self) -> object:
        if self._cursor is None:
            return None
        try:
            padded = self._cursor + "=" * (-len(self._cursor) % 4)
            listing, key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        except (ValueError, TypeError, binascii.Error):
            raise InvalidCursor from None
        if listing != self._listing or isinstance(key, bool):
            raise InvalidCursor
        return key

    def _write(self, key: int | str) -> str:
        packed = json.dumps([self._listing, key], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


Paged = Annotated[Paging, Depends(Paging)]
