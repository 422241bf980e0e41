"""Door tasks as they are kept."""
