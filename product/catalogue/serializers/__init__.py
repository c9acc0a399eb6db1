"""The catalogue over the wire: a module for each of `api/`, and the fields that they share."""
