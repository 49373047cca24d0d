"""Text to annotations, pure: vocabularies that a biologist can read, and matchers that point at the words."""
