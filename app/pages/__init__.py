"""Plain pages for people: signing in, one warning as it goes out, the description of the API. No script, no CDN."""
