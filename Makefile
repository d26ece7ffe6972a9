# make run     build, load the demo consortium, serve it
# make test    everything: both databases, race detector, browser
# make lint    formatting, vet, staticcheck, generated code, known holes
# make soak    kill it 2,000 times on each engine, a minute of two replicas
# make bench   speed, memory and accuracy, with what they are measured against

GO ?= go

.PHONY: run build test soak lint bench prepare generate

run: build
	./guildhall demo

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o guildhall ./cmd/guildhall

prepare:
	scripts/prepare

test: prepare build
	CI=true scripts/postgres $(GO) test -race -count=1 -timeout 15m ./...

soak: prepare build
	CI=true GUILDHALL_PROGRAM=$(CURDIR)/guildhall GUILDHALL_KILLS=2000 GUILDHALL_REPLICAS=60 \
		scripts/postgres $(GO) test -count=1 -timeout 6h -v -run 'TestP1P2P3|TestP3P5P8' ./internal/app

lint:
	scripts/lint

generate:
	$(GO) generate ./...

bench: build
	scripts/bench
