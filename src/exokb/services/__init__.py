"""What exokb does, one use case a file. Every door (command line, Python, later web and MCP) calls these."""
