"""What the bot keeps: turns that were heard, and who reads which account."""
