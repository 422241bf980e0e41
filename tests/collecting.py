"""What the suite keeps for good is not looked through for garbage again and again."""

import gc

SELDOM = (50_000, 20, 100)  # new objects, and rounds of the younger ones, before the collector looks again


def freeze() -> None:
    """Put by all that is there when the tests begin: modules, and the tests themselves."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
