"""`python -m product <command>`."""

from product.manage import main

main()
