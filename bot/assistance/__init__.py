"""The desk for assistance: filing, the offices' steps and what follows, objections, deadlines, whoever is told."""
