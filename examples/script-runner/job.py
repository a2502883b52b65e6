"""A job: greets JOB_NAME in its scratch directory, which is where it is started."""
import os

with open("result", "w", encoding="utf-8") as result:
    result.write(f"hello {os.environ.get('JOB_NAME', 'nobody')}\n")
print("done")
