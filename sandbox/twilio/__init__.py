"""A Twilio in miniature: Messages and Calls, phones that ring or do not, signed call-backs, inbound texts and calls."""
