"""Places in a message: how their names look, and which area of the gazetteer they mean."""
