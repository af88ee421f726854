"""From an Application back to a Compose file: what its components render in Compose, the rest in ``x-oam``."""
