"""Labels: the one table of words for levels, answers and states, whoever shows them; one file per subject."""

from typing import Final

from templates.catalogues import nearest_language, translations
from templates.errors import UnknownLabel
from templates.labels.assistance import ASSISTANCE
from templates.labels.calling import CALLING
from templates.labels.damage import DAMAGE
from templates.labels.deliveries import DELIVERIES
from templates.labels.doors import DOORS
from templates.labels.evacuation import EVACUATION
from templates.labels.people import PEOPLE
from templates.labels.relief import RELIEF
from templates.labels.rosters import ROSTERS
from templates.labels.talking import TALKING
from templates.labels.video import VIDEO
from templates.labels.warnings import WARNINGS

SUBJECTS: Final = (
    *(ASSISTANCE, CALLING, DAMAGE, DELIVERIES, DOORS, EVACUATION),
    *(PEOPLE, RELIEF, ROSTERS, TALKING, VIDEO, WARNINGS),
)
LABELS: Final[dict[str, dict[str, str]]] = {kind: words for subject in SUBJECTS for kind, words in subject.items()}


def label(kind: str, key: object, language: str) -> str:
    """Return the word for `key` (a level 1-4, an answer …) in a language."""
    words = LABELS.get(kind, {})
    if str(key) not in words:
        raise UnknownLabel(kind=kind, key=key, known=", ".join(words))
    return translations(nearest_language(language)).gettext(words[str(key)])
