"""What can stand in the way of an account."""

from servicekit.problems import Conflict, Forbidden, Unavailable


class UsernameTaken(Conflict):
    code = "username_taken"
    title = "This user name is taken"


class EmailTaken(Conflict):
    code = "email_taken"
    title = "There is an account with this e-mail address"


class UserIdTaken(Conflict):
    code = "user_id_taken"
    title = "There is, or was, an account with this id"


class LastAdmin(Conflict):
    """Without an admin nobody could make another one."""

    code = "last_admin"
    title = "This is the last admin"


class WrongPassword(Forbidden):
    """The caller is known by their token, and does not know the password."""

    code = "wrong_password"
    title = "The password is wrong"


class TooManyPasswordChecks(Unavailable):
    """Passwords are hashed a few at a time, and the queue is longer than a client should wait."""

    code = "overloaded"
    title = "Too many people are signing in at the moment"
