"""Europe PMC: reference lists and citations (https://europepmc.org/RestfulWebService)."""
