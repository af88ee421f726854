"""What a person is told to do when a cluster refuses."""

from __future__ import annotations

import pytest

from compose2oam.cluster.refusals import Refused

WEBHOOK = 'failed calling webhook "v": failed to call webhook: Post "https://x/?timeout=10s": context deadline exceeded'

DENIED = 'admission webhook "v" denied the request'


@pytest.mark.parametrize(
    ("status", "said", "advice"),
    [
        (500, "etcdserver: request is too large", "an object may have 1.5 MiB: split the project in two"),
        (413, "Request entity too large: limit is 3145728", "an object may have 1.5 MiB: split the project in two"),
        (500, f"Internal error occurred: {WEBHOOK}", "try again when it has less to do, or split the project in two"),
        (500, "Internal error occurred: out of luck", "out of luck"),
        (403, f"{DENIED}: illegal byte order mark (and 9 more errors)", "U+FEFF, which is not seen: take it out"),
        (403, f"{DENIED}: another error", "another error"),
    ],
)
def test_what_a_cluster_says_no_more_of_comes_with_advice(status: int, said: str, advice: str) -> None:
    answer = {"kind": "Status", "message": said}
    told = str(Refused("PATCH", "/x", "here", status, "Bad", answer))
    assert told.startswith(f"the cluster of the context here refused: {said}")
    assert told.endswith(advice)
