"""What a bare reply means: 1, 收到, 安全了, help me, 退订 … as people type them on any keyboard.

The whole message must be such a word: 没收到 and 不安全 are not their opposites, and nothing is read out of a longer
text. What could be a call for help is taken for one: rather one call too many.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from broadcast.answers import AnswerKind
from broadcast.content.compose import ANSWERS


class Word(StrEnum):
    """What is no answer to a warning."""

    STOP = "stop"  # no more lessons
    START = "start"  # lessons again
    HELP = "help"  # who are you, how do I answer


Meaning = AnswerKind | Word

SIMPLIFIED: Final = str.maketrans(
    "幫訂離讀們沒轉謝險開復閱點無問題來經請選擇裡", "帮订离读们没转谢险开复阅点无问题来经请选择里"
)
MARKS: Final[Mapping[str, str]] = {"👍": "收到", "👌": "收到", "✅": "收到", "🆗": "收到", "🆘": "求助"}
NUMERALS: Final[Mapping[str, int]] = {"一": 1, "二": 2, "三": 3, "one": 1, "two": 2, "three": 3}

_LEAD = re.compile(r"^(?:请?回复?|按|选择?|我们?|一?家人|家里人?|大家|全家|都|已经?|现在)+(?=.)")
_TAIL = re.compile(r"(?<=.)(?:谢谢你?们?|啦|了|的|哈|呢|吧|哦|啊|呀|thanks?|thankyou|please)+$")

WORDS: Final[Mapping[Meaning, str]] = {
    AnswerKind.RECEIVED: """
        收到 知道 明白 好 好的 行 可以 没问题 嗯 是 是的 看到 听到 知悉 已阅 阅
        ok okay okey k y yes yep received gotit got roger ack confirm confirmed copy noted
    """,
    AnswerKind.SAFE: """
        安全 平安 没事 很安全 平安无事 已转移 已经转移 转移了 转移好了 已撤离 已经撤离 撤离了 已离开 已经离开 离开了
        安全转移 安全撤离 到安置点 在安置点 到避险点 在避险点
        safe imsafe iamsafe wearesafe weresafe allsafe imok iamok wereok weareok imfine iamfine evacuated
    """,
    AnswerKind.NEED_HELP: """
        求助 求救 救命 救我 救人 救救我 救救我们 帮帮我 帮帮我们 帮我 帮助 帮忙 要帮忙 要帮助 需要帮助 需要帮忙 求帮助
        被困 被困住 困住 危险 不安全 有危险 来人 快来 快来人 110 119 120
        help helpme helpus needhelp ineedhelp weneedhelp sos mayday rescue emergency trapped danger notsafe
    """,
    Word.STOP: "td t r 退订 拒收 取消订阅 stop stopall unsubscribe cancel end quit revoke optout",
    Word.START: "开通 订阅 恢复 恢复订阅 重新订阅 start unstop subscribe optin",
    Word.HELP: "/start /help /info info menu 菜单 你好 您好 在吗 怎么用 使用说明 hello hi ?",
}
_WORDS: Final[Mapping[str, Meaning]] = {word: meaning for meaning, words in WORDS.items() for word in words.split()}


def read(text: str, numbered: Sequence[AnswerKind] = ANSWERS) -> Meaning:
    """Return what the whole message means; AnswerKind.OTHER for everything that is more than a bare word.

    `numbered` is what the numbers stood for where somebody was asked; one that was not offered means what it does
    everywhere else.
    """
    folded = fold(text)
    if folded in _WORDS:
        return _WORDS[folded]
    for shape in (folded, _LEAD.sub("", folded), _TAIL.sub("", folded), _TAIL.sub("", _LEAD.sub("", folded))):
        meaning = _meaning(shape, numbered)
        if isinstance(meaning, AnswerKind):  # a stop word counts only when it is the whole message
            return meaning
    return AnswerKind.OTHER


def fold(text: str) -> str:
    """Return the text without width, case, spaces, punctuation and traditional forms, as the word list has it."""
    for mark, word in MARKS.items():
        text = text.replace(mark, word)
    narrow = unicodedata.normalize("NFKC", text).casefold().strip().translate(SIMPLIFIED)
    if narrow.startswith("/"):
        return narrow.partition(" ")[0].partition("@")[0]
    kept = "".join(character for character in narrow if character.isalnum())
    return kept or narrow


def _meaning(word: str, numbered: Sequence[AnswerKind]) -> Meaning | None:
    """A word of the list, the number of a choice, or both: 1收到, as it stands in the warning."""
    if word in _WORDS:
        return _WORDS[word]
    digit = re.match(r"\d", word)
    number, rest = (int(digit.group()), word[1:]) if digit else (NUMERALS.get(word, 0), "")
    meant = (offered[number - 1] for offered in (numbered, ANSWERS) if 1 <= number <= len(offered))
    return next((kind for kind in meant if not rest or _WORDS.get(rest) is kind), None)
