"""The pages at /backoffice/, a module for each section of the menu."""
