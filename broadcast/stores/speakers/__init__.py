"""Loudspeakers: commands with their counter, gateways that owe a word, coverage."""
