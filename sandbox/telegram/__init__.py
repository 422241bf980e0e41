"""A Bot API server in miniature: chats, groups, buttons, updates, limits, and what goes wrong there."""
