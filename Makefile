# make run     build, load the demo consortium, serve it
# make test    everything: both databases, race detector, browser
# make lint    formatting, vet, staticcheck, generated code, known holes
# make gosec   holes that a machine can guess at, but those with a written reason
# make bench   speed, memory and accuracy, with what they are measured against
# make soak    300 requests a second for ten minutes; 2,000 kills on each engine, a minute of
#              two replicas; then every fuzz target for a minute

GO ?= go

# The race detector watches all but SQLite and the C library under it, which are C put into
# Go and work in memory of their own, and the hashing of passwords, which is slow by design: watched, they make
# the tests twice to three times as slow. Collecting garbage less often saves a fifth.
# Each package's tests wait for stray races at their end, a tenth of a second of the usual
# whole one, and what is asked of the program is asked of the one that was just built.
RACE = -race -gcflags=modernc.org/sqlite/lib=-race=false \
	-gcflags=modernc.org/libc=-race=false -gcflags=modernc.org/memory=-race=false \
	-gcflags=golang.org/x/crypto/argon2=-race=false -gcflags=golang.org/x/crypto/blake2b=-race=false

.PHONY: run build test lint gosec bench soak prepare generate

run: build
	./guildhall demo

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o guildhall ./cmd/guildhall

prepare:
	scripts/prepare

test: prepare build
	CI=true GOGC=300 GORACE=atexit_sleep_ms=100 GUILDHALL_PROGRAM=$(CURDIR)/guildhall \
		scripts/postgres $(GO) test $(RACE) -vet=off -count=1 -timeout 20m ./... # make lint vets
	CI=true GUILDHALL_TEST_SUITE=chinese scripts/postgres $(GO) test -tags gm -count=1 ./internal/seal ./internal/journal ./internal/files ./internal/agreement ./internal/bulletin ./ballot ./internal/council

lint:
	scripts/lint

gosec:
	scripts/gosec

generate:
	$(GO) generate ./...

bench: build
	scripts/bench

soak: prepare build
	scripts/soak
	CI=true GUILDHALL_PROGRAM=$(CURDIR)/guildhall GUILDHALL_KILLS=2000 GUILDHALL_REPLICAS=60 \
		scripts/postgres $(GO) test -count=1 -timeout 6h -v -run 'TestP1P2P3|TestP3P5P8' ./internal/app
	scripts/soak fuzz
