#!/usr/bin/env python3
"""Write rows for COPY imported FROM STDIN, a few at a time.

It is started through a symbolic link with a long name whose 15th byte falls
within a UTF-8 character, so the kernel's comm of this process ends in half a
character.  That is wanted: profiles do carry such bytes.
"""
import json
import random
import sys
import time

random.seed(7)
end = time.time() + float(sys.argv[1])
words = ["été", "naïve", "Straße", "żółw", "данные", "数据", "ordinary", "comma,tab\\t"]
n = 0
while time.time() < end:
    start = time.process_time()
    for _ in range(200):
        n += 1
        doc = {"n": n, "w": random.choice(words), "v": [random.gauss(0, 1) for _ in range(8)]}
        label = " ".join(random.choice(words) for _ in range(4))
        sys.stdout.write("%d\t%s\t%r\t%s\n" % (
            n, label, random.random(), json.dumps(doc, ensure_ascii=False).replace("\\", "\\\\")))
    sys.stdout.flush()
    time.sleep(max(0.3, 15 * (time.process_time() - start)))
