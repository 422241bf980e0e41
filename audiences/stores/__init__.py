"""Where the directory is kept: every call takes a transaction and an actor, and is bounded by the actor's area."""
