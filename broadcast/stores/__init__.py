"""Where the hub keeps the truth: every call takes a transaction and an actor, and is bounded by the actor's area."""
