"""What becomes of a user who is deleted: the money stays accounted for, the person is forgotten."""
