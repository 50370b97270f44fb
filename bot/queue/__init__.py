"""RQ behind the Queue port: an alarm clock that may be smashed (docs/decisions/0003-queue.md).

`wakeups` is the port, `scheduling` rings at set times, `working` is the loop of a worker process.
"""
