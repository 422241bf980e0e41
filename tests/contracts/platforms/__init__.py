"""What every platform owes the dialogue."""
