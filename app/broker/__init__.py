"""The embedded NATS server with its MQTT listener, and the accounts of those who may speak to it."""
