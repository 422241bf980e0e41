"""A Twilio in miniature: the Messages resource, phones that ring or do not, signed call-backs, inbound texts."""
