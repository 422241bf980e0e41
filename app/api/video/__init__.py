"""Video checks by the API: asking, how sites stand, judging, evidence, spot checks."""
