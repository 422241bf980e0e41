"""Single people and households entered and changed by hand, through the registers that imports write to."""
