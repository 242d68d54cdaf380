package main

import "math"

type body struct{ x, y, z, vx, vy, vz, mass float64 }

func nbody() uint64 {
	bodies := []body{
		{0, 0, 0, 0, 0, 0, 39.47841760435743},
		{4.841431442464721, -1.1603200440274284, -0.10362204447112311, 0.606326392995832, 2.81198684491626, -0.02521836165988763, 0.03769367487038949},
		{8.34336671824458, 4.124798564124305, -0.4035234171143214, -1.0107743461787924, 1.8256623712304119, 0.008415761376584154, 0.011286326131968767},
		{12.894369562139131, -15.111151401698631, -0.22330757889265573, 1.0827910064415354, 0.8687130181696082, -0.010832637401363636, 0.0017237240570597112},
		{15.379697114850917, -25.919314609987964, 0.17925877295037118, 0.979090732243898, 0.5946989986476762, -0.034755955550407806, 0.0020336868699246304},
	}
	for range 200_000 {
		advance(bodies, 0.01)
	}
	e := 0.0
	for _, b := range bodies {
		e += b.mass * (b.vx*b.vx + b.vy*b.vy + b.vz*b.vz)
	}
	return math.Float64bits(e)
}

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

func spectralnorm() uint64 {
	const n = 300
	a := func(i, j int) float64 { return 1 / float64((i+j)*(i+j+1)/2+i+1) }
	u, v, t := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range u {
		u[i] = 1
	}
	mul := func(dst, src []float64, transposed bool) {
		for i := range dst {
			s := 0.0
			for j, x := range src {
				if transposed {
					s += a(j, i) * x
				} else {
					s += a(i, j) * x
				}
			}
			dst[i] = s
		}
	}
	for range 5 {
		mul(t, u, false)
		mul(v, t, true)
		mul(t, v, false)
		mul(u, t, true)
	}
	var uv, vv float64
	for i := range u {
		uv += u[i] * v[i]
		vv += v[i] * v[i]
	}
	return math.Float64bits(math.Sqrt(uv / vv))
}

func mandelbrot() uint64 {
	const n = 256
	count := uint64(0)
	for py := range n {
		for px := range n {
			cr, ci := float64(px)/n*3-2, float64(py)/n*3-1.5
			zr, zi := 0.0, 0.0
			i := 0
			for ; i < 100 && zr*zr+zi*zi < 4; i++ {
				zr, zi = zr*zr-zi*zi+cr, 2*zr*zi+ci
			}
			count += uint64(i)
		}
	}
	return count
}

func matmul() uint64 {
	const n = 160
	var a, b, c [n][n]float64
	for i := range n {
		for j := range n {
			a[i][j], b[i][j] = float64(i+j), float64(i-j)
		}
	}
	for i := range n {
		for j := range n {
			s := 0.0
			for k := range n {
				s += a[i][k] * b[k][j]
			}
			c[i][j] = s
		}
	}
	return math.Float64bits(c[3][5] + c[n-1][n-1])
}

func fannkuch() uint64 {
	const n = 8
	var perm1, perm, count [n]int
	for i := range perm1 {
		perm1[i] = i
	}
	maxFlips, checksum, r, nperm := 0, 0, n, 0
	for {
		for ; r != 1; r-- {
			count[r-1] = r
		}
		perm = perm1
		flips := 0
		for k := perm[0]; k != 0; k = perm[0] {
			for i, j := 0, k; i < j; i, j = i+1, j-1 {
				perm[i], perm[j] = perm[j], perm[i]
			}
			flips++
		}
		maxFlips = max(maxFlips, flips)
		if nperm&1 == 0 {
			checksum += flips
		} else {
			checksum -= flips
		}
		for {
			if r == n {
				return uint64(checksum)<<8 | uint64(maxFlips)
			}
			first := perm1[0]
			copy(perm1[:r], perm1[1:r+1])
			perm1[r] = first
			if count[r]--; count[r] > 0 {
				break
			}
			r++
		}
		nperm++
	}
}
