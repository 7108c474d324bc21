package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// pictures are small paintings of a wall with a pipe: with a stain before,
// clean and with a new joint after. A few of each are enough; the store keeps
// equal ones once.
type pictures map[[2]int][]byte

const (
	width, height = 320, 240
	variants      = 6
)

func (p *pictures) of(kind string, variant int) ([]byte, error) {
	key := [2]int{variant % variants, 0}
	if kind == "after" {
		key[1] = 1
	}
	if *p == nil {
		*p = pictures{}
	}
	if (*p)[key] == nil {
		var b bytes.Buffer
		if err := png.Encode(&b, paint(key[0], key[1] == 1)); err != nil {
			return nil, err
		}
		(*p)[key] = b.Bytes()
	}
	return (*p)[key], nil
}

func paint(variant int, after bool) *image.Paletted {
	shade := uint8(variant * 9)
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{
		color.RGBA{226 - shade, 224 - shade, 214, 255}, color.RGBA{206 - shade, 204 - shade, 196, 255}, // tiles, joints
		color.RGBA{120, 128, 136, 255}, color.RGBA{160, 170, 178, 255}, // pipe
		color.RGBA{122, 98, 70, 255}, color.RGBA{154, 134, 108, 255}, // stain
		color.RGBA{184, 148, 62, 255}, color.RGBA{90, 150, 200, 255}, // new joint, drops
	})
	pipe := 90 + variant*22
	for y := range height {
		for x := range width {
			c := uint8(0)
			if x%64 == 0 || (y+variant*5)%48 == 0 {
				c = 1
			}
			if dx := x - pipe; dx > 0 && dx < 26 {
				c = 2
				if dx > 6 && dx < 14 {
					c = 3
				}
			}
			img.SetColorIndex(x, y, marks(c, x-pipe-13, y-120, variant, after))
		}
	}
	return img
}

// marks are what differs before and after, around the joint of the pipe.
func marks(c uint8, dx, dy, variant int, after bool) uint8 {
	far := dx*dx + dy*dy
	switch {
	case after && dx > -19 && dx < 19 && dy > -14 && dy < 14:
		return 6
	case after:
	case dx > -4 && dx < 4 && dy > 10 && (dy+variant*3)%17 < 7:
		return 7
	case far < 900 && (dx*7+dy*3+variant)%5 > 0 && c < 2:
		return 4
	case far < 2400+200*variant && (dx*3+dy*5)%3 > 0 && c < 2:
		return 5
	}
	return c
}
