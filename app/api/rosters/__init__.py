"""Duty rosters and contact tests over HTTP."""
