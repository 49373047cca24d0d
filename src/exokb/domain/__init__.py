"""What exokb speaks of: identifiers, records, citations, annotations, trials, payloads. Pure data, no I/O."""
