"""Duty rosters as they are kept: shifts, duty rooms with their landlines, gaps, who answers for a township."""
