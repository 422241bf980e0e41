"""The demo: a hub and a world in miniature as processes of their own, and one morning played through their doors."""
