"""The composition root: it knows everybody, puts the house together, and decides nothing."""
