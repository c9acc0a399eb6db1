"""Programs that break a shop of their own, under load, and look whether anything was lost. See README.md."""
