"""Calls about warnings: drafting and deciding, CAP, what became of each sending, who has not answered."""
