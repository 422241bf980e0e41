"""Relief requests as they are kept: what was reported, every step, fact and photo, deadlines, first reports."""
