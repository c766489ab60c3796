from __future__ import annotations

import json
from collections import Counter

import pytest

from tools.load import Answer, Measured, bodies, lives_told, report


def test_the_mix_is_what_it_says() -> None:
    requests = [json.loads(body) for body in bodies(300)]

    kinds = Counter((request["template"], len(request["data"].get("rows", ())) > 100) for request in requests)

    assert kinds == {("invoice", False): 120, ("table", False): 120, ("weather", False): 30, ("table", True): 30}


def test_what_was_measured_is_told_in_lines() -> None:
    problem = "application/problem+json"
    measured = Measured(
        answers=[Answer(202, n / 10) for n in range(100)] + [Answer(429, 6, problem, "2"), Answer(0, 300)],
        reads=[Answer(200, 0.1), Answer(503, 0.3)],
        memory=[1_000_000_000, 1_250_000_000],
        processes=[5, 9],
    )

    told = list(report(measured))

    assert told[0] == "requests   102: 1 × no answer, 100 × 202, 1 × 429"
    assert told[1].endswith("max 300.00 s")
    assert told[2].startswith("reads      2, 1 refused or failed")
    assert told[3] == "memory     1.25 GB at the most, 9 processes"
    assert len(told) == 4


@pytest.mark.parametrize(
    "answer", [Answer(429, 1), Answer(429, 1, "application/problem+json"), Answer(429, 1, "", "2")]
)
def test_a_refusal_that_does_not_say_when_to_come_again_is_told(answer: Answer) -> None:
    told = list(report(Measured(answers=[answer])))

    assert told[-1] == "1 refusals are no problem document, or have no Retry-After"


def test_times_are_also_told_as_multiples_of_what_reports_take_alone() -> None:
    first, second = lives_told("reports", [2.0, 4.0, 6.0], [1.0, 2.0, 5.0])

    assert first == "reports    3 from request to end: p50 4.00 s, p95 5.80 s, p99 5.96 s, max 6.00 s"
    assert second == "           alone 2.00 s; p50 2.00 ×, p95 2.90 ×, p99 2.98 ×, max 3.00 ×"
