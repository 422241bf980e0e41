"""What an office is asked before it acts on an application in chat: figures, photos, a reason, and a yes."""

from collections.abc import Mapping
from typing import Any, Final

from bot.assistance import acting
from bot.cases.assistance import MOST_FEN, MOST_ROOMS, Act
from bot.cases.assistance_values import Application
from bot.cases.relief import Grade
from bot.conversing import Heard
from bot.lines import Line
from bot.reading.numerals import count
from bot.relief.asking import WITHOUT_PHOTOS
from broadcast.content.message import Choice
from templates.labels import label

REASON, SURE, GRADE, ROOMS, AMOUNT, PHOTOS = "reason", "sure", "grade", "rooms", "amount", "photos"
YES, NO, NO_PHOTOS = "yes", "no", "no_photos"
FEN: Final = 100
MOST: Final = {ROOMS: MOST_ROOMS, AMOUNT: MOST_FEN // FEN}


def next_step(platform: str, act: Act, facts: Mapping[str, Any]) -> str:
    """Return the question that is still open; nothing if all is said."""
    if act in acting.WITH_REASON:
        return "" if facts.get(REASON) else REASON
    wanted = [GRADE, ROOMS, AMOUNT, *([] if platform in WITHOUT_PHOTOS else [PHOTOS])] if act is Act.ASSESS else []
    return next((each for each in (*wanted, SURE) if each not in facts), "")


def learned(step: str, heard: Heard) -> dict[str, Any] | None:
    """Return what an answer adds; None if it cannot be read."""
    number = count(heard.text.strip().removesuffix("元").removesuffix("间"))
    match step:
        case "reason" if heard.text.strip():
            return {REASON: heard.text.strip()[:400]}
        case "grade" if heard.word in set(Grade):
            return {GRADE: heard.word}
        case "rooms" | "amount" if number is not None and 0 < number.high <= MOST[step]:
            return {step: number.high}
        case "photos" if heard.photos or heard.word == NO_PHOTOS:
            return {PHOTOS: [*heard.photos]}
        case "sure" if heard.word in {YES, NO}:
            return {SURE: heard.word}
    return None


def question(language: str, application: Application, act: Act, step: str, facts: Mapping[str, Any]) -> Line:
    deed = label("assistance deed", act.value, language)
    match step:
        case "reason":
            return Line("ask_reason", {"code": application.code, "deed": deed})
        case "grade":
            grades = tuple(Choice(each.value, label("damage grade", each.value, language)) for each in Grade)
            return Line("ask_grade", {"code": application.code}, grades)
        case "photos":
            return Line("ask_photos", {}, (Choice(NO_PHOTOS, label("relief answer", NO_PHOTOS, language)),))
        case "sure":
            sure = (Choice(YES, label("talk", YES, language)), Choice(NO, label("talk", NO, language)))
            grade = facts.get(GRADE) or (application.grade.value if application.grade else "")
            values = {"code": application.code, "deed": deed, "grade": grade}
            values |= {"rooms": facts.get(ROOMS, application.rooms), "amount": fen(application, facts)}
            return Line("ask_sure", values, sure)
    return Line(f"ask_{step}")


def fen(application: Application, facts: Mapping[str, Any]) -> int:
    return int(facts[AMOUNT]) * FEN if AMOUNT in facts else application.amount or 0
