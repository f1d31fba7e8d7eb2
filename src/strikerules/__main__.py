"""``python -m strikerules``."""

import sys

from strikerules.cli.main import main

sys.exit(main())
