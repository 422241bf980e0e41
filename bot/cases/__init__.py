"""What people follow to the end: states, legal steps, who may, deadlines; pure, nothing is read or written here."""
