# Run `make help` for the list of targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# A user's GOFLAGS or workspace must not change what is built. GOFLAGS cannot
# simply be empty: the go command would fall back to `go env -w` settings.
export GOFLAGS := -mod=readonly
export GOWORK := off

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  \033[36m%-10s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: generate
generate: ## Regenerate deep copies, CRDs, RBAC and the API reference
	@hack/generate
