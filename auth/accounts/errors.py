"""What can stand in the way of an account."""

from servicekit.problems import Conflict, Unavailable


class UsernameTaken(Conflict):
    code = "username_taken"
    title = "This user name is taken"


class EmailTaken(Conflict):
    code = "email_taken"
    title = "There is an account with this e-mail address"


class TooManyPasswordChecks(Unavailable):
    """Passwords are hashed a few at a time, and the queue is longer than a client should wait."""

    code = "overloaded"
    title = "Too many people are signing in at the moment"
