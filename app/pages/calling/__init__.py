"""The page of 叫应: who is woken at which level and hour, by which steps, and what of it whoever is on duty changes."""
