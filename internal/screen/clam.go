package screen

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"guildhall/internal/fault"
)

// Clam is the address of ClamAV's daemon, tcp://host:3310 or unix:///path; empty: there
// is none.
type Clam string

// clamWaits is how long the daemon may take over one file.
const clamWaits = 30 * time.Second

// Check tells whether an address can be read.
func (c Clam) Check() error {
	_, _, err := c.where()
	return err
}

func (c Clam) where() (network, address string, err error) {
	u, err := url.Parse(string(c))
	switch {
	case err == nil && u.Scheme == "tcp" && u.Port() != "":
		return "tcp", u.Host, nil
	case err == nil && u.Scheme == "unix" && u.Path != "":
		return "unix", u.Path, nil
	}
	return "", "", fault.Invalid.New("screen.address", string(c))
}

// Look has the daemon look a file over (INSTREAM).
func (c Clam) Look(ctx context.Context, name string, content []byte) error {
	if c == "" {
		return nil
	}
	said, err := c.ask(ctx, "INSTREAM", content)
	if err != nil {
		return away(err)
	}
	said = strings.TrimPrefix(said, "stream: ")
	switch found, ok := strings.CutSuffix(said, " FOUND"); {
	case ok:
		return fault.Invalid.New("screen.virus", name, found)
	case said == "OK":
		return nil
	}
	return away(errors.New(said))
}

// Ping tells whether the daemon answers.
func (c Clam) Ping(ctx context.Context) error {
	said, err := c.ask(ctx, "PING", nil)
	if err == nil && said != "PONG" {
		err = errors.New(said)
	}
	if err != nil {
		return away(err)
	}
	return nil
}

func away(err error) error { return fmt.Errorf("%w: clamd: %w", fault.Away.New("screen.away"), err) }

func (c Clam) ask(ctx context.Context, command string, content []byte) (string, error) {
	network, address, err := c.where()
	if err != nil {
		return "", err
	}
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, network, address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(clamWaits)); err != nil {
		return "", err
	}
	send := bytes.NewBufferString("z" + command + "\x00")
	if command == "INSTREAM" {
		for chunk := content; len(chunk) > 0; {
			n := min(len(chunk), 1<<20)
			send.Write(binary.BigEndian.AppendUint32(nil, uint32(n))) // #nosec G115 -- at most a mebibyte
			send.Write(chunk[:n])
			chunk = chunk[n:]
		}
		send.Write([]byte{0, 0, 0, 0})
	}
	_, sent := send.WriteTo(conn) // a daemon that has seen enough answers and closes
	said, err := bufio.NewReader(conn).ReadString(0)
	if err != nil {
		return "", errors.Join(sent, err)
	}
	return strings.TrimRight(said, "\x00"), nil
}
