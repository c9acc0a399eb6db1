# All commands of the project, for people and for CI. `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
CODE := auth product payment servicekit stack bench faults tests
SERVICES := auth product payment

.DEFAULT_GOAL := help
.PHONY: help up demo reconcile test check bench faults sabotage clean-ends fuzz security lint format types imports contracts translations screenshots contracts-check lock install install-for-tests env clean

help:  ## list these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: install  ## start the shop in .run/ and keep it running; Ctrl-C stops it
	@$(BIN)/python -m stack

demo: install  ## buy something in the running shop, over HTTP, and show what happened
	@$(BIN)/python -m stack.demo

reconcile: install  ## compare the running shop's orders with payments, ledger and stock, and name what is not explained
	@$(BIN)/python -m stack.reconcile $(ARGS)

test: install-for-tests  ## run all tests on private servers of their own
	$(BIN)/pytest -n 2 --dist loadgroup --ignore tests/browser
	$(BIN)/pytest -n 2 tests/browser

check: lint types imports contracts-check test  ## everything that CI checks, and the short form of make faults
	$(BIN)/python -m faults --quick

bench: install  ## measure what is promised, on servers of its own; QUICK=1 for a short form
	$(BIN)/python -m bench $(if $(QUICK),--quick)

faults: install-for-tests  ## break a shop in every known way, under load, and see that nothing is lost; QUICK=1 for some, CLUSTER=1 for three brokers
	$(BIN)/python -m faults$(if $(CLUSTER),.cluster) $(if $(QUICK),--quick) $(ARGS)

sabotage: install-for-tests  ## plant known bugs one at a time, and see that each is noticed
	$(BIN)/python -m faults.sabotage $(ARGS)

clean-ends: install-for-tests  ## send a hundred SIGTERMs under load, and see that no request fails by it
	$(BIN)/python -m faults.clean_ends $(ARGS)

fuzz: install-for-tests  ## send all services what their descriptions allow, and what they do not, as every kind of caller
	$(BIN)/python -m tests.fuzz

# Tests of other folders that belong to the promises about security; the table at the end counts them as well.
GUARDS := tests/conformance tests/servicekit/test_tokens.py tests/servicekit/test_settings.py tests/servicekit/test_visitors.py \
  tests/auth/test_avatars.py tests/auth/test_throttling.py tests/auth/test_passwords.py tests/auth/test_refresh.py \
  tests/product/test_manage_images.py tests/product/webhooks/test_addresses.py tests/product/storefront/test_sign_in.py \
  tests/product/storefront/test_browser_policy.py tests/stack/test_database_rights.py tests/architecture/test_topology.py \
  tests/flows/test_other_peoples_things.py tests/flows/test_roles.py tests/flows/test_tokens.py

security: install-for-tests  ## attack a shop of its own in every way we know, and print what was tried and what was wrong
	$(BANDIT)
	SECURITY=long $(BIN)/pytest -n 2 --dist loadgroup tests/security $(GUARDS)

BANDIT := $(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(SERVICES) servicekit

lint: install  ## look for mistakes and unformatted code
	$(BANDIT)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: install  ## format the code, and mend what can be mended
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# mypy's Django plugin loads product/settings.py, which insists on these; nothing is connected to.
NOWHERE := PRODUCT_SECRET_KEY=only-for-checking-types-never-for-use PRODUCT_DATABASE_URL=postgresql://nobody@127.0.0.1:1/product \
  PRODUCT_AUTH_URL=http://127.0.0.1:1 PRODUCT_PAYMENT_URL=http://127.0.0.1:1 PRODUCT_MEDIA_DIR=/nonexistent

types: install  ## check types
	@$(NOWHERE) ENVIRONMENT=test $(BIN)/mypy $(CODE)

imports: install  ## check who may import whom
	$(BIN)/lint-imports

contracts: install  ## write contracts/ anew from servicekit/contracts
	$(BIN)/python -m servicekit.contracts

translations: install  ## renew the shop's catalogues of translations, and say what is not translated yet
	@$(NOWHERE) ENVIRONMENT=test $(BIN)/python -m product translations

screenshots: install-for-tests  ## picture every page in both themes and three widths, into screenshots/
	$(BIN)/pytest tests/browser/screenshots.py

contracts-check: install  ## check that contracts/ is up to date
	$(BIN)/python -m servicekit.contracts --check

lock: install  ## compile the pinned, hashed requirements of all services, so that they agree
	$(BIN)/uv pip compile $(COMPILE) --extra dev pyproject.toml -o requirements-dev.txt
	for service in $(SERVICES); do \
	  $(BIN)/uv pip compile $(COMPILE) --extra $$service -c requirements-dev.txt pyproject.toml -o $$service/requirements.txt || exit 1; \
	done

COMPILE := --quiet --universal --python-version 3.11 --generate-hashes --no-header

install:  ## install what is missing on this machine (up, test and all others do it by themselves)
	@$(PYTHON) -m stack.install

install-for-tests:
	@$(PYTHON) -m stack.install --for-tests

env:  ## make .env and .secrets/ with new secrets, for docker compose up
	@$(PYTHON) -m stack.container_secrets

clean:  ## remove caches and the shop's data, but not .venv
	@$(PYTHON) -m stack.clean
