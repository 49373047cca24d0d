"""The query language, pure: reading it, folding text for it, holding it against one record."""
