#!/usr/bin/env python3
"""How forecasts fare in made-up centres of many kinds, whose true rates are known, beside two simple ways.

    Benchmarks/forecast_centres.py .build/release/ccctl [--seeds 4] [--first 11] [--only NAME,NAME] [--real YARDSTICK] [--peer]

Each kind has something that real centres have and a bank's weekdays in summer have not. The forecaster sees what was counted; what it
is scored by is clean. "rate" is who knows the true mean of every interval, each day's own luck included; "plan" knows it but for
that luck: no forecast can be better than the first, few come near the second. --real takes a real centre instead, from a folder as
forecast.py has it: its days as they were, but counted by other intervals, with fewer callers and with shorter histories. --peer adds
MSTL with AutoETS on three origins per kind, and the forecast on the same. Prints one JSON line per kind, model and horizon: WAPE,
pinball loss by the mean, cover of the 80 % and 95 % bands. Needs numpy and pandas."""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd

import forecast

LEVELS = [0.025, 0.1, 0.5, 0.9, 0.975]
HORIZONS = [1, 7, 14]
WEEK = np.array([1.15, 1.05, 1, 0.97, 1.0, 0.8, 0.7])


class Centre:
    """Intervals with what is expected of them (plan), what their mean was (rate) and what was counted (calls)."""

    def __init__(self, name, chance, start="2022-01-03", days=240, minutes=30, hours=lambda day: (8, 20),
                 size=60.0, week=WEEK, luck=0.03, lasting=0.04, fano=1.0, profile="two", origins=9, step=6, keep=None,
                 level=lambda day, place: 1.0, special=(), dirt=None, zone=None, lean=0.0, closed=lambda day: False):
        self.name, self.origins, self.step, self.keep, self.special = name, origins, step, keep, special
        rows = []
        passing = leaning = 0.0
        for place, day in enumerate(pd.date_range(start, periods=days)):
            passing = 0.75 * passing + lasting * 0.66 * chance.normal()
            lucky = np.exp(passing + luck * chance.normal())
            leaning = 0.85 * leaning + lean * 0.53 * chance.normal()
            spans = hours(day)
            if spans is None or closed(day):
                continue
            spans = [spans] if isinstance(spans[0], (int, float)) else spans
            expected = size * minutes / 60 * week[day.dayofweek] * level(day, place)
            for first, last in spans:
                for minute in range(int(first * 60), int(last * 60), minutes):
                    stamp = day + pd.Timedelta(minutes=minute)
                    twice = 1
                    if zone:
                        try:
                            stamp.tz_localize(zone, ambiguous="raise")
                        except ValueError:
                            twice = 0
                        except Exception as error:
                            twice = 2 if "mbiguous" in type(error).__name__ else 0
                    if twice == 0:
                        continue
                    plan = expected * shape(profile, minute / 60, day.dayofweek) * twice
                    rows.append((stamp, plan, plan * lucky * np.exp(leaning * (minute / 60 - 13) / 6)))
        table = pd.DataFrame(rows, columns=["timestamp", "plan", "rate"])
        if fano > 1:
            table["calls"] = chance.negative_binomial(table.rate / (fano - 1) + 1e-9, 1 / fano)
        else:
            table["calls"] = chance.poisson(table.rate)
        table["seen"] = table.calls.astype(float)
        if dirt:
            dirt(table, chance)
        self.table = table

    def starts(self):
        days = sorted(set(self.table.timestamp.dt.normalize()))
        last = days[-1] - pd.Timedelta(days=13)
        return sorted({max(d for d in days if d <= last - pd.Timedelta(days=k * self.step)) for k in range(self.origins)})


def shape(kind, hour, weekday):
    if kind == "two":
        return np.exp(-((hour - 11) / 2.8) ** 2) + 0.7 * np.exp(-((hour - 15.5) / 2.8) ** 2) + 0.06
    if kind == "flat":
        late = 0.35 if weekday in (4, 5) and (hour >= 20) or weekday in (5, 6) and hour < 3 else 0
        return 0.75 + 0.45 * np.sin((hour - 10.5) / 24 * 2 * np.pi) + late
    if kind == "evening":
        return 0.3 + np.exp(-((hour - 12) / 3.5) ** 2) + 1.1 * np.exp(-((hour - 20) / 2.2) ** 2)
    return 1.0


