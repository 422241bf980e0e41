"""What every product of one Twilio account shares: credentials, session, signature check, what HTTP errors mean."""
