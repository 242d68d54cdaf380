package main

import "math"

// calls makes function calls that cannot be inlined.
func calls() {
	least("Calls/fib", 242785, func() { sink = fib(25) })
	least("Calls/args", 400000, func() {
		a, b := 1, 2
		for i := 0; i < 400000; i++ {
			a, b = mix(a, b, i, i+1, i+2, i+3)
		}
		sink = a + b
	})
	least("Calls/string", 400000, func() {
		s, n := "0123456789abcdef", 0
		for i := 0; i < 400000; i++ {
			head, tail := cut(s, i&15)
			n += len(head) ^ len(tail)
		}
		sink = n
	})
	least("Calls/defer", 100000, func() {
		n := 0
		for i := 0; i < 100000; i++ {
			deferred(&n)
		}
		sink = n
	})
}

//go:noinline
func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

//go:noinline
func mix(a, b, c, d, e, f int) (int, int) { return a ^ c + d, b ^ e - f }

//go:noinline
func cut(s string, i int) (string, string) { return s[:i], s[i:] }

//go:noinline
func deferred(n *int) {
	defer add(n)
	*n ^= 1
}

//go:noinline
func add(n *int) { *n += 2 }

// shape has four implementations, so that calls of its method stay dynamic.
type shape interface{ area() int }

type (
	square    struct{ side int }
	rectangle struct{ a, b int }
	triangle  struct{ base, height int }
	point     struct{}
)

func (s *square) area() int    { return s.side * s.side }
func (r *rectangle) area() int { return r.a * r.b }
func (t *triangle) area() int  { return t.base * t.height / 2 }
func (point) area() int        { return 0 }

// iface calls a method of an interface.
func iface() {
	shapes := make([]shape, 1024)
	for i := range shapes {
		switch i * 7 % 4 {
		case 0:
			shapes[i] = &square{i}
		case 1:
			shapes[i] = &rectangle{i, i + 1}
		case 2:
			shapes[i] = &triangle{i, i + 2}
		default:
			shapes[i] = point{}
		}
	}
	const loops = 400
	least("Iface", loops*len(shapes), func() {
		n := 0
		for i := 0; i < loops; i++ {
			n += total(shapes)
		}
		sink = n
	})
}

//go:noinline
func total(shapes []shape) int {
	n := 0
	for _, s := range shapes {
		n += s.area()
	}
	return n
}

// compute is what a compiler's optimiser is for: arithmetic in loops.
func compute() {
	const steps = 10000
	least("Compute/nbody", steps, func() { sink = planets(steps) })
	least("Compute/sieve", 1<<17, func() { sink = sieve(1 << 17) })
	least("Compute/matrix", 100*100*100, func() { sink = multiply(100) })
}

type body struct{ x, y, z, vx, vy, vz, mass float64 }

func planets(steps int) float64 {
	bodies := []body{
		{0, 0, 0, 0, 0, 0, 39.47},
		{4.84, -1.16, -0.10, 0.60, 2.81, -0.02, 0.037},
		{8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.011},
		{12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017},
		{15.37, -25.9, 0.17, 0.97, 0.59, -0.03, 0.002},
	}
	for i := 0; i < steps; i++ {
		advance(bodies, 0.01)
	}
	return bodies[0].x
}

//go:noinline
func advance(bodies []body, dt float64) {
	for i := range bodies {
		a := &bodies[i]
		for j := i + 1; j < len(bodies); j++ {
			b := &bodies[j]
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			d2 := dx*dx + dy*dy + dz*dz
			mag := dt / (d2 * math.Sqrt(d2))
			a.vx -= dx * b.mass * mag
			a.vy -= dy * b.mass * mag
			a.vz -= dz * b.mass * mag
			b.vx += dx * a.mass * mag
			b.vy += dy * a.mass * mag
			b.vz += dz * a.mass * mag
		}
	}
	for i := range bodies {
		b := &bodies[i]
		b.x += dt * b.vx
		b.y += dt * b.vy
		b.z += dt * b.vz
	}
}

func sieve(n int) int {
	composite := make([]bool, n)
	count := 0
	for i := 2; i < n; i++ {
		if composite[i] {
			continue
		}
		count++
		for j := 2 * i; j < n; j += i {
			composite[j] = true
		}
	}
	return count
}

func multiply(n int) float64 {
	a, b, c := matrix(n), matrix(n), matrix(n)
	for i := range c {
		for j := range c[i] {
			sum := 0.0
			for k := range b {
				sum += a[i][k] * b[k][j]
			}
			c[i][j] = sum
		}
	}
	return c[n/2][n/3]
}

func matrix(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		for j := range m[i] {
			m[i][j] = float64(i*j%7) + 0.5
		}
	}
	return m
}
