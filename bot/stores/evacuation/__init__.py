"""What evacuations leave behind: orders, frozen rolls, reports, states, alarms, returns."""
