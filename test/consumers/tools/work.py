"""A program to be profiled: works for some seconds.  work.py SECONDS"""
import sys
import time


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


end = time.time() + float(sys.argv[1])
while time.time() < end:
    fibonacci(20)
