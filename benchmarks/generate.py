"""Write a large Compose project: ``python benchmarks/generate.py [--lean] SERVICES [FILE]``.

Every service has ports, volumes, a health check, dependencies and ``deploy``, 26 lines in all, so that a thousand of
them are as much as a very large company would ever put into one file. Lean ones have an image and a port, in 3 lines.
"""

from __future__ import annotations

import pathlib
import sys

SERVICE = """\
  svc{number:05}:
    image: registry.example.com/team/app{number}:1.{number}
    command: ["serve", "--port", "8080"]
    environment:
      DATABASE_URL: postgres://db{group}/app
      LOG_LEVEL: ${{LOG_LEVEL:-info}}
      WORKERS: 4
    ports:
      - "{port}:8080"
    volumes:
      - data{group}:/var/lib/app
      - ./config/app.ini:/etc/app.ini:ro
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/health"]
      interval: 30s
      retries: 3
    depends_on:
      svc{before:05}:
        condition: service_healthy
    deploy:
      replicas: 2
      resources:
        limits: {{cpus: "0.50", memory: 256M}}
    networks: [front]
    restart: unless-stopped
    labels: {{team: "t{group}"}}
"""

LEAN = """\
  svc{number:05}:
    image: registry.example.com/team/app{number}:1.{number}
    ports: ["{port}:8080"]
"""


def project(services: int, *, lean: bool = False) -> str:
    """Return the text of a project with so many services."""
    if lean:
        made = (LEAN.format(number=number, port=10000 + number % 50000) for number in range(services))
        return "".join(["name: lean\nservices:\n", *made])
    parts = ["name: large\nservices:\n"]
    for number in range(services):
        text = SERVICE.format(number=number, group=number % 50, port=10000 + number % 50000, before=number - 1)
        if number == 0:
            start, end = text.index("    depends_on:"), text.index("    deploy:")
            text = text[:start] + text[end:]
        parts.append(text)
    parts.append("networks:\n  front: {}\nvolumes:\n")
    parts += [f"  data{group}: {{}}\n" for group in range(min(50, services))]
    return "".join(parts)


def main(arguments: list[str]) -> None:
    """Write the project that the command line asks for, to a file or to standard output."""
    lean = arguments[0] == "--lean"
    arguments = arguments[lean:]
    text = project(int(arguments[0]), lean=lean)
    if len(arguments) > 1:
        pathlib.Path(arguments[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
