"""Video checks at work: asking, keeping what comes, answering, judging, sweeping, drawing; rules are in bot/cases."""
