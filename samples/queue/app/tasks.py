"""What a worker does."""

import io
import os

import psycopg
import requests
from PIL import Image

Image.MAX_IMAGE_PIXELS = int(os.environ["MAX_PIXELS"])
SIZES = [tuple(map(int, size.split("x"))) for size in os.environ["THUMBNAIL_SIZES"].split()]


def make_thumbnails(address: str) -> int:
    """Fetch a picture, store one thumbnail for each size, and return how many."""
    answer = requests.get(address, timeout=30)
    answer.raise_for_status()
    original = Image.open(io.BytesIO(answer.content))
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        for size in SIZES:
            small, content = original.convert("RGB"), io.BytesIO()
            small.thumbnail(size)
            small.save(content, "JPEG")
            database.execute(
                "INSERT INTO thumbnail (address, width, height, content) VALUES (%s, %s, %s, %s)",
                (address, *small.size, content.getvalue()),
            )
    return len(SIZES)
