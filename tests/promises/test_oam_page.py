"""docs/oam.md: each system has a sample, and the sample has what the page says."""

from __future__ import annotations

import pathlib
import re

import pytest

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "oam.md"
ROWS = [
    line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if "../samples/" in line
]
# What is in the application, or else in the project, of the sample of each row; in the order of the rows.
SIGNS = [
    "type: scaler", "type: hpa", "type: keda-auto-scaler", "type: gateway", "type: http-route", "kind: VirtualService",
    "type: kruise-rollout", "blueGreen:", "serving.knative.dev/v1", "openfaas.com/v1", "kind: ReplicationGroup",
    "type: postgres-cluster", "type: helmchart", "kind: PipelineRun", "kind: ResourceQuota", "type: ref-objects",
    "type: cron-task", "type: topology", "health:", "type: cpuscaler",
]  # fmt: skip


def test_every_system_has_a_row() -> None:
    """As many as there are signs."""
    assert len(ROWS) == len(SIGNS)


@pytest.mark.parametrize(("row", "sign"), list(zip(ROWS, SIGNS, strict=False)), ids=SIGNS[: len(ROWS)])
def test_the_sample_has_it(row: list[str], sign: str) -> None:
    """In its application, in its Compose file, or in the file beside that."""
    (link,) = re.findall(r"\((\.\./samples/[a-z]+)\)", row[-1])
    folder = PAGE.parent / link
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))]
    assert any(sign in text for text in texts)
