"""Applications for assistance as they are kept: every step and who judged, notices, objections, appeals, payments."""
