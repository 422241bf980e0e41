"""叫应 as the bot sees it: what goes up from it to those above."""
