"""What people mean by what they write: rules over plain words, nothing guessed."""
