"""Registers: how each kind of thing that comes from outside is known by (source, external id), written and retired."""
