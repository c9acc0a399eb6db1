"""Products as a spreadsheet: CSV with the columns that Shopify exports and takes, one row per variant."""
