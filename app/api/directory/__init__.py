"""Calls about the directory: places, people, duties, addresses, and who a target would reach."""
