"""What comes back: people speak on many platforms, and every turn is heard once, answered once, and kept."""
