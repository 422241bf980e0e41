"""Whom a warning is for: target expressions, their two written forms, and what they mean in SQL."""
