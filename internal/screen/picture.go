package screen

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"sync"

	"guildhall/internal/fault"
)

// mostPixels is how large a picture may be: what it takes in memory depends on that and
// not on the size of its file.
const mostPixels = 50_000_000

// oneByOne keeps two large pictures from being in memory at once.
var oneByOne sync.Mutex

// picture reads the header first, and makes a picture anew: what is not picture, such as
// where a camera was, is gone. A turned one is turned upright, since the mark goes too.
func picture(name, kind string, content []byte) ([]byte, error) {
	head, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || head.Width <= 0 || head.Height <= 0 {
		return nil, fault.Invalid.New("screen.broken", name)
	}
	if int64(head.Width)*int64(head.Height) > mostPixels {
		return nil, fault.Invalid.New("screen.pixels", name, mostPixels/1_000_000)
	}
	oneByOne.Lock()
	defer oneByOne.Unlock()
	var out bytes.Buffer
	switch kind {
	case "png":
		var img image.Image
		if img, err = png.Decode(bytes.NewReader(content)); err == nil {
			err = png.Encode(&out, img)
		}
	case "gif": // the first of its pictures
		var img image.Image
		if img, err = gif.Decode(bytes.NewReader(content)); err == nil {
			err = gif.Encode(&out, img, nil)
		}
	default:
		var img image.Image
		if img, err = jpeg.Decode(bytes.NewReader(content)); err == nil {
			err = jpeg.Encode(&out, upright(img, orientation(content)), &jpeg.Options{Quality: 92})
		}
	}
	if err != nil {
		return nil, fault.Invalid.New("screen.broken", name)
	}
	return out.Bytes(), nil
}

// orientation reads the mark by which a camera says how it was held: 1 to 8, 1 where there
// is none that can be read.
func orientation(b []byte) int {
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		size := int(binary.BigEndian.Uint16(b[i+2:]))
		if b[i+1] == 0xda || i+2+size > len(b) || size < 2 {
			return 1
		}
		if part := b[i+4 : i+2+size]; b[i+1] == 0xe1 && bytes.HasPrefix(part, []byte("Exif\x00\x00")) {
			return turned(part[6:])
		}
		i += 2 + size
	}
	return 1
}

func turned(tiff []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	if len(tiff) < 8 {
		return 1
	}
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	for n := int64(order.Uint16(tiff[at:])); n > 0; n-- {
		entry := at + 2 + (n-1)*12
		if entry+12 <= int64(len(tiff)) && order.Uint16(tiff[entry:]) == 0x0112 {
			if v := int(order.Uint16(tiff[entry+8:])); v >= 1 && v <= 8 {
				return v
			}
		}
	}
	return 1
}

// upright turns a picture by a camera's mark.
func upright(img image.Image, mark int) image.Image {
	if mark == 1 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if mark >= 5 {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range b.Dy() {
		for x := range b.Dx() {
			tx, ty := x, y
			switch mark {
			case 2:
				tx = b.Dx() - 1 - x
			case 3:
				tx, ty = b.Dx()-1-x, b.Dy()-1-y
			case 4:
				ty = b.Dy() - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = b.Dy()-1-y, x
			case 7:
				tx, ty = b.Dy()-1-y, b.Dx()-1-x
			case 8:
				tx, ty = y, b.Dx()-1-x
			}
			out.Set(tx, ty, img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return out
}
