#!/usr/bin/env python3
"""Makes the spoken prompts of the package: Sources/CCMedia/Speech/Prompts/{english,spanish}.clips.

Needed on the machine that makes them, and only there: espeak-ng, sox, libopus. Users of the package need none of these.
The texts and their names stand below; `SpokenPhrase` in CCMedia puts them together, `ClipBank` reads the files.

A .clips file, all numbers little-endian:
  8 bytes  "CCKCLIPS"
  u16      version, 1
  u16      samples at 16 kHz that each clip begins too early (the delay of the codec)
  u16      how many clips follow; for each one
    u8, name   the length of its name, and the name in UTF-8
    u32        its length in samples at 16 kHz
    u32        how many bytes follow for it: Opus packets of 20 ms, each after its length as u16
"""
import array
import ctypes
import ctypes.util
import os
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

RATE = 16000
FRAME = RATE // 50
BITRATE = 16000
LEVEL = 32768 * 10 ** (-22 / 20)  # of the loud parts
QUIET = 32768 * 10 ** (-46 / 20)

ENGLISH_ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
                "seventeen eighteen nineteen").split()
ENGLISH_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
SPANISH_ONES = ("cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
                "diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco "
                "veintiséis veintisiete veintiocho veintinueve").split()
SPANISH_TENS = "- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
SPANISH_HUNDREDS = ("- ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos "
                    "novecientos").split()


def english(number):
    if number < 20:
        return ENGLISH_ONES[number]
    tens, ones = divmod(number, 10)
    return ENGLISH_TENS[tens] + (" " + ENGLISH_ONES[ones] if ones else "")


def spanish(number):
    if number < 30:
        return SPANISH_ONES[number]
    tens, ones = divmod(number, 10)
    return SPANISH_TENS[tens] + (" y " + SPANISH_ONES[ones] if ones else "")


def english_texts():
    texts = {f"n{n}": english(n) + "," for n in range(100)}
    texts |= {f"h{n}": english(n) + " hundred," for n in range(1, 10)}
    texts |= {
        "position": "You are number",
        "in-line": "in line.",
        "next": "You are next in line.",
        "there-is": "There is", "there-are": "There are",
        "call-ahead": "call ahead of you.", "calls-ahead": "calls ahead of you.",
        "wait-less": "The estimated waiting time is less than one minute.",
        "wait-about": "The estimated waiting time is about,",
        "wait-more": "The estimated waiting time is more than,",
        "second": "second.", "seconds": "seconds.", "minute": "minute.", "minutes": "minutes.",
        "hour": "hour.", "hours": "hours.", "and": "and",
        "oh": "oh", "o-clock": "o'clock.", "am": "A.M.", "pm": "P.M.",
        "please-wait": "Please hold the line. The next free agent will take your call.",
        "busy": "All our agents are busy at the moment. Please call again later. Goodbye.",
        "closed": "We are closed at the moment. Please call again during our opening hours. Goodbye.",
        "emergency": "We had to close because of an emergency. Please call again later. Goodbye.",
        "callback-offer": "To keep your place in line and be called back, press one.",
        "callback-accepted": "Thank you. We will call you back when it is your turn. Goodbye.",
        "transfer": "One moment, please. You are being transferred.",
        "goodbye": "Thank you for calling. Goodbye.",
    }
    return texts


def spanish_texts():
    texts = {}
    for n in range(100):
        word = spanish(n)
        texts[f"n{n}"] = word + ","
        if n % 10 == 1 and n != 11:
            before_noun = "veintiún" if n == 21 else word[:-3] + "un"
            texts[f"n{n}m"] = before_noun + ","
            texts[f"n{n}f"] = word[:-1] + "a,"
    texts["h1"] = "ciento,"
    texts["h1-alone"] = "cien,"
    for n in range(2, 10):
        texts[f"h{n}"] = SPANISH_HUNDREDS[n] + ","
        texts[f"h{n}f"] = SPANISH_HUNDREDS[n][:-2] + "as,"
    texts |= {
        "position": "Usted es el número,",
        "in-line": "en la fila.",
        "next": "Usted es el siguiente en la fila.",
        "there-are": "Hay",
        "call-ahead": "llamada delante de usted.", "calls-ahead": "llamadas delante de usted.",
        "wait-less": "El tiempo de espera estimado es de menos de un minuto.",
        "wait-about": "El tiempo de espera estimado es de unos,",
        "wait-about-one": "El tiempo de espera estimado es de cerca de,",
        "wait-more": "El tiempo de espera estimado es de más de,",
        "second": "segundo.", "seconds": "segundos.", "minute": "minuto.", "minutes": "minutos.",
        "hour": "hora.", "hours": "horas.", "and": "y",
        "the-one": "la", "the": "las", "o-clock": "en punto.", "am": "de la mañana.", "pm": "de la tarde.",
        "night": "de la noche.",
        "please-wait": "Por favor, no cuelgue. El próximo agente libre atenderá su llamada.",
        "busy": "Todos nuestros agentes están ocupados en este momento. Por favor, llame más tarde. Adiós.",
        "closed": "En este momento estamos cerrados. Por favor, llame en nuestro horario de atención. Adiós.",
        "emergency": "Hemos tenido que cerrar por una emergencia. Por favor, llame más tarde. Adiós.",
        "callback-offer": "Para conservar su lugar en la fila y que le devolvamos la llamada, pulse uno.",
        "callback-accepted": "Gracias. Le llamaremos cuando llegue su turno. Adiós.",
        "transfer": "Un momento, por favor. Le estamos transfiriendo.",
        "goodbye": "Gracias por llamar. Adiós.",
    }
    return texts


