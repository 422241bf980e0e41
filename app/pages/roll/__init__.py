"""The page of the roll on a phone: opened from a link in the chat, works in the rain and without a network."""
