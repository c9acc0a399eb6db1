"""Python imports this by its name at every start, when its folder is on PYTHONPATH."""

import os
import sys

if "FAULTS_CRASH_FOLDER" in os.environ:
    from faults.patches import crash_points

    # The command line is `python -m <service> <command>`.
    crash_points.install("-".join(sys.orig_argv[2:4]))
if "FAULTS_BUG" in os.environ:
    from faults.patches import bugs

    bugs.install(os.environ["FAULTS_BUG"])
