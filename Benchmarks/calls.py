#!/usr/bin/env python3
"""Calls per second, processor time and memory of FullCenter, measured with SIPp over the loopback address.

    Benchmarks/calls.py .build/release/FullCenter [--quick]

Prints one JSON line per figure. Processor time is user and system time of all threads, read from /proc before and after.
Peers measured in the same run: SIPp's own answering side, and kamailio without state where it is installed. Needs SIPp,
and the superuser's rights for SIPp to play audio."""
import argparse
import contextlib
import csv
import json
import math
import os
import pathlib
import random
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SCENARIOS = HERE.parent / "Tests/InteropTests/Scenarios"
TICKS = os.sysconf("SC_CLK_TCK")


def report(benchmark, **figures):
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()}
    print(json.dumps({"benchmark": benchmark, **rounded}), flush=True)


# -- Processes -----------------------------------------------------------------------------------------------------

def children(pid):
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found += children(int(child))
    return found


def cpu_seconds(pid):
    total = 0
    for each in children(pid):
        with contextlib.suppress(OSError):
            fields = pathlib.Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def resident_bytes(pid):
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def process(arguments, folder, ready=None, port=None):
    """A child process for the length of the scope; `ready`: text to wait for; `port`: UDP port to wait for."""
    log = pathlib.Path(folder) / f"{pathlib.Path(arguments[0]).name}-{random.randrange(10**6)}.log"
    with open(log, "wb") as output:
        child = subprocess.Popen(arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 30
        while not (ready in log.read_text(errors="replace") if ready else port is None or is_bound(port)):
            if child.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{arguments[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)
        yield child
    finally:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def is_bound(port):
    return re.search(f":{port:04X} 00000000:0000", pathlib.Path("/proc/net/udp").read_text()) is not None


# -- What is called ------------------------------------------------------------------------------------------------

@contextlib.contextmanager
def center(binary, folder, agents=20, contact=None, recordings=False):
    port = free_port()
    arguments = [binary, "--host", "127.0.0.1", "--sip-port", str(port), "--rtp-ports", "20000-29999",
                 "--store", f"{folder}/center-{port}.sqlite", "--agents", str(agents)]
    arguments += ["--static-contact", contact] if contact else []
    arguments += ["--recordings", f"{folder}/recordings-{port}"] if recordings else []
    with process(arguments, folder, ready="ready") as child:
        yield child.pid, port


@contextlib.contextmanager
def sipp_answering(folder, *extra):
    """SIPp's built-in answering side: 180, 200, waits for BYE."""
    port, media = free_port(), free_port() & ~1
    arguments = ["sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-mp", str(media), "-nostdin",
                 "-buff_size", "4000000", "-default_behaviors", "all,-abortunexp", *extra]
    with process(arguments, folder, port=port) as child:
        yield child.pid, port


@contextlib.contextmanager
def kamailio_answering(folder):
    port = free_port()
    config = pathlib.Path(folder) / "kamailio-uas.cfg"
    config.write_text((HERE / "kamailio-uas.cfg").read_text().replace("LISTEN_PORT", str(port)))
    binary = shutil.which("kamailio", path=os.environ["PATH"] + ":/usr/sbin")
    arguments = [binary, "-f", str(config), "-DD", "-E", "-Y", folder, "-P", f"{folder}/kamailio.pid", "-m", "64"]
    with process(arguments, folder, port=port) as child:
        yield child.pid, port


# -- Calls ---------------------------------------------------------------------------------------------------------

def sipp_calls(folder, port, scenario, service, rate, calls, pause_ms=0):
    """Places the calls and waits for their end: counts, and calls per second."""
    statistics = pathlib.Path(folder) / f"calls-{random.randrange(10**6)}.csv"
    shutil.copy(SCENARIOS / f"{scenario}.xml", folder)
    arguments = ["sipp", f"127.0.0.1:{port}", "-sf", f"{folder}/{scenario}.xml", "-s", service, "-i", "127.0.0.1",
                 "-p", str(free_port()), "-mp", str(free_port() & ~1), "-r", str(rate), "-m", str(calls), "-l", "20000",
                 "-d", str(pause_ms), "-nostdin", "-trace_stat", "-stf", str(statistics), "-fd", "5",
                 "-buff_size", "4000000", "-timeout", str(int(calls / rate * 3 + pause_ms / 1000 + 60))]
    begin = time.monotonic()
    subprocess.run(arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - begin
    with open(statistics) as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    ok, failed = int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"])
    return {"rate": rate, "calls": calls, "ok": ok, "failed": failed,
            "retransmissions": int(last["Retransmissions(C)"]), "ok_per_s": ok / wall}


def measured_calls(pid, *arguments, **named):
    before = cpu_seconds(pid)
    result = sipp_calls(*arguments, **named)
    time.sleep(1)
    spent = cpu_seconds(pid) - before
    return {**result, "cpu_s": spent, "cpu_s_per_1000": spent / max(1, result["ok"]) * 1000}


def write_capture(path, seconds):
    """A capture of G.711 µ-law for SIPp to play: a tone that comes and goes like speech."""
    def mu_law(sample):
        sign, sample = (0x80, -sample) if sample < 0 else (0, sample)
        sample = min(sample, 32635) + 132
        exponent = sample.bit_length() - 8
        return ~(sign | exponent << 4 | (sample >> (exponent + 3)) & 15) & 255
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number in range(seconds * 50):
            times = [(number * 160 + k) / 8000 for k in range(160)]
            payload = bytes(mu_law(int(9000 * abs(math.sin(2.5 * t)) * math.sin(2 * math.pi * 300 * t))) for t in times)
            rtp = struct.pack(">BBHII", 0x80, 0x80 if number == 0 else 0, number, number * 160, 1) + payload
            udp = struct.pack(">HHHH", 6000, 6000, 8 + len(rtp), 0) + rtp
            ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0x4000, 64, 17, 0, b"\x7f\0\0\1", b"\x7f\0\0\1")
            packet = b"\2" * 12 + b"\x08\0" + ip + udp
            file.write(struct.pack("<IIII", 1 + number // 50, number % 50 * 20000, len(packet), len(packet)) + packet)


# -- The figures ---------------------------------------------------------------------------------------------------

def as_answering_side(binary, folder, rates, seconds):
    for rate in rates:
        with center(binary, folder) as (pid, port):
            report("calls.uas", of="FullCenter echo", **measured_calls(
                pid, folder, port, "caller", "echo", rate, rate * seconds))
        with sipp_answering(folder) as (pid, port):
            report("calls.uas", of="SIPp", **measured_calls(pid, folder, port, "caller", "echo", rate, rate * seconds))
        if shutil.which("kamailio", path=os.environ["PATH"] + ":/usr/sbin"):
            with kamailio_answering(folder) as (pid, port):
                report("calls.uas", of="kamailio stateless", **measured_calls(
                    pid, folder, port, "caller", "echo", rate, rate * seconds))


def through_the_queue(binary, folder, rates, seconds):
    for agents in (20, 200):
        for rate in rates:
            with sipp_answering(folder) as (_, phones):
                with center(binary, folder, agents, f"sip:127.0.0.1:{phones}") as (pid, port):
                    report("calls.queue", of="FullCenter", agents=agents, **measured_calls(
                        pid, folder, port, "caller", "support", rate, rate * seconds))


def with_audio(binary, folder, calls, rate):
    write_capture(f"{folder}/caller.pcap", 10)
    for recorded in (False, True):
        with sipp_answering(folder, "-rtp_echo") as (_, phones):
            with center(binary, folder, calls, f"sip:127.0.0.1:{phones}", recorded) as (pid, port):
                figures = measured_calls(pid, folder, port, "caller-audio", "support", rate, calls, pause_ms=10_000)
                report("calls.audio", of="FullCenter", recorded=recorded, call_s=10, **figures)


def memory(binary, folder, calls):
    with center(binary, folder) as (pid, port):
        sipp_calls(folder, port, "caller", "echo", 50, 50)  # what is set up once is set up now
        idle = resident_bytes(pid)
        shutil.copy(SCENARIOS / "caller.xml", folder)
        arguments = ["sipp", f"127.0.0.1:{port}", "-sf", f"{folder}/caller.xml", "-s", "echo", "-i", "127.0.0.1",
                     "-p", str(free_port()), "-r", "100", "-m", str(calls), "-d", str(calls * 10 + 8000), "-nostdin"]
        with process(arguments, folder):
            time.sleep(calls / 100 + 3)
            live = resident_bytes(pid)
    report("calls.memory", of="FullCenter echo", live=calls, idle_bytes=idle, live_bytes=live,
           bytes_per_call=(live - idle) // calls)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the FullCenter to measure, a release build")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--only", choices=["uas", "queue", "audio", "memory"])
    options = parser.parse_args()
    binary = str(pathlib.Path(options.binary).resolve())
    parts = {
        "uas": lambda f: as_answering_side(binary, f, [50] if options.quick else [50, 200, 500], 3 if options.quick else 6),
        "queue": lambda f: through_the_queue(binary, f, [20] if options.quick else [20, 60, 120], 3 if options.quick else 6),
        "audio": lambda f: with_audio(binary, f, 10 if options.quick else 60, 5 if options.quick else 10),
        "memory": lambda f: memory(binary, f, 100 if options.quick else 500),
    }
    for name, measure in parts.items():
        if options.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                measure(folder)


if __name__ == "__main__":
    main()
