"""What an operator of the hub may set: `MINGLUO_…` variables over one TOML file, checked before anything starts."""

from app.settings.reading import read_settings
from app.settings.sections import Settings

__all__ = ["Settings", "read_settings"]
