"""Empty nights and contact tests as they are kept."""
