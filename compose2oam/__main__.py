"""``python -m compose2oam``."""

from compose2oam.cli import main

main()
