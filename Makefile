# Everything that is done with Pressrun. `make` alone lists it.

PYTHON ?= python3
STAGE ?= dev
ARCH ?= x86_64

VENV := .venv
PY := $(VENV)/bin/python
MACHINE := $(subst aarch64,arm64,$(shell uname -m))

# The value of a variable as one word of the shell, whatever is in it.
quote = '$(subst ','\'',$(1))'

# What is installed and deployed keeps caches and settings in HOME, which not every machine lets it write.
ifneq ($(shell test -d "$$HOME" && test -w "$$HOME" && echo yes),yes)
export HOME := $(CURDIR)/.cache/home
export npm_config_cache := $(HOME)/.npm
$(shell mkdir -p '$(HOME)')
endif
# npm does not look for a newer npm.
export npm_config_update_notifier := false

.DEFAULT_GOAL := help
.PHONY: help setup demo page up down status logs clean render check preview gallery import redrive dead-letters trace costs pause resume replay rollback retry cancel webhook-secret secret signing-key receipt-key api-key tenant destination hold retention forget audit test quick lint types unit coverage web functional \
	browser chaos fuzz bench load deploy-local test-functional deploy deployer watch remove package docs openapi lock native-lock

help: ## List the commands
	@if [ -t 1 ]; then bold='\033[1m' plain='\033[0m'; fi; \
		awk -F ':.*## ' "/^[a-z-]+:.*## / { printf \"  $$bold%-16s$$plain %s\\n\", \$$1, \$$2 }" $(MAKEFILE_LIST)

## Set-up: each step is done again only when what it is made from has changed.

setup: $(VENV)/installed node_modules/installed web/node_modules/installed native ## Install all that development needs into this folder

# Makes the virtual environment that the target is in, of the packages that the first prerequisite locks.
define virtual_environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv module is missing. Install it: sudo apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m tools.progress "Installing Python packages into $(@D)" $(@D)/bin/python -m pip --disable-pip-version-check install -qq --require-hashes -r $<
endef

$(VENV)/installed: requirements/dev.txt
	$(virtual_environment)
# The command `pressrun`, of the sources here. All that it needs, and all that builds it, is in the lock.
	@$(PY) -m pip --disable-pip-version-check install -qq --no-deps --no-build-isolation --no-index -e .
	@touch $@

# The engine's packages alone. They render reports where `make setup` has not been asked for.
build/render/installed: requirements/heavy.txt
	$(virtual_environment)
	@touch $@

node_modules/installed: package.json package-lock.json
	@command -v npm >/dev/null || { echo "Node 20.19 or newer with npm is needed. See https://nodejs.org" >&2; exit 1; }
	@$(PYTHON) -m tools.progress "Installing the Serverless CLI into node_modules" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

web/node_modules/installed: web/package.json web/package-lock.json node_modules/installed
	@$(PYTHON) -m tools.progress "Installing what the page is built with into web/node_modules" npm --prefix web ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

web/dist/index.html: web/node_modules/installed web/index.html web/vite.config.ts $(shell find web/src web/public -type f 2>/dev/null)
	@$(PYTHON) -m tools.progress "Building the page" npm --prefix web run --silent build -- --logLevel warn

.PHONY: native
native: $(VENV)/installed
	@$(PY) -m tools.package.native --target embedded >/dev/null

## Use

demo: setup ## Run the main job on the embedded emulator: an invoice, a table, a photo, and a bad file
	@$(PY) -m tools.demo

page: setup web/dist/index.html ## Build the web page, as the next deployment will upload it

up: setup page ## Start the embedded stack and keep it; prints its addresses and examples
	@$(PY) -m tools.emulator up
	@$(PY) -m tools.package --target embedded >/dev/null
	@$(PY) -m tools.deploy --stage local --examples --params $(call quote,$(PARAMS))

down: setup ## Stop the embedded stack; its state is kept
	@$(PY) -m tools.emulator down

