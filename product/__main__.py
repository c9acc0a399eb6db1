"""`python -m product <command>`. A fault of the configuration is told in one line, without values.

Two processes have no use for Django: the relay, and the parent of the web processes. All other commands are Django's.
"""

import sys

from servicekit.settings import UnsafeConfiguration

if sys.argv[1:] == ["relay"]:
    from product.relay import main
elif sys.argv[1:] == ["web"]:
    from product.web import main
else:
    from product.manage import main

try:
    main()
except UnsafeConfiguration as error:
    sys.exit(f"product: {error}")
