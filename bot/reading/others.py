"""For whom: 帮隔壁王奶奶报 speaks of another household than the writer's own."""

import re
from typing import Final

from bot.reading.words.tables import phrases

_PHRASES: Final = phrases("others")
_ANOTHER: Final = re.compile(_PHRASES["another"].replace("RELATIVES", _PHRASES["relatives"]))


def is_for_another(plain: str) -> bool:
    """Say whether a plain writing reports for somebody else."""
    return _ANOTHER.search(plain) is not None
