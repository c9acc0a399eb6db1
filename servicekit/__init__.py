"""What every service needs and none should write twice. Takes no business decision; imports no web framework and no ORM."""
