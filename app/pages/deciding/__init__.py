"""The page on which a warning is decided on: read as it will be said, approved, returned, issued, taken back."""
