"""Bells: a wake-up rings one, and the drain's own thread hears it."""

from threading import Event, Thread

from bot.ports import Job
from bot.worker.wake_events import WakeEvents

LONG = 60.0  # seconds that nobody waits here


def test_a_bell_is_heard_once_by_its_own_drain() -> None:
    wake_events = WakeEvents()
    wake_events.ring(Job.FIRE)
    wake_events.ring(Job.FIRE)
    assert not wake_events.listen(Job.DELIVER, 0)
    assert wake_events.listen(Job.FIRE, LONG)
    assert not wake_events.listen(Job.FIRE, 0)


def test_a_bell_that_rings_while_its_drain_runs_is_heard_afterwards() -> None:
    wake_events, runs, begun, rung = WakeEvents(), [], Event(), Event()

    def drain_twice() -> None:
        for _ in range(2):
            runs.append(wake_events.listen(Job.DELIVER, LONG))
            begun.set()
            rung.wait(LONG)

    thread = Thread(target=drain_twice)
    thread.start()
    wake_events.ring(Job.DELIVER)
    assert begun.wait(LONG)
    wake_events.ring(Job.DELIVER)
    rung.set()
    thread.join(LONG)
    assert runs == [True, True]


def test_everybody_looks_up_when_the_process_ends() -> None:
    wake_events = WakeEvents()
    wake_events.ring_all()
    assert all(wake_events.listen(job, 0) for job in Job)
