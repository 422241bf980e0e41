"""From a notice to every end: planning, claiming, sending, recording, sweeping."""
