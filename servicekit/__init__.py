"""What every service needs and none should write twice. No business decision, no web framework, no ORM."""
