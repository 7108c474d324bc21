# Everything a person needs to know about building this stands in `make help`.
SHELL := /bin/bash
LISTEN ?= 127.0.0.1:8080
DATA ?= ./data-demo
ONLY ?=
GOVULNDB ?= https://vuln.go.dev
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

export CGO_ENABLED := 0

.PHONY: help demo test check vuln fuzz bench gen build
.DEFAULT_GOAL := help

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  LISTEN=$(LISTEN)  DATA=$(DATA)      for demo"
	@echo "  ONLY=QUA-01,QUA-06                              for bench"

demo: build ## serve an invented, lively community on LISTEN, kept in DATA
	exec bin/guanjia demo --listen "$(LISTEN)" --data "$(DATA)"

test: ## everything: faces, lint, tests on both engines, stories in a browser
	scripts/test.sh

check: ## what needs no running database or browser: formats, types, lint
	scripts/test.sh web lint

vuln: ## known vulnerabilities in what the program is made of; fetches the list from GOVULNDB
	cd tools/vuln && go build -o ../../bin/govulncheck golang.org/x/vuln/cmd/govulncheck
	bin/govulncheck -db "$(GOVULNDB)" ./...

fuzz: ## every fuzzer for FOR each (30s)
	scripts/fuzz.sh $(FOR)

bench: build ## measure the figures of the spec on both engines, a line each
	scripts/setup.sh postgres
	scripts/with-postgres.sh go run ./bench -program bin/guanjia -only "$(ONLY)"

gen: ## write api/openapi.json, routes.golden and the faces' types anew from the Go code
	scripts/gen.sh

build: ## bin/guanjia, with its faces inside
	scripts/setup.sh go web
	cd web && npm run --silent build
	go build -trimpath -ldflags "-s -w -X guanjia/internal/app.version=$(VERSION)" -o bin/guanjia .
