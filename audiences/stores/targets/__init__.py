"""Who is meant: targets resolved, counted beforehand, saved, frozen, and what joins them later."""
