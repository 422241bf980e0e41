"""The garbage collector's pace: a hub makes and drops a thousand small values per batch, and almost none in a ring."""

import gc

YOUNG = 50_000  # new values between two looks at the youngest; with the default, every batch pays for several


def collect_seldom() -> None:
    """Leave what stands at the start alone, and look at the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
