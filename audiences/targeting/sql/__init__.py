"""What a target means in SQL: conditions on people and speakers, read from a standpoint."""
