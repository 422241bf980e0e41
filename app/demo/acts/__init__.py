"""The acts of the story, in order: each does its part through HTTP, MQTT and the Bot API, and shows what came of it."""
