package main

import "fmt"

type H struct{ hdr [4]byte }
type Pkt struct {
	H
	body []byte
	sum  [2]struct{ a, b uint8 }
}
type Frame struct {
	Pkt
	crc uint32
}

func main() {
	f := Frame{hdr: [4]byte{1, 2, 3, 4}, body: []byte("hi"), sum: [...]struct{ a, b uint8 }{{1, 2}, {3, 4}}, crc: 0xdead}
	fmt.Printf("%+v\n", f)
	f = Frame{hdr: f.hdr, crc: f.crc + uint32(f.sum[1].b)}
	fmt.Printf("%+v\n", f)
}
