"""Shared by the Python contestants: the task, the data, the clock, the report."""

import json
import resource
import statistics
import sys
import time

import numpy

task = json.loads(sys.argv[-1])


def read(name, count):
    """The first images of a set, scaled to 0..1, and their labels."""
    with open(f"{task['mnist']}/{name}-images-idx3-ubyte", "rb") as file:
        pixels = numpy.frombuffer(file.read(16 + count * 784), numpy.uint8, offset=16)
    with open(f"{task['mnist']}/{name}-labels-idx1-ubyte", "rb") as file:
        labels = numpy.frombuffer(file.read(8 + count), numpy.uint8, offset=8)
    return pixels.reshape(count, 28, 28, 1).astype("float32") / 255, labels.astype("int64")


def since_start():
    """Seconds since the process started."""
    return time.time() - task["startedAt"] / 1000


def median_seconds(count, run):
    """The median of `count` timings, after a warm-up."""
    run()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def report(**measurement):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes on Linux, bytes on macOS.
    measurement["peakMemory"] = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    measurement["versions"]["python"] = sys.version.split()[0]
    print(json.dumps(measurement))
