package watch

import (
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

var goVersion = runtime.Version()

// machine tells of the process. What the system does not tell is left out.
func machine() (all []Sample) {
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/total:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(heap)
	all = append(all,
		Sample{Name: "go_goroutines", Help: "Goroutines.", Value: float64(runtime.NumGoroutine())},
		Sample{Name: "go_heap_objects_bytes", Help: "Memory that live and not yet swept objects take.", Value: float64(heap[0].Value.Uint64())},
		Sample{Name: "go_memory_bytes", Help: "Memory that the Go runtime has mapped.", Value: float64(heap[1].Value.Uint64())},
		Sample{Name: "go_gc_cycles_total", Help: "Collections of garbage.", Kind: "counter", Value: float64(heap[2].Value.Uint64())})
	if n, err := openFiles(); err == nil {
		all = append(all, Sample{Name: "process_open_fds", Help: "Open files and connections.", Value: float64(n)})
	}
	for line := range strings.Lines(read("/proc/self/status")) {
		if name, rest, _ := strings.Cut(line, ":"); name == "VmRSS" {
			if kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64); err == nil {
				all = append(all, Sample{Name: "process_resident_memory_bytes", Help: "Memory that lies in the machine's own.", Value: kb * 1024})
			}
		}
	}
	if s, ok := cpuTime(); ok {
		all = append(all, Sample{Name: "process_cpu_seconds_total", Help: "Time at the processors.", Kind: "counter", Value: s.Seconds()})
	}
	return all
}

func read(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}

func openFiles() (int, error) {
	dir, err := os.Open("/proc/self/fd")
	if err != nil {
		return 0, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	return len(names) - 1, err // less the one by which we look
}

// cpuTime reads the time at the processors from /proc, in hundredths of a second.
func cpuTime() (time.Duration, bool) {
	_, rest, ok := strings.Cut(read("/proc/self/stat"), ") ")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 13 {
		return 0, false
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond, err == nil && err2 == nil
}
