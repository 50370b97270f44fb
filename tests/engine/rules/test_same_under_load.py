"""No decision depends on how busy the machine is: a small run of `python -m benchmarks same_under_load`."""

from benchmarks.same_under_load import compared


def test_busy_cores_change_no_decision() -> None:
    report = compared(60, 1)

    assert report.differing == ()
    assert report.given_up
    assert report.unsaid == 0
