"""A shelter's door on a phone: the keeper types a name or scans a household's code; a stranger's scan shows nothing."""
