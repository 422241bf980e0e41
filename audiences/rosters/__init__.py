"""Duty rosters (值班表): who is on shift in a duty room, by which hours, and which rooms must have somebody."""
