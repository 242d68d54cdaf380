//go:build strata

package sched

import (
	"internal/chacha8rand"
	"math/bits"
	"runtime/internal/kernel"
	"runtime/internal/task"
)

// Random numbers: every M has a ChaCha8 generator, seeded from a global one,
// which the kernel seeds; and a cheap one for scheduling decisions.

var (
	seedLock  task.Mutex
	seedState chacha8rand.State
)

// InitRand seeds the global generator; before that nothing here works.
func InitRand() {
	var seed [4]uint64
	if r := kernel.Random; r != nil {
		for i := 0; i < 16; i++ {
			seed[i/8] = seed[i/8]<<8 | uint64(r[i])
		}
	}
	seed[2] = uint64(task.Nanotime())
	seed[3] = uint64(task.CPUTicks())
	seedState.Init64(seed)
}

// SeedRand seeds mp's generators.
func SeedRand(mp *M) {
	task.Lock(&seedLock)
	var seed [4]uint64
	seed[0], seed[1], seed[2], seed[3] = nextSeed(), nextSeed(), nextSeed(), nextSeed()
	mp.Rand.Init64(seed)
	mp.CheapRand = nextSeed()
	task.Unlock(&seedLock)
}

func nextSeed() uint64 {
	for {
		x, ok := seedState.Next()
		if ok {
			return x
		}
		seedState.Refill()
	}
}

// Rand returns a random number of the running M's generator.
//
//go:linkname Rand runtime.rand
func Rand() uint64 {
	mp := task.Acquirem()
	for {
		x, ok := mp.Rand.Next()
		if ok {
			task.Releasem(mp)
			return x
		}
		mp.Rand.Refill()
	}
}

//go:linkname rand32 runtime.rand32
func rand32() uint32 { return uint32(Rand() >> 32) }

//go:linkname randn runtime.randn
func randn(n uint32) uint32 { return uint32((uint64(uint32(Rand())) * uint64(n)) >> 32) }

// cheapRand is wyrand: quick, not for anything that an attacker may exploit.
//
//go:nosplit
func cheapRand() uint32 {
	mp := task.Getg().M
	mp.CheapRand += 0xa0761d6478bd642f
	x := mp.CheapRand
	hi, lo := bits.Mul64(x, x^0xe7037ed1a0b428db)
	return uint32(hi ^ lo)
}

// CheapRand and CheapRandN are for select and the profilers.
//
//go:nosplit
func CheapRand() uint32 { return cheapRand() }

//go:nosplit
func CheapRandN(n uint32) uint32 { return uint32((uint64(cheapRand()) * uint64(n)) >> 32) }

// stressRandom makes the scheduler's choices random: STRATASTRESS=sched.
var stressRandom bool

// stressPreempt asks all goroutines to stop many thousand times a second:
// STRATASTRESS=preempt.
var stressPreempt bool

// SetStress switches random scheduling on, SetPreemptStress the storm of
// preemptions.
func SetStress()        { stressRandom = true }
func SetPreemptStress() { stressPreempt = true }
