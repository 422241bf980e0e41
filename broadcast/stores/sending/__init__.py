"""From a notice to every sending: planning, claims, records, retries, fallbacks, ends."""
