"""Service scripts as the program sees them: what holds for a service, on a day, in a case."""
