"""Files on their way in: staged rows, their order, and the registers they are written to."""
