"""TwiML as a phone plays it: Say, Play, Pause, Gather, Redirect, Hangup (twilio.com/docs/voice/twiml)."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

CHARACTERS = 4.5  # a second, spoken


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to listen to: words, a file (its address), or silence."""

    seconds: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Gather:
    """Listens for keys while and after its sounds; without one, the document goes on."""

    sounds: tuple[Sound, ...]
    action: str
    timeout: float


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


Verb = Sound | Gather | Redirect | Hangup


def read(document: str) -> list[Verb]:
    """Return the verbs of a document; a ValueError if it is none."""
    try:
        root = ET.fromstring(document)  # noqa: S314 - written by the hub under test on this machine
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    if root.tag != "Response":
        raise ValueError(f"a document begins with Response, not with {root.tag}")
    return [_verb(element) for element in root]


def _verb(element: ET.Element) -> Verb:
    match element.tag:
        case "Say" | "Play" | "Pause":
            return _sound(element)
        case "Gather":
            sounds = tuple(_sound(each) for each in element)
            return Gather(sounds, element.get("action", ""), float(element.get("timeout", "5")))
        case "Redirect":
            return Redirect((element.text or "").strip())
        case "Hangup":
            return Hangup()
    raise ValueError(f"there is no verb {element.tag}")


def _sound(element: ET.Element) -> Sound:
    text = (element.text or "").strip()
    match element.tag:
        case "Say":
            return Sound(len(text) / CHARACTERS, text)
        case "Play" if urlsplit(text).scheme in {"http", "https"}:
            return Sound(10.0, text)
        case "Pause":
            return Sound(float(element.get("length", "1")))
    raise ValueError(f"nothing to listen to: {element.tag}")
