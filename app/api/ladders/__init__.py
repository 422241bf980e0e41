"""叫应 by the API: who has not answered, calls by hand, what a warning would wake."""
