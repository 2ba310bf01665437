#!/usr/bin/env python3
"""How good forecasts are and what they cost, on real data, beside a weekly seasonal naive and statsforecast.

    Benchmarks/forecast.py .build/release/ccctl YARDSTICK [--peer] [--quick]

YARDSTICK is a folder with origins.py, evaluate.py and datasets.json: origins.py writes what may be known at each origin,
evaluate.py scores the forecasts. Prints one JSON line per figure: accuracy per horizon (WAPE, pinball loss by the mean, cover
of the 80 % and 95 % bands), processor seconds per origin, the rest of the first day forecast anew at noon, and the cost's growth with
the history. --peer adds MSTL with AutoETS where statsforecast is installed (about a second per origin). Needs pandas."""
import argparse
import csv
import datetime
import io
import json
import math
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

import pandas as pd

LEVELS = [0.025, 0.1, 0.5, 0.9, 0.975]


def report(benchmark, **figures):
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()}
    print(json.dumps({"benchmark": benchmark, **rounded}), flush=True)


def cpu(command):
    """Runs a command; its processor seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def folders(tasks):
    return sorted(path.parent for path in tasks.glob("*/*/train.csv"))


# -- Accuracy ------------------------------------------------------------------------------------------------------

def scored(yardstick, work, forecasts):
    table = work / "scores.csv"
    subprocess.run(
        [sys.executable, "evaluate.py", *map(str, forecasts), "--out", str(table), "--partial-datasets"],
        cwd=yardstick, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for row in csv.DictReader(table.open()):
        figures = {k: float(row[k]) for k in ("WAPE", "dWAPE", "bias", "pin", "c80", "c95") if row.get(k)}
        report("forecast.accuracy", model=row["model"], dataset=row["dataset"], days=int(row["h"]),
               origins=int(row["origins"]), **figures, seconds=float(row.get("s_per_origin") or "nan"))


def peer(tasks, target):
    """MSTL with the day's and the week's season, AutoETS for the trend, on a grid without the hours that are closed."""
    from statsforecast import StatsForecast
    from statsforecast.models import AutoETS, MSTL
    rows = []
    for folder in tasks:
        train = pd.read_csv(folder / "train.csv", parse_dates=["timestamp"])
        future = pd.read_csv(folder / "future.csv", parse_dates=["timestamp"])
        day = train.timestamp.dt.strftime("%H:%M").nunique()
        week = train.timestamp.dt.dayofweek.nunique()
        start = time.process_time()
        # Closed and missing days are filled with the week before, so that the seasons keep their length.
        wide = train.pivot_table(index=train.timestamp.dt.normalize(), columns=train.timestamp.dt.strftime("%H:%M"),
                                 values="calls")
        days = [d for d in pd.date_range(wide.index[0], future.timestamp.iloc[-1].normalize())
                if d.dayofweek in set(wide.index.dayofweek)]
        past = [d for d in days if d < future.timestamp.iloc[0].normalize()]
        wide = wide.reindex(past)
        wide = wide.fillna(wide.shift(week)).ffill()
        ahead = (len(days) - len(past)) * day
        frame = pd.DataFrame({"unique_id": 0, "ds": range(wide.size), "y": wide.to_numpy().ravel()})
        model = StatsForecast([MSTL([day, day * week], trend_forecaster=AutoETS(model="ZZN"))], freq=1)
        found = model.forecast(df=frame, h=ahead, level=[80, 95])
        seconds = time.process_time() - start
        slots = list(wide.columns)
        place = {(d, s): i for i, (d, s) in enumerate((d, s) for d in days[len(past):] for s in slots)}
        for stamp in future.timestamp:
            row = found.iloc[place[stamp.normalize(), stamp.strftime("%H:%M")]]
            values = [row[f"MSTL{suffix}"] for suffix in ("", "-lo-95", "-lo-80", "", "-hi-80", "-hi-95")]
            rows.append([folder.parent.name, folder.name, stamp, *(max(0, v) for v in values), seconds])
    columns = ["dataset", "origin", "timestamp", "mean", *(f"q{level}" for level in LEVELS), "seconds"]
    pd.DataFrame(rows, columns=columns).to_csv(target, index=False)


# -- The rest of a day -----------------------------------------------------------------------------------------------

def intraday(ccctl, yardstick, tasks, work, noon="12:00"):
    settings = json.loads((yardstick / "datasets.json").read_text())
    error = {"before": 0.0, "after": 0.0}
    width = {"before": 0.0, "after": 0.0}
    actual = within = intervals = 0.0
    for folder in tasks:
        truth = pd.read_csv(yardstick / "data" / settings[folder.parent.name]["file"], parse_dates=["timestamp"])
        today = truth[truth.timestamp.dt.strftime("%Y-%m-%d") == folder.name]
        early = today[today.timestamp.dt.strftime("%H:%M") < noon]
        late = today[today.timestamp.dt.strftime("%H:%M") >= noon].set_index("timestamp").calls
        if early.empty or late.empty:
            continue
        early.to_csv(work / "early.csv", index=False)
        command = [ccctl, "forecast", "--history", folder / "train.csv", "--future", folder / "future.csv",
                   "--holidays", folder / "holidays.csv"]
        for name, more in (("before", []), ("after", ["--so-far", work / "early.csv"])):
            text = subprocess.run([*command, *more], check=True, capture_output=True, text=True).stdout
            found = pd.read_csv(io.StringIO(text), parse_dates=["timestamp"]).set_index("timestamp").loc[late.index]
            error[name] += (found["mean"] - late).abs().sum()
            width[name] += (found["q0.9"] - found["q0.1"]).sum()
        actual += late.sum()
        within += ((found["q0.1"] <= late) & (late <= found["q0.9"])).sum()
        intervals += len(late)
    report("forecast.intraday", at=noon, WAPE_before=error["before"] / actual, WAPE_after=error["after"] / actual,
           band_before=width["before"] / actual, band_after=width["after"] / actual, c80_after=within / intervals)


# -- Cost ------------------------------------------------------------------------------------------------------------

def growth(ccctl, work, lengths):
    """A made-up centre, half-hourly around the clock."""
    chance = random.Random(5)
    start = datetime.datetime(2015, 1, 5)
    for days in lengths:
        with (work / "long.csv").open("w") as file:
            file.write("timestamp,calls\n")
            for place in range(days * 48):
                stamp = start + datetime.timedelta(minutes=30 * place)
                mean = 60 * (1.2 - 0.6 * math.cos(stamp.hour / 24 * 2 * math.pi)) * (0.6 if stamp.weekday() > 4 else 1)
                file.write(f"{stamp},{max(0, round(chance.gauss(mean, mean ** 0.5)))}\n")
        with (work / "next.csv").open("w") as file:
            file.write("timestamp\n")
            for place in range(14 * 48):
                file.write(f"{start + datetime.timedelta(days=days, minutes=30 * place)}\n")
        seconds = cpu([ccctl, "forecast", "--history", work / "long.csv", "--future", work / "next.csv",
                       "--output", work / "out.csv"])
        report("forecast.cost", days=days, intervals=days * 48, cpu_seconds=seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ccctl", type=pathlib.Path)
    parser.add_argument("yardstick", type=pathlib.Path)
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--quick", action="store_true", help="few lengths for the cost's growth")
    options = parser.parse_args()
    ccctl = options.ccctl.resolve()
    yardstick = options.yardstick.resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        subprocess.run([sys.executable, "origins.py", "--out", str(work / "tasks")], cwd=yardstick, check=True,
                       stdout=subprocess.DEVNULL)
        tasks = folders(work / "tasks")
        forecasts = []
        for model in ("auto", "naive"):
            forecasts.append(work / f"{model}.csv")
            seconds = cpu([ccctl, "forecast", "--tasks", work / "tasks", "--model", model, "--output", forecasts[-1]])
            report("forecast.tasks", model=model, tasks=len(tasks), cpu_seconds=seconds)
        if options.peer:
            forecasts.append(work / "mstl_autoets.csv")
            peer(tasks, forecasts[-1])
        scored(yardstick, work, forecasts)
        intraday(ccctl, yardstick, tasks, work)
        growth(ccctl, work, [56, 224] if options.quick else [28, 56, 112, 224, 448, 896, 1792, 3584])


if __name__ == "__main__":
    main()
