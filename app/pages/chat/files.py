"""The chat page's files."""

from pathlib import Path
from typing import Final

from app.pages.phone.shelf import Shelf

SHELF: Final = Shelf("chat", Path(__file__).with_name("files"), "/c/-/", "/c", "^/c$")
