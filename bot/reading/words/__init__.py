"""Tables of everyday words, and what they say: change the words here, not the code."""
