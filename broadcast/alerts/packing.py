"""How a warning is kept: the columns of its row, and what it says as one JSON value beside them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import (
    Alert,
    AlertDraft,
    Content,
    Ending,
    Identity,
    Instruction,
    Level,
    MsgType,
    Nature,
    Place,
    Status,
)
from broadcast.content.message import Audio

NO_LEVEL = 0  # not chosen yet; only a draft may be without


def packed(draft: AlertDraft) -> dict[str, Any]:
    """Return the columns that an edit may change."""
    return {
        "level": NO_LEVEL if draft.level is None else int(draft.level),
        "event_code": draft.event_code,
        "content": packed_content(draft),
        "target": [dict(rule) for rule in draft.target],
        "asks_answer": draft.asks_answer,
        "area_id": draft.area,
        "onset": draft.onset,
        "expires": draft.expires,
    }


def packed_content(draft: AlertDraft) -> dict[str, Any]:
    languages = {language: asdict(content) for language, content in draft.contents.items()}
    for content in languages.values():
        content["rules"] = {str(rule): instruction for rule, instruction in content["rules"].items()}
    return {
        "languages": languages,
        "place": asdict(draft.place),
        "nature": asdict(draft.nature),
        "note": draft.note,
        "references": list(draft.references),
        "audio": asdict(draft.audio) if draft.audio else None,
    }


def packed_identity(identity: Identity) -> dict[str, Any]:
    return asdict(identity)


def unpacked(row: Row[Any]) -> Alert:
    """Return the warning that a row of `alerts` keeps."""
    kept: Mapping[str, Any] = row.content
    return Alert(
        id=row.id,
        state=State(row.state),
        identity=Identity(row.identifier, row.sender, row.sent, row.sent_text),
        author=row.author,
        approver=row.approver,
        confirmer=row.confirmer,
        audience=row.audience_id,
        made_at=row.made_at,
        version=row.version,
        area=row.area_id,
        level=Level(row.level) if row.level != NO_LEVEL else None,
        event_code=row.event_code,
        contents={language: _content(content) for language, content in kept["languages"].items()},
        expires=row.expires,
        onset=row.onset,
        target=row.target,
        status=Status(row.status),
        msg_type=MsgType(row.msg_type),
        ending=Ending(row.ending) if row.ending else None,
        asks_answer=row.asks_answer,
        place=_place(kept["place"]),
        nature=_nature(kept["nature"]),
        note=kept["note"],
        references=tuple(kept["references"]),
        audio=Audio(**kept["audio"]) if kept["audio"] else None,
        replaces=row.replaces_id,
        cap_digest=row.cap_digest,
        source=row.source,
    )


def _content(kept: Mapping[str, Any]) -> Content:
    rules = {int(rule): Instruction(**instruction) for rule, instruction in kept["rules"].items()}
    return Content(**{**kept, "instruction": Instruction(**kept["instruction"]), "rules": rules})


def _place(kept: Mapping[str, Any]) -> Place:
    geocodes = tuple((name, code) for name, code in kept["geocodes"])
    return Place(geocodes, tuple(kept["polygons"]), tuple(kept["circles"]))


def _nature(kept: Mapping[str, Any]) -> Nature:
    return Nature(kept["urgency"], kept["certainty"], tuple(kept["categories"]), tuple(kept["responses"]))
