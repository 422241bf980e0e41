"""The files of both pages."""

from pathlib import Path
from typing import Final

from app.pages.phone.shelf import Shelf

SHOWN: Final = "^/w/[0-9a-f]{8}-[0-9a-f-]{27}$"
FIELD: Final = Shelf("video", Path(__file__).with_name("field"), "/w/-/", "/w/-/page", SHOWN)
DESK: Final = Shelf("video desk", Path(__file__).with_name("desk"), "/video/-/", "", "^$")
