"""Villagers' browsers in miniature: pages of a web chat that are kept open, written in and read."""
