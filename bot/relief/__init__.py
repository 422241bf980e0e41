"""The relief desk: what follows when a request is filed, handled, or left lying; flows, API and sweep all come here."""
