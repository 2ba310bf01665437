#!/usr/bin/env python3
"""Schedules of ccctl beside CP-SAT and HiGHS, on the same instances in the same time.

    Benchmarks/scheduling.py .build/release/ccctl INSTANCES CHECKER [--seconds 60] [--peers] [--solvers cbc highs] [--only NAME …]

INSTANCES is a folder of instances (Docs/Scheduling.md), CHECKER the independent check_schedule.py. Larger instances are
made by scheduling_instances.py. Prints one JSON line per figure; every cost is what the checker counts. Two threads each.
Peers need the packages ortools and highspy."""
import argparse
import concurrent.futures
import importlib.util
import itertools
import json
import multiprocessing
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True


def load_checker(path):
    spec = importlib.util.spec_from_file_location("checker", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(**figures):
    rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in figures.items()}
    print(json.dumps({"benchmark": "schedule", **rounded}), flush=True)


def own(ccctl, path, seconds, *more):
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.monotonic()
        run = subprocess.run(
            [ccctl, "schedule", "--instance", path, "--output", out.name, "--seconds", str(seconds), "--json", *more],
            capture_output=True, text=True, check=True)
        wall = time.monotonic() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return json.load(open(out.name)), json.loads(run.stdout).get("bound"), wall, cpu


def highs_library():
    """The library within the package highspy."""
    return pathlib.Path(importlib.util.find_spec("highspy").origin).with_name("libhighs.so.1")


def program(instance):
    """Columns (cost, upper bound, whole number) and rows (lower, upper, {column: value}) of the integer program."""
    patterns, slots = instance["patterns"], instance["slots"]
    columns, rows = [], []

    def cover(day, number):
        pattern = patterns[number]
        return [(day * 48 + pattern["start"] + k) % slots
                for k in range(pattern["length"]) if k not in pattern["breaks"]]

    def column(cost, upper):
        columns.append((cost, upper))
        return len(columns) - 1

    first, further = instance["under_cost"]
    if instance["kind"] == "cover":
        staff = [{} for _ in range(slots)]
        for shift in instance["shifts"]:
            c = column(shift["cost"], 10_000)
            for t in cover(shift["day"], shift["pattern"]):
                staff[t][c] = 1
        for t, demand in enumerate(instance["demand"]):
            rows.append((demand, None, {**staff[t], column(first, 1): 1, column(further, 10_000): 1}))
        return columns, rows
    chosen = {}
    for agent, day, number, cost in instance["options"]:
        chosen[agent, day, number] = column(cost, 1)
    staff = {}
    skills = {a["id"]: tuple(a["skills"]) for a in instance["agents"]}
    for (agent, day, number), c in chosen.items():
        for t in cover(day, number):
            staff.setdefault((skills[agent], t), {})[c] = 1
    serving = [[{} for _ in range(slots)] for _ in range(instance["skills"])]
    for (group, t), members in staff.items():
        if len(group) == 1:
            serving[group[0]][t].update(members)
            continue
        row = {c: -1 for c in members}
        for skill in group:
            flow = column(0, 10_000)
            row[flow] = 1
            serving[skill][t][flow] = 1
        rows.append((None, 0, row))
    for skill, demands in enumerate(instance["demand"]):
        for t, demand in enumerate(demands):
            if demand:
                rows.append((demand, None, {**serving[skill][t], column(first, 1): 1, column(further, 10_000): 1}))
    for agent in instance["agents"]:
        mine = {k: c for k, c in chosen.items() if k[0] == agent["id"]}
        by_day = [{k: c for k, c in mine.items() if k[1] == d} for d in range(7)]
        for options in by_day:
            rows.append((None, 1, {c: 1 for c in options.values()}))
        paid = {c: patterns[k[2]]["paid"] for k, c in mine.items()}
        rows.append((agent["min_slots"], agent["max_slots"], paid))
        rows.append((None, agent["max_days"], {c: 1 for c in mine.values()}))
        limit = instance["max_consecutive_days"]
        for begin in range(-agent["days_before"], 7 - limit):
            days = range(begin, begin + limit + 1)
            worked = sum(d < 0 for d in days)
            row = {c: 1 for d in days if d >= 0 for c in by_day[d].values()}
            rows.append((None, limit - worked, row))
        for d in range(6):
            ends = sorted({patterns[k[2]]["start"] + patterns[k[2]]["length"] for k in by_day[d]})
            for end in ends:
                late = {c: 1 for k, c in by_day[d].items()
                        if patterns[k[2]]["start"] + patterns[k[2]]["length"] >= end}
                early = {c: 1 for k, c in by_day[d + 1].items()
                         if 48 + patterns[k[2]]["start"] - end < instance["rest_slots"]}
                if late and early:
                    rows.append((None, 1, {**late, **early}))
    return columns, rows, chosen


