"""POST a picture's address to order its thumbnails; GET /healthz to ask how we are."""

import os

import redis
import rq

QUEUE = rq.Queue(connection=redis.Redis.from_url(os.environ["BROKER_URL"]))


def application(environ, start_response):
    """Answer one request (WSGI)."""
    if environ["REQUEST_METHOD"] == "POST":
        address = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        job = QUEUE.enqueue("tasks.make_thumbnails", address)
        status, body = "202 Accepted", f"{job.id}\n"
    elif environ["PATH_INFO"] == "/healthz":
        status, body = "200 OK", f"{len(QUEUE)} waiting\n"
    else:
        status, body = "404 Not Found", "POST an address to /\n"
    start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [body.encode()]
