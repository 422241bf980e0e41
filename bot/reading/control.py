"""What steers a conversation whatever it is about: back, cancel, start over, another language; help is in bare.py."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from bot.reading.bare import fold


class Control(StrEnum):
    BACK = "back"
    CANCEL = "cancel"
    RESTART = "restart"
    CHINESE = "zh_CN"
    ENGLISH = "en"


WORDS: Final[Mapping[Control, str]] = {
    Control.BACK: "返回 上一步 回上一步 退回 后退 back goback /back",
    Control.CANCEL: "取消 算了 不报了 不填了 不弄了 cancel quit nevermind /cancel",
    Control.RESTART: "重来 重新来 重新开始 从头开始 重填 startover restart startagain /restart",
    Control.CHINESE: "中文 说中文 汉语 chinese 中文版",
    Control.ENGLISH: "英文 英语 english inenglish speakenglish 英文版",
}
LANGUAGES: Final = frozenset({Control.CHINESE, Control.ENGLISH})
_WORDS: Final = {fold(word): control for control, words in WORDS.items() for word in words.split()}


def steer(text: str) -> Control | None:
    """Return what the whole message steers, if it is such a word and nothing more."""
    return _WORDS.get(fold(text))
