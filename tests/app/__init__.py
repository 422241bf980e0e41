"""The composition root: settings, folder, tokens, calls."""