def speak(text, voice):
    spoken = subprocess.run(
        ["espeak-ng", "-v", voice, "-s", "160", "-p", "45", "--stdout", text], check=True, capture_output=True).stdout
    pcm = subprocess.run(
        ["sox", "-t", "wav", "--ignore-length", "-", "-r", str(RATE), "-b", "16", "-e", "signed", "-c", "1", "-D",
         "-t", "raw", "-", "highpass", "100"], input=spoken, check=True, capture_output=True).stdout
    return levelled(trimmed(array.array("h", pcm)))


def trimmed(samples):
    """Without the silence at both ends but for 10 ms, faded there."""
    loud = [i for i, s in enumerate(samples) if abs(s) > QUIET]
    margin = RATE // 100
    samples = samples[max(0, loud[0] - margin):loud[-1] + margin]
    for i in range(margin):
        samples[i] = samples[i] * i // margin
        samples[-1 - i] = samples[-1 - i] * i // margin
    return samples


def levelled(samples):
    loud = [s for s in samples if abs(s) > QUIET]
    rms = (sum(s * s for s in loud) / len(loud)) ** 0.5
    gain = min(LEVEL / rms, 30000 / max(abs(s) for s in samples))
    return array.array("h", (round(s * gain) for s in samples))


class Encoder:
    def __init__(self):
        self.library = ctypes.CDLL(ctypes.util.find_library("opus"))
        self.library.opus_encoder_create.restype = ctypes.c_void_p
        error = ctypes.c_int()
        state = self.library.opus_encoder_create(RATE, 1, 2048, ctypes.byref(error))  # VOIP
        self.state = ctypes.c_void_p(state)
        for request, value in ((4002, BITRATE), (4010, 10), (4024, 3001)):  # bit rate, complexity, voice
            self.library.opus_encoder_ctl(self.state, request, ctypes.c_int(value))
        lookahead = ctypes.c_int()
        self.library.opus_encoder_ctl(self.state, 4027, ctypes.byref(lookahead))
        self.lookahead = lookahead.value

    def packets(self, samples):
        self.library.opus_encoder_ctl(self.state, 4028)  # reset
        padded = samples + array.array("h", [0] * (self.lookahead + FRAME))
        out = ctypes.create_string_buffer(1500)
        data = b""
        for start in range(0, len(samples) + self.lookahead, FRAME):
            frame = padded[start:start + FRAME]
            frame += array.array("h", [0] * (FRAME - len(frame)))
            block = (ctypes.c_int16 * FRAME)(*frame)
            size = self.library.opus_encode(self.state, block, FRAME, out, 1500)
            if size < 0:
                sys.exit(f"libopus: {size}")
            data += struct.pack("<H", size) + out.raw[:size]
        return data


def make(path, texts, voice):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        spoken = dict(zip(texts, pool.map(lambda text: speak(text, voice), texts.values())))
    encoder = Encoder()
    body = b""
    for name, samples in sorted(spoken.items()):
        data = encoder.packets(samples)
        body += bytes([len(name)]) + name.encode() + struct.pack("<II", len(samples), len(data)) + data
    with open(path, "wb") as file:
        file.write(b"CCKCLIPS" + struct.pack("<HHH", 1, encoder.lookahead, len(spoken)) + body)
    seconds = sum(map(len, spoken.values())) / RATE
    print(f"{path}: {len(spoken)} clips, {seconds:.0f} s, {os.path.getsize(path)} bytes")


folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Sources/CCMedia/Speech/Prompts")
os.makedirs(folder, exist_ok=True)
make(os.path.join(folder, "english.clips"), english_texts(), "en-us+f3")
make(os.path.join(folder, "spanish.clips"), spanish_texts(), "es-419+f3")
