package codegen

import "math/big"

// Magic returns the least l >= from and m = ceil(2^(n+l)/c) with m*c - 2^(n+l) <= 2^l:
// then x/c = x*m >> (n+l) for 0 <= x < 2^n.
func Magic(c uint64, n, from int) (m *big.Int, l int) {
	d := new(big.Int).SetUint64(c)
	for l = from; ; l++ {
		p := new(big.Int).Lsh(big.NewInt(1), uint(n+l))
		m = new(big.Int).Add(p, d)
		m.Sub(m, big.NewInt(1)).Div(m, d)
		e := new(big.Int).Mul(m, d)
		e.Sub(e, p)
		if e.Cmp(new(big.Int).Lsh(big.NewInt(1), uint(l))) <= 0 {
			return m, l
		}
	}
}
