"""From warning to words: one composition per channel, language and rule."""
