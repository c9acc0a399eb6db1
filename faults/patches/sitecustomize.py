"""Python imports this by its name at every start, when its folder is on PYTHONPATH."""

import os

if "FAULTS_CRASH_FOLDER" in os.environ:
    from faults.patches import crash_points

    crash_points.install()
if "FAULTS_BUG" in os.environ:
    from faults.patches import bugs

    bugs.install(os.environ["FAULTS_BUG"])
