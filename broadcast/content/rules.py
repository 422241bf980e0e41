"""By which rule's words somebody is told: those of the target, and beside each those for old telephones in danger.

The words for old telephones in danger zones stand under a number below zero, so that no target ever counts so far.
"""


def endangered(rule: int) -> int:
    """Return under which number the words of a rule stand for old telephones in danger zones."""
    return rule if rule < 0 else -1 - rule


def plain(rule: int) -> int:
    """Return the rule of the target, whichever of its words are meant."""
    return -1 - rule if rule < 0 else rule


def likeliest(rule: int) -> tuple[int, ...]:
    """Return whose words are looked for, the best first: rather another's than silence."""
    return tuple(dict.fromkeys((rule, plain(rule), 0)))
