"""Where records, references and trials come from: one folder a source, ``client.py`` bytes in, ``parse.py`` pure."""
