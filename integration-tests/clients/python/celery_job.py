"""Celery over TLS, broker and results: tasks, retries, countdowns, chains, chords by a real worker."""
import os
import signal
import subprocess
import sys

import celery
import redis
from celery_tasks import add, app, chain, chord, third_time, total
from job import PATIENCE, run, same


def worker():
    return subprocess.Popen([sys.executable, "-m", "celery", "-A", "celery_tasks", "worker", "--concurrency", "2",
                             "--loglevel", "ERROR", "--without-gossip", "--without-mingle"],
                            cwd=os.path.dirname(os.path.abspath(__file__)), stdout=sys.stderr)


def main():
    process = worker()

    def tasks():
        results = [add.delay(i, i) for i in range(50)]
        same([r.get(timeout=PATIENCE) for r in results], [2 * i for i in range(50)])

    def countdown():
        same(add.apply_async((1, 2), countdown=1).get(timeout=PATIENCE), 3)

    def retries():
        same(third_time.delay().get(timeout=PATIENCE), 2)

    def chains():
        same(chain(add.s(1, 2), add.s(3), add.s(4))().get(timeout=PATIENCE), 10)

    def chords():
        same(chord([add.s(i, i) for i in range(10)])(total.s()).get(timeout=PATIENCE), 90)

    def control():
        same(len(app.control.ping(timeout=5)), 1)

    try:
        run("Celery", f"{celery.__version__} (redis-py {redis.__version__})", "single",
            {"tasks": tasks, "countdown": countdown, "retries": retries, "chains": chains, "chords": chords,
             "remote control": control})
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


main()
