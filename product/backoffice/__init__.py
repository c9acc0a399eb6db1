"""The back office at /admin/: Django's admin, entered with the shop's own sign-in, acting through the use cases."""
