"""`python -m auth <command>`."""

from auth.cli import main

if __name__ == "__main__":
    main()
