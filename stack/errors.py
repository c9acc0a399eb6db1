"""What can keep the stack from starting, each with a message for the person in front of the terminal."""


class StackError(Exception):
    """Base of the failures that are reported as one message instead of a traceback."""


class NotInstalled(StackError):
    """A program that must be installed was not found."""


class StartFailed(StackError):
    """A process did not come up. The message ends with the last lines it printed."""


class AlreadyRunning(StackError):
    """The folder is in use by another run."""
