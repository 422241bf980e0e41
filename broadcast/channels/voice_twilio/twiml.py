"""TwiML: what a call says next, as Twilio's documents have it, and what their addresses carry."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from twilio.twiml.voice_response import Gather, VoiceResponse

from broadcast.channels.telephony import Next, Speech, Thread
from broadcast.deliveries import Key
from templates.catalogues import nearest_language

LONGEST = 4000  # characters that may go along with the request for a call
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Documents:
    """Writes documents; `voices` are Twilio's names by our languages."""

    def __init__(self, voices: Mapping[str, str], media_url: str, key_url: str, wait: int) -> None:
        self._voices = voices
        self._media_url = media_url
        self._key_url = key_url
        self._wait = wait

    def opening(self, speeches: Sequence[Speech], heard_url: str) -> str:
        """Say everything outside of any Gather, then ask us what comes next: so we know that it was heard."""
        response = VoiceResponse()
        self._say(response, speeches)
        response.redirect(heard_url, method="POST")
        return str(response)

    def following(self, following: Next) -> str:
        response = VoiceResponse()
        self._say(response, following.say)
        if following.thread is not None:
            for speeches in (following.question, following.again):
                if speeches:
                    response.append(self._listening(speeches, following.thread))
            self._say(response, following.unanswered)
        response.hangup()
        return str(response)

    def _listening(self, speeches: Sequence[Speech], thread: Thread) -> Gather:
        action = f"{self._key_url}?{urlencode(carried(thread))}"
        gather = Gather(input="dtmf", num_digits=1, timeout=self._wait, action=action, method="POST")
        self._say(gather, speeches)
        return gather

    def _say(self, into: Any, speeches: Sequence[Speech]) -> None:
        for each in speeches:
            if each.audio is not None:
                into.play(f"{self._media_url}/{each.audio.digest}")
            else:
                into.say(_NOT_IN_XML.sub("", each.text), language=self._voices[_language_of(each)])


def carried(thread: Thread) -> dict[str, str]:
    """Return a thread as the query of an address, which Twilio signs with every turn."""
    fields = {"key": str(thread.key), "asked": str(thread.asked)}
    return fields | {name: "1" for name in ("rang_up", "follows") if getattr(thread, name)}


def thread_in(query: Mapping[str, str]) -> Thread | None:
    """Return what an address carried; None if it is none of ours."""
    asked = query.get("asked", "1")
    if not (asked.isascii() and asked.isdigit()):
        return None
    try:
        key = Key.parse(query.get("key", ""))
    except ValueError:
        return None
    return Thread(key, int(asked), rang_up="rang_up" in query, follows="follows" in query)


def _language_of(speech: Speech) -> str:
    """Return whose voice can say it: words that nobody translated are Chinese, whatever language was asked for."""
    return "zh_CN" if _CHINESE.search(speech.text) else nearest_language(speech.language)
