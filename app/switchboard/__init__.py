"""The switchboard of video checks: what two pages must say to each other before pictures go straight between them."""
