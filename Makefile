# Every target calls one command; what the command does is documented where it lives.
.DEFAULT_GOAL := help
.PHONY: help run build test check regen bench

help: ## Show the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build the release binary and start it on http://localhost:4566.
	cargo run --release --package fogbank -- start

build: ## Build the release binary, target/release/fogbank.
	cargo build --release --package fogbank

test: ## Set up what the tests need, then run all of them.
	tests/run

check: ## What CI checks besides the tests: format, lints, tidy, freshness, licences.
	tests/check

regen: ## Generate the code from the pinned AWS models.
	cargo xtask regen

bench: ## Measure throughput and latency beside a bare hyper server.
	cargo xtask bench