status: setup ## Say whether the embedded stack runs
	@$(PY) -m tools.emulator status || true

logs: setup ## Print the logs of the embedded stack's functions; FOLLOW=1 goes on
	@$(PY) -m tools.emulator logs $(if $(FOLLOW),--follow)

clean: ## Stop the embedded stack, and remove its state and all that was built
	@if [ -x $(PY) ]; then $(PY) -m tools.emulator clean; fi
	@rm -rf build dist .serverless

# Needs neither Node nor what checks the code: a fresh clone installs a fifth of what `make setup` does.
RENDER_VENV := $(if $(wildcard $(VENV)/installed),$(VENV),build/render)

# Options on how the data are read and shown, see docs/data.md; from the command line alone, for shells have COLUMNS, too.
READING := ENCODING DELIMITER QUOTE HEADER_ROW SHEET DECIMAL DATE_ORDER COLUMNS GROUP_BY SORT SUMS ORIENTATION PAPER
reading_flag = $(if $(filter command line,$(origin $(1))),--option $(call quote,$(1)=$($(1))))

render: $(RENDER_VENV)/installed ## Render one report without AWS: TEMPLATE=table DATA=x.csv OUT=x.pdf [LOCALE=de TITLE=… DELIMITER=tab … OPTIONS=x.json TEMPLATES=folder], or SAMPLE=1 instead of DATA
	@$(RENDER_VENV)/bin/python -m tools.package.native --target embedded >/dev/null
	@$(RENDER_VENV)/bin/python -m tools.render --template $(call quote,$(TEMPLATE)) $(if $(DATA)$(if $(SAMPLE),,1),--data $(call quote,$(DATA))) \
		$(if $(SAMPLE),--sample) --out $(call quote,$(OUT)) $(if $(TEMPLATES),--folder $(call quote,$(TEMPLATES))) \
		$(if $(LOCALE),--locale $(call quote,$(LOCALE))) $(if $(TITLE),--title $(call quote,$(TITLE))) \
		$(if $(OPTIONS),--options $(call quote,$(OPTIONS))) $(foreach each,$(READING),$(call reading_flag,$(each)))

preview: $(RENDER_VENV)/installed ## Show templates on a page of this machine, and draw them again at each save: [TEMPLATES=folder PORT=4570]
	@$(RENDER_VENV)/bin/python -m tools.package.native --target embedded >/dev/null
	@$(RENDER_VENV)/bin/python -m tools.preview $(if $(TEMPLATES),--folder $(call quote,$(TEMPLATES))) $(if $(PORT),--port $(call quote,$(PORT)))

gallery: $(RENDER_VENV)/installed ## Render the templates to copy from into build/gallery, and take their pictures in docs/gallery
	@$(RENDER_VENV)/bin/python -m tools.package.native --target embedded >/dev/null
	@$(RENDER_VENV)/bin/python -m tools.gallery

check: $(RENDER_VENV)/installed ## Check templates: what is wrong, in which line, and how to mend it: [TEMPLATE=table TEMPLATES=folder READ_ONLY=1]
	@$(RENDER_VENV)/bin/python -m tools.package.native --target embedded >/dev/null
	@$(RENDER_VENV)/bin/python -m tools.check $(if $(TEMPLATE),$(call quote,$(TEMPLATE))) $(if $(TEMPLATES),--folder $(call quote,$(TEMPLATES))) \
		$(if $(READ_ONLY),--read-only)

import: $(RENDER_VENV)/installed ## Make a template of an HTML page, and say what does not carry over: PAGE=page.html [NAME=… FOLDER=… READ_ONLY=1]
	@$(RENDER_VENV)/bin/python -m tools.package.native --target embedded >/dev/null
	@$(RENDER_VENV)/bin/python -m tools.import_page $(call quote,$(PAGE)) $(if $(NAME),--name $(call quote,$(NAME))) \
		$(if $(FOLDER),--folder $(call quote,$(FOLDER))) $(if $(READ_ONLY),--read-only)

