"""The world in miniature: vendors, phones and loudspeakers on loopback, speaking only public protocols.

It imports nothing of the hub; the demo, the tests and the drills play against it.
"""
