"""Measures the hub against the bare statements it is made of, in one run on one machine; figures, never tests."""