redrive: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
redrive: $(VENV)/installed ## Bring failed messages back by hand: [MAX=n] [JOB=id] [CODE=…] [TEMPLATE=…] [TENANT=…] [BATCH=id] [DRY_RUN=1] [STAGE=dev]
	@$(PY) -m tools.redrive --stage $(call quote,$(STAGE)) $(if $(MAX),--max $(call quote,$(MAX))) $(if $(JOB),--job $(call quote,$(JOB))) \
		$(if $(CODE),--error-code $(call quote,$(CODE))) $(if $(TEMPLATE),--template $(call quote,$(TEMPLATE))) \
		$(if $(TENANT),--tenant $(call quote,$(TENANT))) $(if $(BATCH),--batch $(call quote,$(BATCH))) \
		$(if $(DRY_RUN),--dry-run)

dead-letters: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
dead-letters: $(VENV)/installed ## List what lies in the dead-letter queues, and leave it there: [MAX=n] [STAGE=dev]
	@$(PY) -m tools.dead_letters --stage $(call quote,$(STAGE)) $(if $(MAX),--max $(call quote,$(MAX)))

trace: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
trace: $(VENV)/installed ## Print a report's life across all functions, in time order: JOB=id [STAGE=dev]
	@$(PY) -m tools.trace --stage $(call quote,$(STAGE)) --job $(call quote,$(JOB))

STEER = $(PY) -m tools.steer $@ --stage $(call quote,$(STAGE)) $(if $(TENANT),--tenant $(call quote,$(TENANT))) \
	$(if $(TEMPLATE),--template $(call quote,$(TEMPLATE))) $(if $(CODE),--error-code $(call quote,$(CODE))) \
	$(if $(SINCE),--since $(call quote,$(SINCE))) $(if $(MAX),--max $(call quote,$(MAX))) $(if $(DRY_RUN),--dry-run)

retry cancel: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
retry: $(VENV)/installed ## Retry failed reports of all tenants: [TEMPLATE=…] [CODE=…] [TENANT=…] [SINCE=6h] [MAX=n] [DRY_RUN=1] [STAGE=dev]
	@$(STEER)

cancel: $(VENV)/installed ## Cancel reports of all tenants that are not over: [TEMPLATE=…] [TENANT=…] [SINCE=6h] [MAX=n] [DRY_RUN=1] [STAGE=dev]
	@$(STEER)

signing-key: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
signing-key: $(VENV)/installed ## Keep a key that PDFs of a tenant's are signed by: TENANT=demo NAME=seal FILE=seal.p12 [REMOVE=1] [STAGE=dev], or in KMS: SPEC=ECC_NIST_P256 SUBJECT='Acme GmbH', then KMS_KEY=arn FILE=chain.pem
	@$(PY) -m tools.signing_key --stage $(call quote,$(STAGE)) --tenant $(call quote,$(TENANT)) --name $(call quote,$(NAME)) $(if $(FILE),--file $(call quote,$(FILE))) $(if $(SPEC),--spec $(call quote,$(SPEC))) $(if $(SUBJECT),--subject $(call quote,$(SUBJECT))) $(if $(KMS_KEY),--kms-key $(call quote,$(KMS_KEY))) $(if $(REMOVE),--remove)

webhook-secret: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
webhook-secret: $(VENV)/installed ## Make the secret that signs a tenant's webhooks: TENANT=demo [ROTATE=1] [STAGE=dev]
	@$(PY) -m tools.webhook_secret --stage $(call quote,$(STAGE)) --tenant $(call quote,$(TENANT)) $(if $(ROTATE),--rotate)

