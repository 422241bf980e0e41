"""The live video check: the page of whoever stands at the water, and the officer's who looks."""
