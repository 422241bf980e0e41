"""The contract of a conversation, for the files of this folder; it lives in bot/conversing.py.

What flows lean on (stores, desks of cases) imports it from there: this package imports every flow.
"""

from bot.conversing import Facts, Flow, Heard, Move, Opening, Room, Talk

__all__ = ["Facts", "Flow", "Heard", "Move", "Opening", "Room", "Talk"]
