#!/usr/bin/env python3
"""Erlang's formulas and staffing: ccctl beside pyworkforce, and beside exact figures, in one run.

    Benchmarks/staffing.py .build/release/ccctl [--reference erlang_reference.csv] [--quick]

Prints one JSON line per figure. All times are processor time. pyworkforce knows Erlang C only. It is installed into a virtual
environment below .build when it is missing. With --reference, a table with the columns that `ccctl erlang --csv` writes, every column
is compared with it."""
import argparse
import csv
import json
import pathlib
import subprocess
import venv

HERE = pathlib.Path(__file__).resolve().parent
PLACE = HERE.parent / ".build/staffing-peers"

# Reads rows of [name, load, seconds per contact, threshold in seconds, share] and prints what pyworkforce says to each.
PYWORKFORCE = """
import json, sys, time
from pyworkforce.queuing import ErlangC

for name, load, handle, threshold, share in json.load(sys.stdin):
    def work():
        queue = ErlangC(transactions=load * 60 / (handle / 60), aht=handle / 60, asa=threshold / 60, interval=60)
        return queue.required_positions(service_level=share)["raw_positions"]
    work()
    count, begin = 0, time.process_time()
    while count == 0 or time.process_time() - begin < 0.3:
        result = work()
        count += 1
    spent = (time.process_time() - begin) / count
    print(json.dumps({"name": name, "load": load, "share": share, "result": int(result), "cpu_us": round(spent * 1e6, 2)}))
unstable = ErlangC(transactions=100 * 12, aht=5, asa=20 / 60, interval=60)
print(json.dumps({"name": "unstable", "waiting": unstable.waiting_probability(90), "level": unstable.service_level(90)}))
"""


def report(name, **figures):
    print(json.dumps({"benchmark": name, **figures}), flush=True)


def python_with_peers():
    python = PLACE / "bin/python"
    if subprocess.run([python, "-c", "import pyworkforce"], capture_output=True).returncode if python.exists() else True:
        venv.create(PLACE, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pyworkforce"], check=True)
    return python


def run(binary, *arguments):
    output = subprocess.run([binary, *arguments], check=True, capture_output=True, text=True).stdout
    return output


def exactness(binary, reference):
    """The largest relative difference of each column."""
    with open(reference, newline="") as file:
        exact = list(csv.DictReader(file))
    ours = list(csv.DictReader(run(binary, "erlang", "--csv", reference).splitlines()))
    worst, wrong, compared = {}, 0, 0
    for row, mine in zip(exact, ours, strict=True):
        for column, text in row.items():
            if column.startswith("n80"):
                if text:
                    wrong += int(text) != int(mine[column])
                    compared += 1
            elif text:
                value = float(text)
                error = abs(float(mine[column]) - value) / abs(value) if value else abs(float(mine[column]))
                worst[column] = max(worst.get(column, 0), error)
    for column, error in worst.items():
        report("erlang.exact", column=column, rows=len(exact), relative_error_max=error)
    report("erlang.exact.agents", compared=compared, wrong=wrong)


def fewest(binary, load, share):
    point = json.loads(
        run(binary, "erlang", "--load", str(load), "--aht", "300", "--service-level", str(share), "--json"))
    return point["agents"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the ccctl to measure, a release build")
    parser.add_argument("--reference", help="a table of exact figures")
    parser.add_argument("--quick", action="store_true", help="without a million Erlangs for the peer")
    options = parser.parse_args()
    binary = str(pathlib.Path(options.binary).resolve())
    if options.reference:
        exactness(binary, options.reference)
    output = run(binary, "bench", "erlang", "--json")
    print(output, end="", flush=True)
    ours = {(line["benchmark"], line["load"]): line for line in map(json.loads, output.splitlines())}
    loads = [100.0, 1e4] + ([] if options.quick else [1e6])
    questions = [["80/20", load, 300, 20, 0.8] for load in loads]
    low = [(load, share) for load in (0.6, 1.5, 10.6, 100.6) for share in (0.05, 0.2, 0.5, 0.8)]
    questions += [["targets", load, 300, 20, share] for load, share in low]
    output = subprocess.run(
        [python_with_peers(), "-c", PYWORKFORCE], check=True, capture_output=True, text=True,
        input=json.dumps(questions)).stdout
    differing = []
    for line in map(json.loads, output.splitlines()):
        if line["name"] == "80/20":
            mine = ours[("erlang.c", line["load"])]
            report(
                "erlang.c.peer", to="pyworkforce", load=line["load"], result=line["result"], cpu_us=line["cpu_us"],
                times=round(line["cpu_us"] / mine["cpu_us"], 1))
        elif line["name"] == "targets":
            mine = fewest(binary, line["load"], line["share"])
            if mine != line["result"]:
                differing.append({"load": line["load"], "share": line["share"], "ours": mine, "theirs": line["result"]})
        else:
            report("erlang.c.peer.unstable", to="pyworkforce", load=100, agents=90, waiting_probability=line["waiting"],
                   service_level=line["level"])
    report("erlang.c.peer.targets", to="pyworkforce", compared=len(low), differing=differing)
    for cost in (1, 1.5):
        print(
            run(binary, "bench", "groups", "--scenario", str(HERE.parent / "Examples/Scenarios/three-classes.yml"),
                "--hours", "40", "--target", "0.8", "--cost", str(cost), "--json"), end="", flush=True)


if __name__ == "__main__":
    main()
