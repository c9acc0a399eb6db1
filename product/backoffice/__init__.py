"""The back office: pages at /backoffice/ for the daily work, Django's admin at /admin/ for everything else.

Both are entered with the shop's own sign-in, and act through the use cases.
"""
