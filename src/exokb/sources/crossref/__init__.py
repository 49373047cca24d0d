"""Crossref: the reference lists that publishers deposit with their DOIs (https://api.crossref.org)."""
