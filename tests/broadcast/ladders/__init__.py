"""Ladders of 叫应."""
