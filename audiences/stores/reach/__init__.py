"""How people are reached: addresses, who has them, what they agreed to, what providers found out."""
