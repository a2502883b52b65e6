"""Reads numbers, one a line, and prints what one wants to know about them: a stand-in for a script that came by mail."""
import statistics
import sys

numbers = [float(line) for line in sys.stdin if line.strip()]
print(f"count {len(numbers)}")
print(f"mean {statistics.mean(numbers):.2f}")
print(f"median {statistics.median(numbers):.2f}")
