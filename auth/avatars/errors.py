"""Failures that only avatars have; a picture's are `servicekit.pictures`'."""

from servicekit.problems import NotFound


class NoAvatar(NotFound):
    code = "avatar_not_found"
    title = "This user has no avatar"
