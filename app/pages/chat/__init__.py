"""The chat page for residents: opened from a poster, usable on the worst network, with and without script."""
