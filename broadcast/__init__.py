"""One-way: the hub. Warnings become notices, notices become deliveries, and what comes back becomes answers."""
