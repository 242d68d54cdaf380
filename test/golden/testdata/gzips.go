// Compression round trips.
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"compress/gzip"
	"compress/lzw"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand"
	"strings"
)

func main() {
	r := rand.New(rand.NewSource(1))
	var text bytes.Buffer
	words := strings.Fields("the quick brown fox jumps over a lazy dog and runs away from it all")
	for range 20000 {
		text.WriteString(words[r.Intn(len(words))])
		text.WriteByte(" \n"[r.Intn(2)])
	}
	data := text.Bytes()
	fmt.Println(len(data), crc32.ChecksumIEEE(data))
	for _, level := range []int{flate.HuffmanOnly, 1, 6, 9} {
		var z bytes.Buffer
		w, _ := gzip.NewWriterLevel(&z, level)
		w.Name = "data.txt"
		w.Write(data)
		w.Close()
		size, sum := z.Len(), crc32.ChecksumIEEE(z.Bytes())
		g, err := gzip.NewReader(&z)
		if err != nil {
			fmt.Println(err)
			continue
		}
		back, err := io.ReadAll(g)
		fmt.Println("gzip", level, size, sum, g.Name, bytes.Equal(back, data), err)
	}
	var z bytes.Buffer
	zw := zlib.NewWriter(&z)
	zw.Write(data)
	zw.Close()
	zr, _ := zlib.NewReader(&z)
	back, err := io.ReadAll(zr)
	fmt.Println("zlib", bytes.Equal(back, data), err)

	z.Reset()
	lw := lzw.NewWriter(&z, lzw.LSB, 8)
	lw.Write(data)
	lw.Close()
	fmt.Println("lzw", z.Len())
	back, err = io.ReadAll(lzw.NewReader(&z, lzw.LSB, 8))
	fmt.Println(bytes.Equal(back, data), err)

	b, _ := hex.DecodeString("425a683931415926535944f71378000001919880613206001020220003 34084302b6823c5dc914e14241 13dc4de0"[:54])
	_, err = io.ReadAll(bzip2.NewReader(bytes.NewReader(b)))
	fmt.Println("bzip2", err)
	_, err = gzip.NewReader(strings.NewReader("not gzip at all"))
	fmt.Println(err)

	var arc bytes.Buffer
	tw := tar.NewWriter(&arc)
	tw.WriteHeader(&tar.Header{Name: "a/b.txt", Mode: 0o644, Size: 5})
	tw.Write([]byte("hello"))
	tw.Close()
	tr := tar.NewReader(&arc)
	h, err := tr.Next()
	body, _ := io.ReadAll(tr)
	fmt.Println(h.Name, h.Size, string(body), err)

	arc.Reset()
	aw := zip.NewWriter(&arc)
	f, _ := aw.Create("x/y.txt")
	f.Write(data[:1000])
	aw.Close()
	ar, err := zip.NewReader(bytes.NewReader(arc.Bytes()), int64(arc.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range ar.File {
		rc, _ := f.Open()
		b, err := io.ReadAll(rc)
		fmt.Println(f.Name, f.UncompressedSize64, len(b), err)
	}
}
