#!/usr/bin/env python3
"""Makes larger scheduling instances from given ones: python scheduling_instances.py COVER.json ROSTER.json OUTPUT_FOLDER

cover_600: demand times ten. roster_60_1skill: twice the agents for the whole demand. roster_60_3skill: the same agents
with sets of skills, demand taken apart into three queues whose share changes over the day. roster_120_5skill: twice
that, five queues. Random numbers begin with a fixed seed, so that the same files come out each time."""
import json
import math
import random
import sys

cover = json.load(open(sys.argv[1]))
roster = json.load(open(sys.argv[2]))
out = sys.argv[3]


def save(instance):
    json.dump(instance, open(f"{out}/{instance['name']}.json", "w"))


def band(start):
    return "early" if start < 18 else "mid" if start < 26 else "late"


def options(agents):
    patterns, rest, rows = roster["patterns"], roster["rest_slots"], []
    cost = {(s["day"], s["pattern"]): s["cost"] for s in cover["shifts"]}
    for agent in agents:
        for day, window in enumerate(agent["window"]):
            if window is None:
                continue
            for number, pattern in enumerate(patterns):
                start, end = pattern["start"], pattern["start"] + pattern["length"]
                if start < window[0] or end > window[1] or pattern["length"] not in agent["lengths"]:
                    continue
                if day * 48 + start < agent["last_end"] + rest or day * 48 + end > 336:
                    continue
                dislike = 0 if agent["prefer"] in ("any", band(start)) else 6
                rows.append([agent["id"], day, number, cost[day, number] + dislike])
    return rows


def agents(count, skill_sets, seed):
    chance = random.Random(seed)
    result = []
    for number in range(count):
        agent = json.loads(json.dumps(roster["agents"][number % len(roster["agents"])]))
        if number >= len(roster["agents"]):
            chance.shuffle(agent["window"])
            agent["prefer"] = chance.choice(["any", "early", "mid", "late"])
            agent["days_before"] = chance.randrange(6)
        agent["id"] = number
        agent["skills"] = list(chance.choice(skill_sets))
        result.append(agent)
    return result


def shares(skills):
    rows = []
    for k in range(skills):
        rows.append([(1 + 0.5 * math.cos(2 * math.pi * (t / 48 - k / skills))) / skills for t in range(336)])
    return rows


save({**cover, "name": "cover_600", "demand": [10 * d for d in cover["demand"]]})
common = {k: roster[k] for k in ("kind", "slots", "under_cost", "rest_slots", "max_consecutive_days", "patterns")}
for name, count, factor, skill_sets, seed in [
    ("roster_60_1skill", 60, 1, [(0,)], 1),
    ("roster_60_3skill", 60, 1, [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)], 2),
    ("roster_120_5skill", 120, 2, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (0,), (2,), (4,), (0, 1, 2, 3, 4)], 3),
]:
    skills = 1 + max(max(s) for s in skill_sets)
    demand = [[round(factor * d * part) for d, part in zip(cover["demand"], row)] for row in shares(skills)]
    if skills == 1:
        demand = [[factor * d for d in cover["demand"]]]
    people = agents(count, skill_sets, seed)
    save({**common, "name": name, "skills": skills, "demand": demand, "agents": people, "options": options(people)})
