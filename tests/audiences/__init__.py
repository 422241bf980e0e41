"""Who and where: the directory, its stores and its import."""
