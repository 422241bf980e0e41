"""What every conversation owes whoever speaks in it."""