destination: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
destination: $(VENV)/installed ## Allow a tenant a bucket of its own for its reports: TENANT=acme NAME=archive BUCKET=… ROLE=arn:… [PREFIX=…] [REGION=…] [REMOVE=1] [STAGE=dev]
	@$(PY) -m tools.destination --stage $(call quote,$(STAGE)) --tenant $(call quote,$(TENANT)) $(if $(NAME),--name $(call quote,$(NAME))) $(if $(BUCKET),--bucket $(call quote,$(BUCKET))) $(if $(PREFIX),--prefix $(call quote,$(PREFIX))) $(if $(ROLE),--role $(call quote,$(ROLE))) $(if $(REGION),--region $(call quote,$(REGION))) $(if $(REMOVE),--remove)

receipt-key: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
receipt-key: $(VENV)/installed ## Make the key that signs receipts, in place of the one before: [STAGE=dev]
	@$(PY) -m tools.receipt_key --stage $(call quote,$(STAGE))

secret: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
secret: $(VENV)/installed ## Keep a secret of a tenant's, read from the terminal: TENANT=demo NAME=board [REMOVE=1] [STAGE=dev]
	@$(PY) -m tools.secret --stage $(call quote,$(STAGE)) --tenant $(call quote,$(TENANT)) --name $(call quote,$(NAME)) $(if $(REMOVE),--remove)

api-key: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
api-key: $(VENV)/installed ## Make an API key: TENANT=demo [SCOPES=submit,read NAME=…]; or LIST=1, ROTATE=id [GRACE_DAYS=7], REVOKE=id [STAGE=dev]
	@$(PY) -m tools.api_key --stage $(call quote,$(STAGE)) --tenant $(call quote,$(TENANT)) $(if $(SCOPES),--scopes $(call quote,$(SCOPES))) \
		$(if $(NAME),--name $(call quote,$(NAME))) $(if $(LIST),--list) $(if $(ROTATE),--rotate $(call quote,$(ROTATE))) \
		$(if $(REVOKE),--revoke $(call quote,$(REVOKE))) $(if $(GRACE_DAYS),--grace-days $(call quote,$(GRACE_DAYS)))

tenant: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
tenant: $(VENV)/installed ## Show or settle a tenant's limits: TENANT=demo [REPORTS_PER_DAY=n COMPUTE_SECONDS=n EMAILS_PER_DAY=n WAITING=n ROWS=n BYTES=n RETENTION_DAYS=n EMAIL_TO=@example.com,… EMAIL_TITLES=yes, or - for that of all; CLASS=trial] [STAGE=dev]
	@$(PY) -m tools.tenant --stage $(call quote,$(STAGE)) --tenant $(call quote,$(TENANT)) $(if $(BYTES),--bytes-per-report=$(call quote,$(BYTES))) \
		$(if $(REPORTS_PER_DAY),--reports-per-day=$(call quote,$(REPORTS_PER_DAY))) \
		$(if $(EMAILS_PER_DAY),--emails-per-day=$(call quote,$(EMAILS_PER_DAY))) $(if $(WAITING),--waiting-requests=$(call quote,$(WAITING))) \
		$(if $(RETENTION_DAYS),--retention-days=$(call quote,$(RETENTION_DAYS))) \
		$(if $(EMAIL_TO),--email-to=$(call quote,$(EMAIL_TO))) $(if $(EMAIL_TITLES),--email-titles=$(call quote,$(EMAIL_TITLES))) \
		$(if $(COMPUTE_SECONDS),--compute-seconds-per-day=$(call quote,$(COMPUTE_SECONDS))) $(if $(ROWS),--rows-per-report=$(call quote,$(ROWS))) \
		$(if $(CLASS),--tenant-class=$(call quote,$(CLASS)))

PAUSE = $(PY) -m tools.pause $@ --stage $(call quote,$(STAGE)) $(if $(TENANT),--tenant $(call quote,$(TENANT))) \
	$(if $(TEMPLATE),--template $(call quote,$(TEMPLATE))) $(if $(ALL),--all) $(if $(REASON),--reason $(call quote,$(REASON)))