def holidays(start, days, each, chance, eves=True):
    found, offset = [], 9
    while offset < days + 30:
        date = pd.Timestamp(start) + pd.Timedelta(days=offset)
        found.append((date, "holiday", f"holiday {len(found) % 14}"))
        if eves:
            found.append((date - pd.Timedelta(days=1), "eve", f"holiday {(len(found) - 1) % 14}"))
        offset += int(chance.integers(each // 2, each * 3 // 2))
    return found


def weekdays(first, last):
    return lambda day: (first, last) if day.dayofweek < 5 else None


def always(day):
    return (0, 24)


def centres(seed):
    def chance(name):
        return np.random.default_rng([seed, *name.encode()])

    def made(name, **settings):
        return Centre(name, chance(name), **settings)

    yield made("emergency", start="2020-01-06", days=690, hours=always, size=11, week=[0.98, 0.98, 0.99, 1, 1.05, 1.03, 0.97],
               profile="flat", luck=0.05, lasting=0.05, fano=1.15, zone="America/Los_Angeles", step=11,
               level=lambda day, _: 1 + 0.06 * np.sin((day.dayofyear - 120) / 58))
    # Sunday to Thursday long, Friday short, after sunset on Saturday; moving holidays in clusters with short eves.
    cluster = [(pd.Timestamp(d), "holiday", n) for d, n in (
        ("2022-03-17", "a"), ("2022-04-16", "b"), ("2022-04-22", "c"), ("2022-05-05", "d"), ("2022-06-05", "e"),
        ("2022-09-26", "f"), ("2022-09-27", "f2"), ("2022-10-05", "g"), ("2022-10-10", "h"), ("2022-10-17", "i"))]
    cluster += [(d - pd.Timedelta(days=1), "eve", n) for d, _, n in cluster]
    off = {d for d, kind, _ in cluster if kind == "holiday"}
    eves = {d for d, kind, _ in cluster if kind == "eve"}

    def small_bank(day):
        if day in off:
            return None
        if day.dayofweek == 4 or day in eves:
            return (7, 14)
        if day.dayofweek == 5:
            return (np.ceil(2 * (18.2 + 1.3 * np.sin((day.dayofyear - 80) / 58))) / 2, 24)
        return (7, 24)
    yield made("small_bank", days=310, hours=small_bank, size=50, week=[1.05, 1.0, 1, 1.02, 1.05, 0.35, 1.2], luck=0.07,
               lasting=0.07, fano=1.3, special=cluster, origins=14, level=lambda day, place: (1 + 0.12 * (day.day <= 3 or 9 <= day.day <= 11)
               - 0.05 * (day.day > 25)) * np.exp(place / 900))
    yield made("few", minutes=15, hours=weekdays(8, 18), size=5, luck=0.1)
    yield made("hardly_any", minutes=60, hours=always, size=0.7, profile="flat", luck=0.1)
    yield made("overdispersed", hours=weekdays(7, 21), size=120, fano=4, luck=0.08)
    yield made("growth", minutes=60, hours=always, size=30, level=lambda _, place: np.exp(0.018 * place / 7), profile="evening")
    factors = np.exp(chance("jumps").normal(0, 0.35, 40))
    yield made("level_jumps", days=42 * 7 + 24, hours=weekdays(8, 20), step=42, origins=5,
               level=lambda _, place: factors[place // 42])
    yield made("three_weeks", days=160, hours=weekdays(8, 20), keep=21, origins=14)
    yield made("three_weeks_always", days=160, minutes=60, hours=always, size=8, keep=21, origins=14)
    days_off = holidays("2021-01-04", 560, 24, chance("holidays"))
    free = {d for d, kind, _ in days_off if kind == "holiday"}
    half = {d for d, kind, _ in days_off if kind == "eve"}
    after = {d + pd.Timedelta(days=k) for d in free for k in (1,)} - free
    yield made("holidays", start="2021-01-04", days=560, special=days_off, hours=lambda day: None if day in free or day.dayofweek == 6
               else (8, 14) if day in half else (8, 20), origins=14, level=lambda day, _: (1.25 if day in after else 1)
               * (0.85 if day in half else 1))
    yield made("open_holidays", start="2021-01-04", days=560, special=days_off, hours=always, origins=14, size=20, profile="evening",
               level=lambda day, _: 0.6 if day in free else 1.15 if day in half else 1)
    yield made("yearly", start="2020-01-06", days=1000, minutes=60, hours=always, size=40, profile="evening", step=20, origins=12,
               level=lambda day, _: 1 + 0.35 * np.cos((day.dayofyear - 20) / 58.1))

    def outages(table, chance):
        days = table.timestamp.dt.normalize()
        for day in chance.choice(days.unique(), 20, replace=False):
            own = np.flatnonzero(days == day)
            part = own if chance.random() < 0.4 else own[(first := chance.integers(len(own))):first + chance.integers(2, 8)]
            table.loc[part, "seen"] = np.nan if chance.random() < 0.5 else 0

    yield made("outages", hours=weekdays(7, 21), dirt=outages)

    def wild(table, chance):
        days = table.timestamp.dt.normalize()
        for day in chance.choice(days.unique(), 6, replace=False):
            table.loc[days == day, "seen"] *= chance.choice([0.3, 2, 3])
        some = chance.random(len(table)) < 0.003
        table.loc[some, "seen"] = table.seen[some] * chance.choice([0.05, 8, 30], some.sum())
        table["seen"] = table.seen.round()

    yield made("outliers", minutes=60, hours=always, size=40, dirt=wild)
    shut = set(chance("shut").integers(0, 240, 25))
    yield made("closed_days", hours=weekdays(8, 20), closed=lambda day: (day - pd.Timestamp("2022-01-03")).days in shut)
    yield made("billing", days=400, hours=weekdays(8, 20), origins=12, level=lambda day, _: 1 + 0.7 * np.exp(-((day.day - 12) % 31) / 1.5)
               + 0.2 * (day.day >= 29 or day.day <= 2))
    yield made("large", minutes=15, hours=lambda day: (6, 22), size=3000, luck=0.03, lasting=0.05, days=400)
    yield made("shop", minutes=60, hours=always, size=200, profile="evening", luck=0.15, lasting=0.15, fano=6,
               week=[0.9, 0.9, 0.92, 0.95, 1.1, 1.3, 1.1])
    yield made("leaning_days", hours=lambda day: (7, 21), size=300, lean=0.15)
    mailings = [(pd.Timestamp("2022-01-03") + pd.Timedelta(days=int(k)), "event", "mailing") for k in range(15, 270, 16)]
    mailed = {d for d, _, _ in mailings}
    yield made("mailings", hours=lambda day: (8, 20), special=mailings, level=lambda day, _: 1.6 if day in mailed
               else 1.25 if day - pd.Timedelta(days=1) in mailed else 1)
    yield made("moving_hours", hours=lambda day: (8, 20) if day < pd.Timestamp("2022-07-20") else (7, 21))
    yield made("august", start="2020-06-01", days=830, minutes=60, hours=weekdays(8, 19), size=80, step=12, origins=10,
               level=lambda day, _: 0.6 if day.month == 8 else 1.15 if day.month == 9 else 1)


class Real(Centre):
    """A real centre's days, counted per `minutes`, with one in `one_in` callers, seen for the last `keep` days."""

    def __init__(self, name, counts, special, chance, minutes=30, one_in=1, keep=None):
        self.name, self.special, self.keep, self.origins, self.step = name, special, keep, 23, 6
        calls = counts.groupby(counts.timestamp.dt.floor(f"{minutes}min")).calls.sum()
        if one_in > 1:
            calls = pd.Series(chance.binomial(calls, 1 / one_in), calls.index)
        self.table = calls.rename("calls").rename_axis("timestamp").reset_index().assign(plan=np.nan, rate=np.nan)
        self.table["seen"] = self.table.calls


def real(folder, seed):
    counts = pd.read_csv(folder / "data/bank_us_2003_5min.csv", parse_dates=["timestamp"])
    special = [(pd.Timestamp(d), k, n) for d, k, n in
               pd.read_csv(folder / "data/bank_us_2003_holidays.csv").itertuples(index=False)]
    for name, settings in {
            "half-hours": {}, "5 minutes": {"minutes": 5}, "15 minutes": {"minutes": 15}, "hours": {"minutes": 60},
            "one in 100": {"one_in": 100}, "one in 1000": {"one_in": 1000}, "9 weeks": {"keep": 63}, "4 weeks": {"keep": 28},
            "3 weeks": {"keep": 21}, "2 weeks": {"keep": 14}, "one in 100 for 4 weeks": {"one_in": 100, "keep": 28},
            "one in 100 for 3 weeks": {"one_in": 100, "keep": 21}, "one in 100 for 2 weeks": {"one_in": 100, "keep": 14}}.items():
        yield Real(name, counts, special, np.random.default_rng([seed, *name.encode()]), **settings)


# -- Folders as origins.py writes them -----------------------------------------------------------------------------

def write(centre, root):
    """The training and future files; the truth by origin."""
    truth = []
    table = centre.table
    for origin in centre.starts():
        folder = root / centre.name / f"{origin:%Y-%m-%d}"
        folder.mkdir(parents=True)
        first = origin - pd.Timedelta(days=centre.keep or 100_000)
        train = table[(table.timestamp < origin) & (table.timestamp >= first)].dropna(subset="seen")
        future = table[(table.timestamp >= origin) & (table.timestamp < origin + pd.Timedelta(days=14))]
        train[["timestamp", "seen"]].rename(columns={"seen": "calls"}).to_csv(folder / "train.csv", index=False)
        future[["timestamp"]].to_csv(folder / "future.csv", index=False)
        pd.DataFrame([(f"{d:%Y-%m-%d}", k, n) for d, k, n in centre.special], columns=["date", "kind", "name"]).to_csv(
            folder / "holidays.csv", index=False)
        truth.append(future.assign(dataset=centre.name, origin=f"{origin:%Y-%m-%d}",
                                   day=(future.timestamp.dt.normalize() - origin).dt.days))
    return pd.concat(truth)


def four_weeks(root):
    """The mean of an interval's last four weekdays; bands from how far each day was from the four before it."""
    rows = []
    for path in sorted(root.glob("*/*/train.csv")):
        train = pd.read_csv(path, parse_dates=["timestamp"]).groupby("timestamp").calls.mean()
        times = pd.read_csv(path.parent / "future.csv", parse_dates=["timestamp"]).timestamp

        def last(times):
            weeks = np.array([train.reindex(times - pd.Timedelta(days=7 * k)).to_numpy() for k in range(1, 9)])
            known = ~np.isnan(weeks)
            use = known & (known.cumsum(axis=0) <= 4)
            with np.errstate(invalid="ignore"):
                return np.where(use, weeks, 0).sum(axis=0) / use.sum(axis=0)
        past = last(train.index)
        off = np.sqrt(train.to_numpy() + 0.25) - np.sqrt(past + 0.25)
        off = np.quantile(off[np.isfinite(off)], LEVELS)
        mean = last(pd.DatetimeIndex(times))
        again = last(pd.DatetimeIndex(times) - pd.Timedelta(days=7))
        mean = np.where(np.isnan(mean), np.where(np.isnan(again), train.mean(), again), mean)
        bands = np.maximum(0, np.sqrt(mean + 0.25)[:, None] + off) ** 2 - 0.25
        rows.append(pd.DataFrame({"dataset": path.parent.parent.name, "origin": path.parent.name, "timestamp": times, "mean": mean,
                                  **{f"q{level:g}": np.maximum(0, bands[:, k]) for k, level in enumerate(LEVELS)}}))
    return pd.concat(rows)


def mstl(root, base):
    rows = []
    for kind in sorted(root.iterdir()):
        folders = sorted(kind.glob("*/train.csv"))
        for path in folders[::max(1, len(folders) // 3)][:3]:
            try:
                forecast.peer([path.parent], base / "peer.csv")
            except Exception as error:  # It takes no history whose hours change.
                print(f"{path.parent}: {error}"[:100], file=sys.stderr)
                continue
            rows.append(pd.read_csv(base / "peer.csv", parse_dates=["timestamp"], dtype={"origin": str}))
    return pd.concat(rows)


def scores(joined):
    actual, error = joined.calls.to_numpy(float), joined["mean"] - joined.calls
    figures = {"WAPE": error.abs().sum() / actual.sum(), "bias": error.sum() / actual.sum()}
    if "q0.1" in joined and joined["q0.1"].notna().all():
        bands = joined[[f"q{level:g}" for level in LEVELS]].to_numpy()
        above = actual[:, None] - bands
        figures["pin"] = np.maximum(np.array(LEVELS) * above, (np.array(LEVELS) - 1) * above).mean() / actual.mean()
        figures["c80"] = ((actual >= bands[:, 1]) & (actual <= bands[:, 3])).mean()
        figures["c95"] = ((actual >= bands[:, 0]) & (actual <= bands[:, 4])).mean()
    if "seconds" in joined:
        figures["seconds"] = joined.groupby(["seed", "origin"]).seconds.first().mean()
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ccctl", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--only", type=lambda text: text.split(","))
    parser.add_argument("--real", type=pathlib.Path)
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for inputs, forecasts and truth")
    options = parser.parse_args()
    ccctl = options.ccctl.resolve()
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.first, options.first + options.seeds):
            base = (options.keep or pathlib.Path(folder)) / str(seed)
            root = base / "tasks"
            saved = base / "truth.pkl"
            if saved.exists():
                truth = pd.read_pickle(saved)
            else:
                kinds = real(options.real, seed) if options.real else centres(seed)
                truth = pd.concat([write(centre, root) for centre in kinds
                                   if not options.only or centre.name in options.only])
                truth.to_pickle(saved)
            found = {} if options.real else {name: truth.assign(mean=truth[name]) for name in ("rate", "plan")}
            for model in ("auto", "naive"):
                output = base / f"{model}.csv"
                if model == "auto" or not output.exists():
                    subprocess.run([ccctl, "forecast", "--tasks", root, "--model", model, "--output", output], check=True)
                found[model] = pd.read_csv(output, parse_dates=["timestamp"], dtype={"origin": str})
            if not (base / "four.pkl").exists():
                four_weeks(root).to_pickle(base / "four.pkl")
            found["four weeks"] = pd.read_pickle(base / "four.pkl")
            if options.peer and seed == options.first:
                found["mstl_autoets"] = mstl(root, base)
                some = found["mstl_autoets"][["dataset", "origin"]].drop_duplicates()
                found["auto like mstl_autoets"] = found["auto"].merge(some, on=["dataset", "origin"])
            for model, rows in found.items():
                columns = ["mean", "seconds", *(f"q{level:g}" for level in LEVELS)]
                rows = rows[["dataset", "origin", "timestamp", *(c for c in columns if c in rows)]]
                own = truth.merge(rows[["dataset", "origin"]].drop_duplicates(), on=["dataset", "origin"])
                joined = own.merge(rows, on=["dataset", "origin", "timestamp"], how="left").assign(model=model, seed=seed)
                assert joined["mean"].notna().all(), (model, joined[joined["mean"].isna()])
                parts.append(joined)
    everything = pd.concat(parts)
    for dataset in everything.dataset.unique():
        for model in everything.model.unique():
            own = everything[(everything.dataset == dataset) & (everything.model == model)]
            if own.empty:
                continue
            own = own.dropna(axis="columns", how="all")
            for days in HORIZONS:
                figures = scores(own[own.day < days])
                print(json.dumps({"benchmark": "forecast.centres", "kind": dataset, "model": model, "days": days,
                                  **{k: round(float(v), 4) for k, v in figures.items()}}), flush=True)


if __name__ == "__main__":
    main()
