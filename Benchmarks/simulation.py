#!/usr/bin/env python3
"""Contacts per second of processor time: ccctl at contact depth, SimPy and Ciw, on the same model in one run.

    Benchmarks/simulation.py .build/release/ccctl [--quick]

The model is M/M/50+M: 48 arrivals a minute, 60 s of talk, patience of 120 s on average, all exponential. Prints one JSON
line per figure. SimPy and Ciw are installed into a virtual environment below .build when they are missing."""
import argparse
import json
import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
PLACE = HERE.parent / ".build/simulation-peers"

# Each peer runs in a process of its own and prints one JSON object. The first argument is the number of contacts.
SIMPY = """
import json, random, sys, time
import simpy

contacts = int(sys.argv[1])
chance = random.Random(20)
center = simpy.Environment()
agents = simpy.Resource(center, capacity=50)
left, waits = 0, 0.0

def customer():
    global left, waits
    came = center.now
    with agents.request() as turn:
        if not turn.triggered:
            yield turn | center.timeout(chance.expovariate(1 / 120))
            waits += center.now - came
            if not turn.triggered:
                left += 1
                return
        yield center.timeout(chance.expovariate(1 / 60))

def line():
    for _ in range(contacts):
        yield center.timeout(chance.expovariate(48 / 60))
        center.process(customer())

begin = time.process_time()
center.process(line())
center.run()
spent = time.process_time() - begin
print(json.dumps({"cpu_s": spent, "contacts": contacts, "abandoned": left / contacts, "mean_wait_s": waits / contacts}))
"""

CIW = """
import json, sys, time
import ciw

contacts = int(sys.argv[1])
network = ciw.create_network(
    arrival_distributions=[ciw.dists.Exponential(rate=48 / 60)],
    service_distributions=[ciw.dists.Exponential(rate=1 / 60)],
    reneging_time_distributions=[ciw.dists.Exponential(rate=1 / 120)],
    number_of_servers=[50])
ciw.seed(20)
begin = time.process_time()
simulation = ciw.Simulation(network)
simulation.simulate_until_max_time(contacts / (48 / 60))
spent = time.process_time() - begin
records = simulation.get_all_records()
left = sum(record.record_type == "renege" for record in records)
waits = sum(record.waiting_time for record in records)
print(json.dumps({"cpu_s": spent, "contacts": len(records), "abandoned": left / len(records),
                  "mean_wait_s": waits / len(records)}))
"""


def report(benchmark, **figures):
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()}
    print(json.dumps({"benchmark": benchmark, **rounded}), flush=True)


def python_with_peers():
    python = PLACE / "bin/python"
    if not python.exists():
        venv.create(PLACE, with_pip=True)
    check = subprocess.run([python, "-c", "import simpy, ciw"], stderr=subprocess.DEVNULL)
    if check.returncode != 0:
        subprocess.run([python, "-m", "pip", "install", "--quiet", "simpy", "ciw"], check=True, stdout=sys.stderr)
    return python


def peer(python, name, program, contacts):
    output = subprocess.run([python, "-c", program, str(contacts)], check=True, capture_output=True, text=True).stdout
    figures = json.loads(output.splitlines()[-1])
    report("simulation.peer", of=name, contacts_per_cpu_s=figures["contacts"] / figures["cpu_s"], **figures)
    return figures["contacts"] / figures["cpu_s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the ccctl to measure, a release build")
    parser.add_argument("--quick", action="store_true", help="fewer contacts")
    options = parser.parse_args()
    contacts = 200_000 if options.quick else 1_000_000
    output = subprocess.run(
        [str(pathlib.Path(options.binary).resolve()), "bench", "simulation", "--json", "--contacts", str(contacts)],
        check=True, capture_output=True, text=True).stdout
    print(output, end="", flush=True)
    ours = next(line for line in map(json.loads, output.splitlines()) if line["benchmark"] == "simulation.contact")
    python = python_with_peers()
    for name, program, divisor in (("SimPy", SIMPY, 5), ("Ciw", CIW, 10)):
        theirs = peer(python, name, program, contacts // divisor)
        report("simulation.ratio", to=name, times=ours["contacts_per_cpu_s"] / theirs)


if __name__ == "__main__":
    main()
