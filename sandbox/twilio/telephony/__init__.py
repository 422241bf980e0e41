"""The telephones of the Twilio in miniature: calls that ring or not, people who listen, press keys or hang up."""
