package load

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Request is one that is sent.
type Request = http.Request

// Server is a server that runs as a process of its own.
type Server struct {
	URL   string
	Start time.Duration // from its start to its first answer
	First string        // the link for the first administrator, where it printed one
	cmd   *exec.Cmd
}

// Run starts a server and waits until it answers at a path.
func Run(address, path string, log io.Writer, name string, args ...string) (*Server, error) {
	s := &Server{URL: "http://" + address, cmd: exec.Command(name, args...)}
	s.cmd.Env = append(os.Environ(), "LANG=C", "LC_ALL=C")
	s.cmd.Stderr = log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := make(chan string, 100)
	go func() {
		scan := bufio.NewScanner(out)
		for scan.Scan() {
			select {
			case lines <- scan.Text():
			default:
			}
		}
	}()
	for time.Since(began) < time.Minute {
		if w, err := http.Get(s.URL + path); err == nil {
			io.Copy(io.Discard, w.Body)
			w.Body.Close()
			s.Start = time.Since(began)
			for {
				select {
				case line := <-lines:
					if i := strings.Index(line, "/links/"); i >= 0 {
						s.First = strings.TrimSpace(line[i:])
					}
					continue
				case <-time.After(2 * time.Second):
				}
				return s, nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	s.Stop()
	return nil, fmt.Errorf("%s does not answer", name)
}

// Stop ends the server.
func (s *Server) Stop() {
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.cmd.Wait()
}

// Status reads a figure of the process: VmRSS and VmHWM in mebibytes, Threads as they are.
func (s *Server) Status(name string) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	for line := range strings.Lines(string(text)) {
		if key, rest, _ := strings.Cut(line, ":"); key == name {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err == nil && strings.Contains(rest, "kB") {
				kb /= 1024
			}
			return kb
		}
	}
	return 0
}

// Processor gives how long the process has been at the processors.
func (s *Server) Processor() time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// JSON makes a request that speaks JSON, for whoever bears the header (name: value).
func JSON(method, address, header string, body any) *http.Request {
	var text io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		text = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, address, text)
	if err != nil {
		panic(err)
	}
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if name, value, ok := strings.Cut(header, ": "); ok {
		r.Header.Set(name, value)
	}
	return r
}

// Ask sends a request and reads the answer into out, where that is not nil.
func Ask(r *http.Request, out any) (*http.Response, error) {
	w, err := Client(1).Do(r)
	if err != nil {
		return nil, err
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err == nil && w.StatusCode >= 400 {
		err = fmt.Errorf("%s %s: %s %.300s", r.Method, r.URL, w.Status, text)
	}
	if err == nil && out != nil {
		err = json.Unmarshal(text, out)
	}
	return w, err
}

// Form posts a form and gives the session that comes back.
func Form(address string, values url.Values) (session string, err error) {
	r, err := http.NewRequest("POST", address, strings.NewReader(values.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w, err := Ask(r, nil)
	if err != nil {
		return "", err
	}
	for _, c := range w.Cookies() {
		if strings.HasSuffix(c.Name, "session") && c.Value != "" {
			return "Cookie: " + c.Name + "=" + c.Value, nil
		}
	}
	return "", fmt.Errorf("%s gives no session: %s", address, w.Status)
}
