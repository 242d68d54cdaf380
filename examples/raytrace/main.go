// Command raytrace renders three spheres over a checkered floor in the terminal, every row in a goroutine of its own,
// and tells what the runtime did meanwhile.
//
//	strata run ./examples/raytrace [width]
package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

type vec struct{ x, y, z float64 }

func (a vec) add(b vec) vec         { return vec{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vec) sub(b vec) vec         { return vec{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vec) scale(f float64) vec   { return vec{a.x * f, a.y * f, a.z * f} }
func (a vec) dot(b vec) float64     { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vec) unit() vec             { return a.scale(1 / math.Sqrt(a.dot(a))) }
func (a vec) mirror(normal vec) vec { return a.sub(normal.scale(2 * a.dot(normal))) }

// thing is anything that a ray may hit.
type thing interface {
	hit(from, dir vec) (distance float64, ok bool)
	look(at vec) (normal vec, brightness, shine float64)
}

type sphere struct {
	center vec
	radius float64
	shine  float64
}

func (s *sphere) hit(from, dir vec) (float64, bool) {
	oc := from.sub(s.center)
	b := oc.dot(dir)
	disc := b*b - oc.dot(oc) + s.radius*s.radius
	if disc < 0 {
		return 0, false
	}
	t := -b - math.Sqrt(disc)
	return t, t > 1e-4
}

func (s *sphere) look(at vec) (vec, float64, float64) {
	return at.sub(s.center).unit(), 0.9, s.shine
}

type floor struct{ y float64 }

func (f floor) hit(from, dir vec) (float64, bool) {
	t := (f.y - from.y) / dir.y
	return t, t > 1e-4 && t < 60
}

func (f floor) look(at vec) (vec, float64, float64) {
	if (int(math.Floor(at.x))+int(math.Floor(at.z)))&1 == 0 {
		return vec{0, 1, 0}, 0.85, 0.1
	}
	return vec{0, 1, 0}, 0.25, 0.1
}

type scene struct {
	things []thing
	light  vec
}

func (s *scene) nearest(from, dir vec) (near thing, distance float64) {
	distance = math.Inf(1)
	for _, t := range s.things {
		if d, ok := t.hit(from, dir); ok && d < distance {
			near, distance = t, d
		}
	}
	return near, distance
}

func (s *scene) trace(from, dir vec, depth int) float64 {
	t, d := s.nearest(from, dir)
	if t == nil {
		return 0.05 + 0.25*max(0, dir.y)
	}
	at := from.add(dir.scale(d))
	normal, brightness, shine := t.look(at)
	toLight := s.light.sub(at)
	c := 0.12 * brightness
	if blocker, bd := s.nearest(at, toLight.unit()); blocker == nil || bd*bd > toLight.dot(toLight) {
		c += brightness * max(0, normal.dot(toLight.unit()))
		c += 0.8 * math.Pow(max(0, dir.mirror(normal).dot(toLight.unit())), 40)
	}
	if depth > 0 && shine > 0 {
		c = c*(1-shine) + shine*s.trace(at, dir.mirror(normal), depth-1)
	}
	return c
}

const shades = " .,:;-=+*oahkb#%@"

func (s *scene) row(y, width, height int) string {
	var b strings.Builder
	eye := vec{0, 1.2, -6}
	for x := range width {
		sum := 0.0
		for i := range 9 {
			dx := (float64(x)+float64(i%3)/3)/float64(width) - 0.5
			dy := 0.5 - (float64(y)+float64(i/3)/3)/float64(height)
			sum += s.trace(eye, vec{dx * 1.6, dy*1.05 - 0.08, 1}.unit(), 4)
		}
		b.WriteByte(shades[min(int(sum/9*float64(len(shades))), len(shades)-1)])
	}
	return b.String()
}

func main() {
	width := 100
	if len(os.Args) > 1 {
		n, err := strconv.Atoi(os.Args[1])
		if err != nil || n < 10 || n > 500 {
			fmt.Fprintln(os.Stderr, "usage: raytrace [width], 10 to 500")
			os.Exit(2)
		}
		width = n
	}
	height := width * 2 / 5
	s := &scene{light: vec{-5, 7, -5}, things: []thing{
		floor{-1}, &sphere{vec{-1.9, 0, 0.5}, 1, 0.35}, &sphere{vec{0.4, 0.2, 1.5}, 1.2, 0.6}, &sphere{vec{1.9, -0.3, -0.8}, 0.7, 0.2},
	}}
	start := time.Now()
	rows := make([]string, height)
	var wg sync.WaitGroup
	for y := range rows {
		wg.Go(func() { rows[y] = s.row(y, width, height) })
	}
	wg.Wait()
	fmt.Println(strings.Join(rows, "\n"))
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("\n%d rays in %v on %d processors; %d objects allocated, %d collections; library of %s\n",
		width*height*9, time.Since(start).Round(time.Millisecond), runtime.GOMAXPROCS(0), m.Mallocs, m.NumGC, runtime.Version())
}
