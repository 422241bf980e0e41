"""Forgetting a person: every place where cases, talks and messages keep what they said, or what names them."""
