package main

import (
	"errors"

	"strata/internal/load"
)

// checkRace says with which designs the race detector does not work.
func (b *buildFlags) checkRace() error {
	if !b.race {
		return nil
	}
	if v := load.Getenv("GOARCH"); v != "" && v != "amd64" {
		return errors.New("strata: -race: the detector works on amd64 alone")
	}
	switch f := b.designs.Facts(); {
	case !f.HasP:
		return errors.New("strata: -race: the detector needs a scheduler with processors, which sched=gm has not")
	case f.SegmentsStacks:
		return errors.New("strata: -race: the detector finds callers by frame pointers, which do not lead across the segments of stack=segmented")
	}
	return nil
}
