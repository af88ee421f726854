"""From plain data to text and files: YAML, JSON, and the normalised Compose model."""
