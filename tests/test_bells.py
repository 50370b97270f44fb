"""Bells: a wake-up rings one, and the drain's own thread hears it."""

from threading import Event, Thread

from bot.ports import Job
from bot.queue.bells import Bells

LONG = 60.0  # seconds that nobody waits here


def test_a_bell_is_heard_once_by_its_own_drain() -> None:
    bells = Bells()
    bells.ring(Job.FIRE)
    bells.ring(Job.FIRE)
    assert not bells.listen(Job.DELIVER, 0)
    assert bells.listen(Job.FIRE, LONG)
    assert not bells.listen(Job.FIRE, 0)


def test_a_bell_that_rings_while_its_drain_runs_is_heard_afterwards() -> None:
    bells, runs, begun, rung = Bells(), [], Event(), Event()

    def drain_twice() -> None:
        for _ in range(2):
            runs.append(bells.listen(Job.DELIVER, LONG))
            begun.set()
            rung.wait(LONG)

    thread = Thread(target=drain_twice)
    thread.start()
    bells.ring(Job.DELIVER)
    assert begun.wait(LONG)
    bells.ring(Job.DELIVER)
    rung.set()
    thread.join(LONG)
    assert runs == [True, True]


def test_everybody_looks_up_when_the_process_ends() -> None:
    bells = Bells()
    bells.ring_all()
    assert all(bells.listen(job, 0) for job in Job)
