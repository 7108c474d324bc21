package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// segments are which of the seven strokes of a digit are lit: top, left above,
// right above, middle, left below, right below, bottom.
var segments = map[rune]string{'0': "1110111", '1': "0010010", '2': "1011101", '3': "1011011", '4': "0111010", '5': "1101011", '6': "1101111", '7': "1010010", '8': "1111111", '9': "1111011"}

// strokes are where each stands in a digit of 24 × 44.
var strokes = [7]image.Rectangle{image.Rect(4, 0, 20, 4), image.Rect(0, 3, 4, 20), image.Rect(20, 3, 24, 20), image.Rect(4, 20, 20, 24), image.Rect(0, 23, 4, 41), image.Rect(20, 23, 24, 41), image.Rect(4, 40, 20, 44)}

// register paints a water meter that shows a value: whole cubic metres white on
// black, the tenth red.
func register(value string) ([]byte, error) {
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{
		color.RGBA{150, 154, 158, 255}, color.RGBA{244, 244, 238, 255}, color.RGBA{92, 120, 150, 255}, color.RGBA{24, 26, 30, 255}, color.RGBA{240, 240, 236, 255}, color.RGBA{196, 44, 36, 255},
	})
	for y := range height {
		for x := range width {
			dx, dy := x-width/2, y-height/2
			switch far := dx*dx + dy*dy; {
			case dx > -104 && dx < 104 && dy > -34 && dy < 34:
				img.SetColorIndex(x, y, 3)
			case far < 104*104:
				img.SetColorIndex(x, y, 1)
			case far < 116*116:
				img.SetColorIndex(x, y, 2)
			}
		}
	}
	at, shade := width/2-96, uint8(4)
	for _, d := range fivePlaces(value) {
		if d == '.' {
			shade = 5
			continue
		}
		for i, lit := range segments[d] {
			if lit == '0' {
				continue
			}
			r := strokes[i].Add(image.Pt(at, height/2-22))
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					img.SetColorIndex(x, y, shade)
				}
			}
		}
		at += 33
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// fivePlaces is a value as a register of five places and a tenth has it.
func fivePlaces(value string) string {
	whole := value
	for i, r := range value {
		if r == '.' {
			whole = value[:i]
		}
	}
	if whole == value {
		value += ".0"
	}
	for range 5 - len(whole) {
		value = "0" + value
	}
	return value
}
