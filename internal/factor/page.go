package factor

import (
	"context"
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"

	"guildhall/internal/i18n"
)

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "factor."+word, args...)
}

// code is the path that draws a QR code in a square of size by size.
type code struct {
	path string
	size int
}

func qr(text string) (code, error) {
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return code{}, err
	}
	var b strings.Builder
	dots := q.Bitmap()
	for y, line := range dots {
		for x, black := range line {
			if black {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return code{b.String(), len(dots)}, nil
}

func (c code) box() string { return fmt.Sprintf("0 0 %d %d", c.size, c.size) }

// grouped writes a secret in groups of four, as people type it.
func grouped(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
