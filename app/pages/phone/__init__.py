"""What pages on a phone have in common: files kept by the phone, calls from our own page alone, keys made there."""
