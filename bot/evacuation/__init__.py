"""Evacuations at work: ordering, telling, reporting, sweeping; rules are in bot/cases, rows in bot/stores."""
