"""What the runtime offers, and whether an application fits it."""
