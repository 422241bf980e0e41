"""What comes back: accepts, receipts and what they prove, answers."""
