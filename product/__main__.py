"""`python -m product <command>`."""

import sys

if sys.argv[1:] == ["relay"]:
    from product.relay import main
else:
    from product.manage import main

main()
