"""The shop in a browser: pages rendered on the server."""
