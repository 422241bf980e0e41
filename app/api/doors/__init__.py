"""Door tasks: who must knock where, and what was found."""