pause resume: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
pause: $(VENV)/installed ## Pause renders, and list what is paused: [REASON="for callers" TENANT=… TEMPLATE=… or ALL=1] [STAGE=dev]
	@$(PAUSE)

resume: $(VENV)/installed ## Go on with renders that were paused: TENANT=… TEMPLATE=…, as they were paused, or ALL=1 [STAGE=dev]
	@$(PAUSE)

replay: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
replay: $(VENV)/installed ## Send once more what a receiver did not get: RECEIVER=host SINCE=6h [MAX=n] [DRY_RUN=1] [STAGE=dev]
	@$(PY) -m tools.replay --stage $(call quote,$(STAGE)) $(if $(RECEIVER),--receiver $(call quote,$(RECEIVER))) \
		$(if $(SINCE),--since $(call quote,$(SINCE))) $(if $(MAX),--max $(call quote,$(MAX))) $(if $(DRY_RUN),--dry-run)

rollback: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
rollback: setup ## Take a stage back to the deployment before: [TO=… LIST=1] [STAGE=dev]
	@$(PY) -m tools.rollback --stage $(call quote,$(STAGE)) $(if $(TO),--to $(call quote,$(TO))) $(if $(LIST),--list)

costs: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
costs: $(VENV)/installed ## Sum up what reports have cost, by tenant and template: [TENANT=…] [SINCE=30d] [STAGE=dev]
	@$(PY) -m tools.costs --stage $(call quote,$(STAGE)) $(if $(TENANT),--tenant $(call quote,$(TENANT))) $(if $(SINCE),--since $(call quote,$(SINCE)))

hold retention: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
hold: $(VENV)/installed ## Keep all that a tenant has, whatever its time: TENANT=demo REASON="case 7", or RELEASE=1 [STAGE=dev]
	@$(PY) -m tools.retention --stage $(call quote,$(STAGE)) --tenant $(call quote,$(TENANT)) --hold \
		$(if $(REASON),--reason=$(call quote,$(REASON))) $(if $(RELEASE),--release)

retention: $(VENV)/installed ## Have all that a tenant has expire as is settled for it now: TENANT=demo [STAGE=dev]
	@$(PY) -m tools.retention --stage $(call quote,$(STAGE)) --tenant $(call quote,$(TENANT))

forget audit: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
forget: $(VENV)/installed ## Erase all that a tenant has, and print the proof: TENANT=demo CONFIRM=demo [STAGE=dev]
	@$(PY) -m tools.forget --stage $(call quote,$(STAGE)) --tenant $(call quote,$(TENANT)) $(if $(CONFIRM),--confirm=$(call quote,$(CONFIRM)))

audit: $(VENV)/installed ## Print who asked for reports, who got them, and what was removed: [TENANT=demo] [SINCE=1d] [STAGE=dev]
	@$(PY) -m tools.audit --stage $(call quote,$(STAGE)) $(if $(TENANT),--tenant $(call quote,$(TENANT))) $(if $(SINCE),--since $(call quote,$(SINCE)))

## Check

# Side by side, for the functional tests wait most of the time; those that do not wait give way to those that do. On an
# endpoint of yours there is one stack, which they can only use one after the other.
test: setup page ## Run the whole gate: what CI runs
	@MAKE='$(MAKE)' $(PY) -m tools.gate lint types unit web functional chaos-short

# Neither engine nor stack: the folders left out, and tests marked `gate`, take minutes. Hypothesis tries few examples.
QUICK := -m 'not slow and not gate' --hypothesis-profile=quick --capture=sys $(addprefix --ignore=tests/unit/,engine fuzzing stack templates tools)

