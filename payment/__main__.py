"""`python -m payment <command>`."""

from payment.cli import main

if __name__ == "__main__":
    main()