def solution(instance, built, values):
    if instance["kind"] == "cover":
        return {"count": {str(i): round(values[i]) for i in range(len(instance["shifts"])) if round(values[i])}}
    return {"assign": [list(k) for k, c in built[2].items() if round(values[c])]}


def highs(instance, seconds):
    import highspy
    import numpy
    built = program(instance)
    model = highspy.Highs()
    model.silent()
    for cost, upper in built[0]:
        model.addVar(0, upper)
    count = len(built[0])
    every = numpy.arange(count, dtype=numpy.int32)
    model.changeColsCost(count, every, numpy.array([c for c, _ in built[0]], dtype=float))
    model.changeColsIntegrality(count, every, numpy.array([highspy.HighsVarType.kInteger] * count))
    for low, high, row in built[1]:
        model.addRow(-highspy.kHighsInf if low is None else low, highspy.kHighsInf if high is None else high, len(row),
                     numpy.array(list(row), dtype=numpy.int32), numpy.array(list(row.values()), dtype=float))
    model.setOptionValue("time_limit", float(seconds))
    model.setOptionValue("threads", 2)
    model.run()
    found = model.getInfo().primal_solution_status == 2
    bound = model.getInfo().mip_dual_bound
    return (solution(instance, built, model.getSolution().col_value) if found else None,
            bound if abs(bound) < 1e17 else None)


def cp_sat(instance, seconds):
    from ortools.sat.python import cp_model
    built = program(instance)
    model = cp_model.CpModel()
    columns = [model.new_int_var(0, upper, "") for _, upper in built[0]]
    for low, high, row in built[1]:
        total = cp_model.LinearExpr.weighted_sum([columns[c] for c in row], list(row.values()))
        if low is not None:
            model.add(total >= low)
        if high is not None:
            model.add(total <= high)
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, [c for c, _ in built[0]]))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, solver.best_objective_bound
    return solution(instance, built, [solver.value(c) for c in columns]), solver.best_objective_bound


def timed(peer, instance, seconds):
    begin, spent = time.monotonic(), time.process_time()
    answer, bound = peer(instance, seconds)
    return answer, bound, time.monotonic() - begin, time.process_time() - spent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ccctl")
    parser.add_argument("instances", nargs="+", help="folders, then the checker")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--solvers", nargs="*", default=[], choices=["cbc", "highs"],
                        help="also ccctl --solver; cbc needs a build with the trait CBC, highs the package highspy")
    parser.add_argument("--only", nargs="*")
    arguments = parser.parse_args()
    *folders, checker_path = arguments.instances
    checker = load_checker(checker_path)
    for path in itertools.chain.from_iterable(sorted(pathlib.Path(f).glob("*.json")) for f in folders):
        if not arguments.only or path.stem in arguments.only:
            compare(path, arguments, checker)


def compare(path, arguments, checker):
    instance = json.load(open(path))

    def show(solver, answer, bound, wall, cpu):
        errors, cost = ([], None) if answer is None else checker.check(instance, answer)[:2]
        report(instance=path.stem, solver=solver, cost=None if errors else cost, bound=bound, wall_s=wall, cpu_s=cpu,
               broken=len(errors))

    show("own", *own(arguments.ccctl, path, arguments.seconds))
    if instance["kind"] == "roster":
        show("own, with a bound", *own(arguments.ccctl, path, arguments.seconds, "--bound"))
    for solver in arguments.solvers:
        show(f"own, then {solver}", *own(
            arguments.ccctl, path, arguments.seconds, "--solver", solver,
            *(["--highs-library", highs_library()] if solver == "highs" else [])))
    for name, peer in (("HiGHS", highs), ("CP-SAT", cp_sat)) if arguments.peers else ():
        # In a process of its own, because their libraries share symbols.
        with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            try:
                show(name, *pool.submit(timed, peer, instance, arguments.seconds).result())
            except ImportError as error:
                print(f"{name} is not installed: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
