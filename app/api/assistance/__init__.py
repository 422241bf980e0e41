"""Assistance by the API: applying, what each office does, objections and appeals, payments."""
