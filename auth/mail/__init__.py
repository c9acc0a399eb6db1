"""E-mail: asked for in a transaction, composed and sent by a background task."""
