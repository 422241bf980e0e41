"""Who and where: areas, people, households, duties, addresses, and target expressions over them."""
