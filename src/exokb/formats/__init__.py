"""Files in and out, pure: one file a format."""
