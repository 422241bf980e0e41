"""The HTTP API: one file per noun, one call one transaction, problems that say what to do."""
