"""What breaks between hub and world: real processes, killed and cut off, and the checker over what is left."""
