# The two commands are `make demo` and `make test`; both install what the machine lacks.

# Places where tests end or stop a process; no other build has them.
TEST_FEATURES = --features pullwright-runner/failpoints

# Tests wait for processes and disks more than they calculate: twice as many at once as there are cores.
TEST_THREADS ?= $(shell echo $$((2 * $$(nproc 2>/dev/null || echo 2))))

# Where cargo builds; logs and reports are in target/ in any case.
TARGET = $(or $(CARGO_TARGET_DIR),target)

# A contract that clients were built against; what came later must not break it.
CONTRACT = a838ab4044d6a82ba85aa53d2f0498f30888b939

.PHONY: help demo up down test lint format bench chaos

help: ## Say what there is
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Run the main job once, from registration to merge, on a private stack
	@deploy/local/setup.sh
	@deploy/local/build.sh
	@$(TARGET)/debug/pullwright-local demo

up: ## Start the stack and leave it running (UP_PORT_BASE and GITHUB_HOSTS_FILE are honoured)
	@deploy/local/setup.sh
	@deploy/local/build.sh
	@exec $(TARGET)/debug/pullwright-local up

down: ## Stop the stack that `make up` left running
	@if [ -x $(TARGET)/debug/pullwright-local ]; then $(TARGET)/debug/pullwright-local down; else echo "no stack is up"; fi

test: ## Run all tests on real PostgreSQL, Redis, git and HTTP
	@deploy/local/setup.sh --test
	@deploy/local/github-openapi.sh >/dev/null
	@deploy/local/schemathesis.sh --version >/dev/null
	@deploy/local/webhooks-examples.sh >/dev/null
	@deploy/local/build.sh $(TEST_FEATURES)
	RUST_TEST_THREADS=$(TEST_THREADS) cargo test --workspace --locked --no-fail-fast $(TEST_FEATURES)

bench: ## Measure a release build; BENCH=open|lists|webhooks|all
	@case "$(BENCH)" in \
	open | lists) deploy/local/setup.sh ;; \
	*) deploy/local/setup.sh --test && deploy/local/webhooks-examples.sh >/dev/null ;; \
	esac
	cargo build --locked --release --workspace --bins
	@$(TARGET)/release/pullwright-bench

# A debug build on two cores cannot keep the pace of 200 changes a second.
chaos: ## Kill processes and spoil deliveries, and look whether all holds; SCENARIO=webhooks, SEED=n repeats a run
	@deploy/local/setup.sh
	cargo build --locked --release --workspace --bins
	@$(TARGET)/release/pullwright-chaos

lint: ## Check formatting, warnings, the contract and the scripts
	@deploy/local/setup.sh --lint
	cargo fmt --all --check
	deploy/local/buf.sh lint
	deploy/local/buf.sh format --diff --exit-code
	@if git cat-file -e $(CONTRACT) 2>/dev/null; then deploy/local/buf.sh breaking --against '.git#ref=$(CONTRACT)'; \
	else echo "this clone has no history: whether the contract still holds is not looked at"; fi
	shellcheck deploy/local/*.sh .ci/run
	cargo clippy --workspace --all-targets --locked -- -D warnings

format: ## Format the code and the contract
	cargo fmt --all
	deploy/local/buf.sh format --write
