"""The phones of a crowd that votes at once: a process of its own, so that what it costs is not the server's.

Reads JSON from standard input: `host`, `port`, `path` and `phones`, each a cookie and the bodies it posts one after
the other, the next as soon as the answer is there. Prints JSON: the `seconds` from the first post to the last answer,
how often which statuses came (`answers`), and how long the `slowest` answer took.
"""

import http.client
import json
import sys
import threading
import time
from collections import Counter

HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 120  # seconds


def main() -> None:
    """Let all phones post at the same moment, each in a thread and on a connection of its own."""
    told = json.load(sys.stdin)
    threading.stack_size(256 * 1024)
    phones, answers, taken = told["phones"], Counter(), []
    start = threading.Barrier(len(phones) + 1)

    def phone(cookie: str, bodies: list[str]) -> None:
        start.wait()
        statuses = []
        for body in bodies:
            began = time.perf_counter()
            try:
                link = http.client.HTTPConnection(told["host"], told["port"], timeout=PATIENCE)
                link.request("POST", told["path"], body, {**HEADERS, "Cookie": cookie})
                statuses.append(str(link.getresponse().status))
                link.close()
            except OSError as error:
                statuses.append(type(error).__name__)
            taken.append(time.perf_counter() - began)
        answers[" ".join(statuses)] += 1

    threads = [threading.Thread(target=phone, args=row) for row in phones]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    json.dump({"seconds": seconds, "slowest": max(taken), "answers": dict(answers)}, sys.stdout)


if __name__ == "__main__":
    main()
