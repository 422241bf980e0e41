"""What one process stands on: its folder and lock, its sockets and doors, how it opens and collects."""
