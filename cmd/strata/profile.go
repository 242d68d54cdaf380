package main

import (
	"fmt"
	"os"
	"path/filepath"

	"strata/internal/load"
	"strata/internal/pgo"
)

// defaultProfile is the profile that -pgo=auto looks for in the folder of a command.
const defaultProfile = "default.pgo"

// readProfile reads the profile that -pgo means for a command, if it means one.
func (b *buildFlags) readProfile(main *load.Package) error {
	b.profile, b.calls = "", nil
	name := b.pgo
	switch name {
	case "off", "":
		return nil
	case "auto":
		if main.Dir == "" || !b.choice.Era().Profile {
			return nil
		}
		name = filepath.Join(main.Dir, defaultProfile)
		if _, err := os.Stat(name); err != nil {
			return nil
		}
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	if b.calls, err = pgo.Read(abs); err != nil {
		return fmt.Errorf("strata: -pgo: %w", err)
	}
	b.profile = abs
	return nil
}
