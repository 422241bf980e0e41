"""Who may call: bearer tokens of operators, one-time codes for the first of them, sessions of the live page."""
