"""Durable work between planning and sending."""
