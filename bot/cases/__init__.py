"""What people follow to the end: states, rules and deadlines of the cases that conversations open; pure."""