# Types by mypy's daemon, which looks at what changed since the last time, and ends after an hour; the gate asks mypy itself.
# Bytecode is kept even where the environment says otherwise: to compile all tests anew takes a third of the time.
quick: $(VENV)/installed ## Check what most changes break, in half a minute: lint, types, and unit tests without engine and stack
	@$(VENV)/bin/ruff check --quiet
	@$(VENV)/bin/ruff format --check --quiet
	@$(VENV)/bin/dmypy run --timeout 3600
	@env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest tests/unit --quiet $(QUICK)

lint: setup ## Check style and format
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check

types: setup ## Check types
	@nice $(VENV)/bin/mypy

unit: setup ## Run the unit tests, cfn-lint on the compiled templates among them: [RANDOM=1 for other and more examples of properties]
	@nice $(PY) -m pytest tests/unit --numprocesses=auto $(if $(RANDOM),--hypothesis-profile=random)

# Twice the time of the unit tests, so it is no part of the gate. The engine's own processes, which are confined, cannot write
# what they measure, so its bound is what its tests reached without those of templates and of the sandbox.
COVERED = $(PY) -m coverage report --skip-covered --show-missing

coverage: setup ## Measure which lines and branches of reports/ the unit tests take, which takes half an hour
	@rm -rf build/coverage && mkdir -p build/coverage
	@nice $(PY) -m coverage run -m pytest tests/unit --quiet --numprocesses=auto
	@$(PY) -m coverage combine --quiet
	@$(COVERED) --include='reports/engine/*' --fail-under=90
	@$(COVERED) --omit='reports/engine/*'

web: setup ## Check the types of the page, and run its unit tests
	@cd web && npm run --silent types
	@cd web && npm test --silent

functional: setup page ## Run the functional tests on AWS_ENDPOINT_URL, or on an embedded emulator that enforces IAM (AUTH=false: not)
	@AUTH=$(or $(AUTH),true) STAGE= $(PY) -m tools.functional

browser: setup page ## Try the page in a real browser, on AWS_ENDPOINT_URL or an embedded emulator; pictures in build/screenshots
	@AUTH=$(or $(AUTH),true) STAGE= $(PY) -m tools.functional tests/browser

# JOBS=2 takes some minutes, the default 20 an hour.
chaos: setup ## Break a stack on purpose, on AWS_ENDPOINT_URL or an embedded emulator, and count what gets lost: JOBS=2
	@CHAOS_JOBS=$(JOBS) $(PY) -m tools.chaos

.PHONY: chaos-short
chaos-short: setup
	@CHAOS_JOBS=1 $(PY) -m tools.chaos -m short

fuzz: setup ## Look for inputs that end in another way than they may: [TARGET=csv|xlsx|svg|table|web|… SECONDS=60 SEED=n], or TARGET= INPUT=file to try one
ifneq ($(TARGET),web)
	@$(PY) -m tools.fuzz $(if $(TARGET),--target $(call quote,$(TARGET))) $(if $(SECONDS),--seconds $(call quote,$(SECONDS))) \
		$(if $(SEED),--seed $(call quote,$(SEED))) $(if $(INPUT),--input $(call quote,$(INPUT)))
endif
ifeq ($(filter-out web,$(TARGET))$(INPUT),)
	@cd web && FUZZ_SECONDS=$(call quote,$(or $(SECONDS),60)) FUZZ_SEED=$(call quote,$(SEED)) npm test --silent -- tests/fuzz.test.ts
endif

## Measure

bench: setup ## Measure speed and memory: [SIZES=1000,10000 REPEAT=3 RENDERS=1000 PEERS=1 DOCS=1], or TABLES=1 for tables of packages alone
	@$(PY) -m tools.bench $(if $(SIZES),--sizes $(call quote,$(SIZES))) $(if $(REPEAT),--repeat $(call quote,$(REPEAT))) \
		$(if $(RENDERS),--renders $(call quote,$(RENDERS))) $(if $(PEERS),--peers) $(if $(TABLES),--tables) $(if $(DOCS),--docs)

