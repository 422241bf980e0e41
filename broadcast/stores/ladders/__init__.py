"""Ladders as they are kept: opened in slices, climbed when due, closed by an answer in its own transaction."""
