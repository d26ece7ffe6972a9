# make run     build, load the demo consortium, serve it
# make test    everything: both databases, race detector, browser
# make lint    formatting, vet, staticcheck, generated code, known holes
# make bench   speed, memory and accuracy, with what they are measured against

GO ?= go

# The race detector watches all but SQLite, which is C put into Go and works in memory
# of its own: watched, it makes the tests three times as slow.
RACE = -race -gcflags=modernc.org/sqlite/lib=-race=false

.PHONY: run build test lint bench prepare generate

run: build
	./guildhall demo

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o guildhall ./cmd/guildhall

prepare:
	scripts/prepare

test: prepare build
	CI=true scripts/postgres $(GO) test $(RACE) -count=1 -timeout 15m ./...

lint:
	scripts/lint

generate:
	$(GO) generate ./...

bench: build
	scripts/bench
