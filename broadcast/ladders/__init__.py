"""叫应: whoever is responsible answers a warning, or the next in line is called."""