load: $(VENV)/installed ## Send many requests to the stack of make up, and measure: [REQUESTS=300 CONNECTIONS=n WAIT=seconds RATE=n NEIGHBOUR=1]
	@$(PY) -m tools.load $(if $(RATE),--rate $(call quote,$(RATE))) $(if $(NEIGHBOUR),--neighbour) $(if $(REQUESTS),--requests $(call quote,$(REQUESTS))) $(if $(WAIT),--wait $(call quote,$(WAIT))) \
		$(if $(CONNECTIONS),--connections $(call quote,$(CONNECTIONS)))

## Deploy

deploy-local: setup page ## Deploy to LocalStack in Docker
	@docker info >/dev/null 2>&1 || { echo "Docker is not running here, and LocalStack needs it. Without Docker: make test" >&2; exit 1; }
	@docker compose up --wait
	@$(PY) -m tools.package --target $(MACHINE) --with-faults
	@$(PY) -m tools.deploy --stage local --endpoint http://127.0.0.1:4566 --examples --params $(call quote,$(PARAMS))

test-functional: setup ## Run the functional tests on LocalStack as deployed, or on a stage of AWS: STAGE=dev
	@$(if $(filter command line,$(origin STAGE)),STAGE=$(STAGE),THIS_MACHINE=host.docker.internal AWS_ENDPOINT_URL=http://127.0.0.1:4566) \
		$(PY) -m tools.functional

deploy: deploy-check setup page ## Deploy to AWS with the usual credentials: STAGE=dev [ARCH=arm64 ALERT_EMAIL=… EMAIL_SENDER=… EMAIL_TO=… PARAMS="name=value …"]
	@$(PY) -m tools.package --target $(ARCH)
	@$(DEPLOY)

DEPLOY = $(PY) -m tools.deploy --stage $(call quote,$(STAGE)) --architecture $(call quote,$(ARCH)) --params $(call quote,$(PARAMS))

# Before anything is built, which takes minutes.
.PHONY: deploy-check
deploy-check: $(VENV)/installed
	@$(DEPLOY) --check

deployer: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),dev)
deployer: setup ## Write the template of the role by which GitHub Actions deploys: STAGE=dev [PARAMS="canary=on"]
	@$(PY) -m tools.deployer --stage $(call quote,$(STAGE)) --params $(call quote,$(PARAMS))

watch: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE),local)
watch: $(VENV)/installed ## Watch a stage's alarms, and fail when one goes off: STAGE=dev [MINUTES=15]
	@$(PY) -m tools.watch --stage $(call quote,$(STAGE)) $(if $(MINUTES),--minutes $(call quote,$(MINUTES)))

remove: STAGE := $(if $(filter command line,$(origin STAGE)),$(STAGE))
remove: $(VENV)/installed ## Remove a stage with all that is in it: STAGE=dev; any but local and dev also CONFIRM=pressrun-<stage>
	@$(PY) -m tools.remove --stage $(call quote,$(STAGE)) --confirm $(call quote,$(CONFIRM))

package: $(VENV)/installed web/node_modules/installed ## Build the packages for AWS into dist/: [ARCH=arm64]
	@$(PY) -m tools.package --target $(ARCH)

## Renew

build/docs/installed: requirements/docs.txt
	$(virtual_environment)
	@touch $@

docs: build/docs/installed ## Build the site of the documentation into build/site; a link that leads nowhere fails: [VERSION=1.2.3]
	@build/docs/bin/python -m tools.docs_site $(if $(VERSION),--version=$(call quote,$(VERSION))) $(if $(OUT),--out=$(call quote,$(OUT)))

openapi: $(VENV)/installed ## Write docs/openapi.json, which says what the API takes and answers
	@$(PY) -m tools.openapi

lock: $(VENV)/installed ## Pin the packages named in requirements/*.in, with hashes
	@$(PY) -m tools.package.requirements

native-lock: $(VENV)/installed ## Pin the newest Debian packages of the native libraries
	@$(PY) -m tools.package.native --lock
