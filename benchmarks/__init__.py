"""Measures exokb, and its peers on the same work, from outside: whole processes, in turn, medians."""
