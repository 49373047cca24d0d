"""The packaged vocabularies, one TOML file a facet."""
