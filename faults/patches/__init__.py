"""What changes the shop's code from outside, while its files stay as they are. `sitecustomize` loads it.

Nothing here is shipped: a process gets it only by its PYTHONPATH, which these programs set.
"""
