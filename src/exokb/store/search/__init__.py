"""Searching the library: full text, facets, lists, citations. One file a dialect; nothing here needs SQLAlchemy."""
