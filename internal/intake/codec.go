package intake

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"guildhall/internal/seal"
)

// errCodec says that kept rows cannot be read: another program's, or damaged.
var errCodec = errors.New("intake: kept rows cannot be read")

// The first byte of packed rows tells their form, so that a newer program still
// reads what an older one kept.
const codecForm = 1

// aside is what a row has beyond its values; most rows have nothing.
type aside struct {
	Findings []Finding `json:"f,omitempty"`
	Raw      []string  `json:"w,omitempty"`
	Reasons  []Reason  `json:"r,omitempty"`
	Changes  []Change  `json:"c,omitempty"`
}

// pack seals rows: each by its number, its verdict, its values, and what stands
// aside.
func pack(keys *seal.Keys, rows []*Row) ([]byte, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	b := make([]byte, 0, len(rows)*128)
	b = append(b, codecForm)
	b = binary.AppendUvarint(b, uint64(len(rows)))
	for _, r := range rows {
		b = binary.AppendUvarint(b, uint64(r.Number))
		b = append(b, byte(r.Verdict))
		b = binary.AppendUvarint(b, uint64(len(r.Values)))
		for _, v := range r.Values {
			b = binary.AppendUvarint(b, uint64(len(v.Text)))
			b = append(b, v.Text...)
			b = binary.AppendVarint(b, v.Num)
		}
		var rest []byte
		if len(r.Findings)+len(r.Reasons)+len(r.Changes)+len(r.Raw) > 0 {
			var err error
			if rest, err = json.Marshal(aside{r.Findings, r.Raw, r.Reasons, r.Changes}); err != nil {
				return nil, err
			}
		}
		b = binary.AppendUvarint(b, uint64(len(rest)))
		b = append(b, rest...)
	}
	var z bytes.Buffer
	w, err := flate.NewWriter(&z, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return keys.Bytes(z.Bytes()), nil
}

// unpack gives back what pack sealed.
func unpack(keys *seal.Keys, kind *Kind, sealed []byte) ([]*Row, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	packed, err := keys.OpenBytes(sealed)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCodec, err)
	}
	d := decoder{text: string(b)}
	if d.byte() != codecForm {
		return nil, errCodec
	}
	rows := make([]*Row, 0, min(d.uint(), uint64(len(b))))
	for n := uint64(cap(rows)); n > 0 && !d.bad; n-- {
		r, err := d.row(kind)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	if d.bad || d.text != "" {
		return nil, errCodec
	}
	return rows, nil
}

// decoder reads packed rows; their texts share its memory.
type decoder struct {
	text string
	bad  bool
}

func (d *decoder) row(kind *Kind) (*Row, error) {
	r := &Row{Kind: kind, Number: int(d.uint()), Verdict: Verdict(d.byte()), Values: make([]Value, len(kind.Fields))}
	for i, n := uint64(0), d.uint(); i < n && !d.bad; i++ {
		v := Value{Text: d.take(d.uint())}
		v.Num = d.int()
		if i < uint64(len(r.Values)) {
			r.Values[i] = v
		}
	}
	rest := d.take(d.uint())
	if rest == "" || d.bad {
		return r, nil
	}
	var a aside
	if err := json.Unmarshal([]byte(rest), &a); err != nil {
		return nil, fmt.Errorf("%w: %w", errCodec, err)
	}
	r.Findings, r.Raw, r.Reasons, r.Changes = a.Findings, a.Raw, a.Reasons, a.Changes
	return r, nil
}

func (d *decoder) byte() byte {
	if s := d.take(1); s != "" {
		return s[0]
	}
	return 0
}

func (d *decoder) take(n uint64) string {
	if n > uint64(len(d.text)) {
		d.bad, d.text = true, ""
		return ""
	}
	s := d.text[:n]
	d.text = d.text[n:]
	return s
}

func (d *decoder) uint() (v uint64) {
	for shift := 0; shift < 64; shift += 7 {
		b := d.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	d.bad = true
	return 0
}

func (d *decoder) int() int64 {
	u := d.uint()
	return int64(u>>1) ^ -int64(u&1)
}
