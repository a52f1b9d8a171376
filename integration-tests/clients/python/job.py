"""What the jobs in Python share: where Slotgate is, and how a step's result is told to the runner."""
import os
import time

PORT = int(os.environ["SLOTGATE_PORT"])
CA = os.environ["SLOTGATE_CA"]
PATIENCE = float(os.environ.get("SLOTGATE_PATIENCE", "20"))


def tell(library, version, mode, what, result, detail=""):
    columns = ("RESULT", library, version, mode, what, result, " ".join(str(detail).split()))
    print("\t".join(columns).rstrip(), flush=True)


def run(library, version, mode, steps):
    """Runs the steps of one mode in turn; one that fails does not keep the next from running."""
    for what, step in steps.items():
        try:
            step()
            tell(library, version, mode, what, "ok")
        except Exception as e:  # whatever it is, it belongs into the table
            tell(library, version, mode, what, "FAILED", f"{type(e).__name__}: {e}")
            if what == "connect":
                return


def until(condition, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > end:
            raise TimeoutError(f"not so within {seconds} s")
        time.sleep(0.01)


def same(got, expected):
    if got != expected:
        raise AssertionError(f"{got!r}, expected {expected!r}")


def raises(kind, text, action):
    try:
        got = action()
    except kind as e:
        if text not in str(e):
            raise AssertionError(f"{e}, expected {text}") from e
        return
    raise AssertionError(f"{got!r}, expected an error: {text}")
