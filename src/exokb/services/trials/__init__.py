"""Use cases of registered trials, one a file."""
