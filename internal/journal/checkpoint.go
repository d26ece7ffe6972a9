package journal

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/seal"
)

// A checkpoint is due when the chain has grown and so long has gone by, or so many
// entries have been added.
const (
	checkpointAge   = 10 * time.Minute
	checkpointCount = 1000
)

// Checkpoint says what a body's chain was at a time: its size and the root of its
// tree, in the form of C2SP's tlog-checkpoint, signed by Ed25519, or by SM2 where the suite is the Chinese one.
type Checkpoint struct {
	Body string    `json:"body"`
	Size int64     `json:"size"`
	At   time.Time `json:"at"`
	Note string    `json:"note"`

	root  tlog.Hash
	suite string // of the chain's hashes
}

// Signer signs checkpoints. Its key stands outside of the database.
type Signer struct {
	key  *seal.SigningKey
	text string // the verifier's key, for anybody
	hash uint32
}

// NewSigner makes a signer of a key.
func NewSigner(key *seal.SigningKey) (*Signer, error) {
	text, err := verifierText(key.Suite, key.Public)
	if err != nil {
		return nil, err
	}
	v, err := verifierOf(text)
	if err != nil {
		return nil, err
	}
	return &Signer{key, text, v.KeyHash()}, nil
}

func (s *Signer) Name() string                    { return signerName }
func (s *Signer) KeyHash() uint32                 { return s.hash }
func (s *Signer) Sign(msg []byte) ([]byte, error) { return s.key.Sign(msg) }

// VerifierKey is what others need to check checkpoints: it may be published.
func (s *Signer) VerifierKey() string { return s.text }

// Checkpoint makes a checkpoint of the body of ctx if one is due, or if now is set
// and the chain has grown at all; nil otherwise.
func (s *Signer) Checkpoint(ctx context.Context, d *db.DB, now bool) (*Checkpoint, error) {
	due, err := db.View(ctx, d, func(tx *db.Tx) (bool, error) { return isDue(tx, now) })
	if err != nil || !due {
		return nil, err
	}
	return db.Update(ctx, d, func(tx *db.Tx) (*Checkpoint, error) {
		if due, err := isDue(tx, now); err != nil || !due {
			return nil, err // another process was first
		}
		t, err := head(tx, tx.Body)
		if err != nil {
			return nil, err
		}
		c := &Checkpoint{Body: tx.Body, Size: t.size, At: tx.Now, root: t.root(), suite: t.suite.HashName}
		if err := c.sign(s); err != nil {
			return nil, err
		}
		_, err = tx.Exec(`INSERT INTO journal_checkpoint (body, size, at, note) VALUES ($1, $2, $3, $4)`, c.Body, c.Size, c.At, c.Note)
		return c, err
	})
}

func isDue(tx *db.Tx, now bool) (bool, error) {
	t, err := head(tx, tx.Body)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	last, err := lastCheckpoint(tx)
	if errors.Is(err, fault.NotFound) {
		return true, nil
	}
	grown := t.size - last.Size
	return grown > 0 && (now || grown >= checkpointCount || tx.Now.Sub(last.At) >= checkpointAge), err
}

func (c *Checkpoint) sign(s *Signer) error {
	text := fmt.Sprintf("%s%s\n%d\n%s\n%s\n", origin, c.Body, c.Size, c.root, c.At.UTC().Format(time.RFC3339))
	if c.suite != seal.Default().HashName {
		text += hashedBy + c.suite + "\n"
	}
	signed, err := note.Sign(&note.Note{Text: text}, s)
	c.Note = string(signed)
	return err
}

const (
	origin   = "guildhall/"
	hashedBy = "hash "
)

// ReadCheckpoint opens a checkpoint that was signed under a verifier's key, or under one
// of several with blanks between them.
func ReadCheckpoint(signed, verifierKey string) (*Checkpoint, error) {
	known, err := verifiers(verifierKey)
	if err != nil {
		return nil, err
	}
	n, err := note.Open([]byte(signed), known)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 5 || !strings.HasPrefix(lines[0], origin) {
		return nil, errors.New("journal: this is no checkpoint")
	}
	c := &Checkpoint{Body: strings.TrimPrefix(lines[0], origin), Note: signed, suite: seal.Default().HashName}
	if by, ok := strings.CutPrefix(lines[4], hashedBy); ok {
		c.suite = by
	}
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 {
		return nil, errors.New("journal: the checkpoint has no size")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return nil, errors.New("journal: the checkpoint has no root")
	}
	c.root = tlog.Hash(root)
	if c.At, err = time.Parse(time.RFC3339, lines[3]); err != nil {
		return nil, fmt.Errorf("journal: the checkpoint has no time: %w", err)
	}
	return c, nil
}

func scanCheckpoint(row db.Row) (c *Checkpoint, err error) {
	c = &Checkpoint{}
	err = row.Scan(&c.Body, &c.Size, &c.At, &c.Note)
	return c, err
}

func lastCheckpoint(tx *db.Tx) (*Checkpoint, error) {
	return db.One(tx, scanCheckpoint, `SELECT body, size, at, note FROM journal_checkpoint WHERE body = $1 ORDER BY size DESC LIMIT 1`, tx.Body)
}

// LastCheckpoint gives the newest checkpoint of the body, or NotFound.
func LastCheckpoint(tx *db.Tx) (*Checkpoint, error) { return lastCheckpoint(tx) }

// CheckpointsAfter gives the checkpoints of the body that are larger than a size.
func CheckpointsAfter(tx *db.Tx, size int64) ([]*Checkpoint, error) {
	return db.All(tx, scanCheckpoint, `SELECT body, size, at, note FROM journal_checkpoint WHERE body = $1 AND size > $2 ORDER BY size`, tx.Body, size)
}
