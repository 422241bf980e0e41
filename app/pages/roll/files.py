"""The roll page's files."""

from pathlib import Path
from typing import Final

from app.pages.phone.shelf import Shelf

SHOWN: Final = "^/v/[0-9a-f]{8}-[0-9a-f-]{27}$"
SHELF: Final = Shelf("roll", Path(__file__).with_name("files"), "/v/-/", "/v/-/page", SHOWN)
